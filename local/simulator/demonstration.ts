import type { JsonObject } from '../../lambdas/contract/json.ts';
import { makeCardsZip } from './decks/cards.ts';
import { demoDeck, headlines } from './decks/outline.ts';
import type { Deck } from './decks/outline.ts';
import { makePdf } from './decks/pdf.ts';
import { makePptx } from './decks/pptx.ts';
import type { FileOptions, GenerationOptions, OnCreate, Step } from './types.ts';

/** Works through so many equal steps, then is done. */
const steadily = (steps: number, secondsEach: number): readonly Step[] => [
  ...Array.from({ length: steps }, (_, index): Step => ({
    says: 'working',
    progress: index / steps,
    seconds: secondsEach,
  })),
  { says: 'completed' },
];

const textField = (body: JsonObject, ...fields: readonly string[]): string => {
  const value = fields
    .map((field) => body[field])
    .find((candidate) => typeof candidate === 'string');
  return typeof value === 'string'
    ? value.replaceAll(/\p{C}/gu, ' ').slice(0, 60)
    : 'Untitled deck';
};

/** What Gamma exports for each value of `exportAs`; without it there is no export. */
const gammaExports: Readonly<Record<string, (deck: Deck) => Promise<FileOptions>>> = {
  pdf: async (deck) => ({ format: 'pdf', content: await makePdf(deck) }),
  pptx: async (deck) => ({ format: 'pptx', content: await makePptx(deck) }),
  png: async (deck) => ({ format: 'zip', content: await makeCardsZip(deck) }),
};

/**
 * The file of the create request's `exportAs`, and the others, which an export of the finished deck
 * makes.
 */
const gammaFiles = async (
  body: JsonObject,
  deck: Deck,
): Promise<Pick<GenerationOptions, 'files' | 'exportFiles'>> => {
  const made = await Promise.all(
    Object.entries(gammaExports).map(async ([name, make]) => ({ name, file: await make(deck) })),
  );
  const filesOf = (isOwn: boolean): FileOptions[] =>
    made.filter(({ name }) => (name === body['exportAs']) === isOwn).map(({ file }) => file);
  return { files: filesOf(true), exportFiles: filesOf(false) };
};

/** Chronicle asks unless it is told not to (POST /presentations/generate, `non_interactive`). */
const chronicleScript = ({ non_interactive: isSilent }: JsonObject): readonly Step[] =>
  isSilent === true
    ? steadily(10, 1)
    : [
        { says: 'working', seconds: 1 },
        { says: 'question', question: 'Who is the deck for?', polls: Infinity },
        ...steadily(4, 1),
      ];

/** The files among Alai's `export_formats`; `link`, the default, is none. */
const alaiFiles = async (body: JsonObject, deck: Deck): Promise<readonly FileOptions[]> => {
  const wanted: readonly unknown[] = Array.isArray(body['export_formats'])
    ? body['export_formats']
    : [];
  return [
    ...(wanted.includes('pdf') ? [{ format: 'pdf', content: await makePdf(deck) } as const] : []),
    ...(wanted.includes('ppt') ? [{ format: 'pptx', content: await makePptx(deck) } as const] : []),
  ];
};

const sectionsOf = (deck: Deck): readonly JsonObject[] =>
  headlines(deck).map((headline, index) => ({
    id: `section_${index + 1}`,
    title: headline,
    points: [...(deck.slides[index - 2]?.points ?? [])],
  }));

const slowestVariants = 4; // Perceptis names no maximum; more would only make the demonstration slow

/** What the create endpoints start by themselves: real decks, ready within some ten seconds. */
export const demonstrate: OnCreate = async (provider, body) => {
  const title = textField(body, 'title', 'inputText', 'input_text', 'prompt');
  const deck = demoDeck(title);
  switch (provider) {
    case 'gamma':
      return { title, script: steadily(3, 2), ...(await gammaFiles(body, deck)) };
    case 'chronicle':
      return { title, script: chronicleScript(body), sections: sectionsOf(deck) };
    case 'duomi':
      return {
        title: 'Quarterly report',
        script: steadily(5, 1),
        files: [{ format: 'pptx', content: await makePptx(demoDeck('Quarterly report')) }],
      };
    case 'perceptis': {
      const count =
        typeof body['variant_count'] === 'number'
          ? Math.min(slowestVariants, Math.max(1, Math.floor(body['variant_count'])))
          : 1;
      const decks = Array.from({ length: count }, (_, index) =>
        count === 1 ? deck : demoDeck(`${title} (variant ${index + 1})`),
      );
      const files = await Promise.all(
        decks.map(async (one): Promise<FileOptions> => ({
          format: 'pptx',
          content: await makePptx(one),
        })),
      );
      return { title, script: steadily(4, 2), files };
    }
    case 'alai':
      return { title, script: steadily(4, 2), files: await alaiFiles(body, deck) };
    case 'slidespeak':
      return {
        title,
        script: steadily(3, 2),
        files: [{ format: 'pptx', content: await makePptx(deck) }],
      };
  }
};
