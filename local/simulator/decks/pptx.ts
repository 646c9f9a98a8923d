import { createRequire } from 'node:module';
import JSZip from 'jszip';
import type pptxgenjs from 'pptxgenjs';
import { coverMaster, defineMasters, listMaster } from './masters.ts';
import { agendaTitle, madeAt } from './outline.ts';
import type { Deck } from './outline.ts';

type Presentation = pptxgenjs.default;

// Its types describe the CommonJS file, its "import" entry is another one: only `require` gives
// what the types say.
const PptxGenJS = createRequire(import.meta.url)('pptxgenjs') as typeof pptxgenjs.default;

const addSlide = (
  presentation: Presentation,
  masterName: string,
  title: string,
  points: readonly string[],
): void => {
  const slide = presentation.addSlide({ masterName });
  slide.addText(title, { placeholder: 'title' });
  const bullet = masterName === listMaster;
  slide.addText(
    points.map((text) => ({ text, options: { bullet, breakLine: true, paraSpaceAfter: 14 } })),
    { placeholder: 'body' },
  );
};

const contentTypesPart = '[Content_Types].xml';

const propertiesPart = 'docProps/core.xml';

/**
 * What the library leaves to be put right: times from the clock, declared parts that are not in the
 * package, and numbered title placeholders (a title has none, and readers look for that).
 */
const repaired = (part: string, text: string, parts: ReadonlySet<string>): string => {
  if (part === propertiesPart)
    return text.replaceAll(/(W3CDTF">)[^<]+/g, `$1${madeAt.toISOString().replace('.000', '')}`);
  if (part !== contentTypesPart) return text.replaceAll(/idx="\d+"(\s+type="title")/g, '$1');
  return text.replaceAll(/<Override PartName="\/([^"]+)"[^>]*\/>/g, (override, name: string) =>
    parts.has(name) ? override : '',
  );
};

/** Writes the package again, the same bytes for the same parts. */
const tidy = async (file: Uint8Array): Promise<Uint8Array> => {
  const source = await JSZip.loadAsync(file);
  const parts = new Set(Object.keys(source.files));
  const target = new JSZip();
  for (const [part, entry] of Object.entries(source.files)) {
    if (entry.dir) continue;
    const content = part.endsWith('.xml')
      ? repaired(part, await entry.async('text'), parts)
      : await entry.async('uint8array');
    target.file(part, content, { date: madeAt, createFolders: false });
  }
  return target.generateAsync({ type: 'uint8array', compression: 'DEFLATE', platform: 'DOS' });
};

/**
 * A real PPTX of the deck, with a master, layouts, a theme and a title on each slide. The same deck
 * gives the same bytes.
 */
export const makePptx = async (deck: Deck): Promise<Uint8Array> => {
  const presentation = new PptxGenJS();
  presentation.layout = 'LAYOUT_WIDE';
  presentation.title = deck.title;
  presentation.subject = 'Demonstration';
  presentation.author = 'generation-archiver simulator';
  presentation.company = 'generation-archiver';
  defineMasters(presentation);

  addSlide(presentation, coverMaster, deck.title, [deck.subtitle]);
  addSlide(
    presentation,
    listMaster,
    agendaTitle,
    deck.slides.map(({ title }) => title),
  );
  for (const { title, points } of deck.slides) addSlide(presentation, listMaster, title, points);
  addSlide(presentation, coverMaster, deck.closing, [deck.title]);

  const file = await presentation.write({ outputType: 'uint8array' });
  if (!(file instanceof Uint8Array)) throw new Error('the presentation was not written as bytes');
  return tidy(file);
};
