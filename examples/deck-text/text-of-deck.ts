import JSZip from 'jszip';

const entities: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
};

const plain = (xml: string): string =>
  xml.replaceAll(/&(amp|lt|gt|quot|apos);/g, (_, name: string) => entities[name] ?? '');

const numberOf = (slide: string): number => Number(/(\d+)\.xml$/.exec(slide)?.[1] ?? 0);

/** The text of a PowerPoint file: a line for each paragraph, an empty line between slides. */
export const textOfDeck = async (pptx: Uint8Array): Promise<string> => {
  const zip = await JSZip.loadAsync(pptx);
  const slides = zip
    .file(/^ppt\/slides\/slide\d+\.xml$/)
    .toSorted((one, other) => numberOf(one.name) - numberOf(other.name));
  const texts = await Promise.all(
    slides.map(async (slide) => {
      const xml = await slide.async('text');
      const paragraphs = xml
        .split('</a:p>')
        .map((part) =>
          [...part.matchAll(/<a:t>([^<]*)<\/a:t>/g)].map(([, run = '']) => plain(run)).join(''),
        );
      return paragraphs.filter((paragraph) => paragraph.trim() !== '').join('\n');
    }),
  );
  return `${texts.join('\n\n')}\n`;
};
