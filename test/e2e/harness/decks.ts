import { randomBytes } from 'node:crypto';
import {
  demoDeck,
  makeCardsZip,
  makePdf,
  makePptx,
  type FileOptions,
  type SimulatedProvider,
} from '../../../local/simulator/index.ts';

/** Real decks, made once. */
export const makeDecks = async () => {
  const pdf = await makePdf(demoDeck('A deck for the tests'));
  const pptx = await makePptx(demoDeck('A deck for the tests'));
  const zip = await makeCardsZip(demoDeck('A deck for the tests'));
  return { pdf: Buffer.from(pdf), pptx: Buffer.from(pptx), zip: Buffer.from(zip) };
};

/** See {@link makeDecks}. */
export type Decks = Awaited<ReturnType<typeof makeDecks>>;

/** A file of another content each time, so that no two generations can be taken for each other. */
export const uniquePdf = (bytes = 2000): Buffer =>
  Buffer.concat([Buffer.from('%PDF-1.7\n'), randomBytes(bytes), Buffer.from('\n%%EOF\n')]);

/** As {@link uniquePdf}; the archiver looks at the first bytes only. */
const uniquePptx = (): Buffer => Buffer.concat([Buffer.from('PK\x03\x04'), randomBytes(2000)]);

/**
 * What a provider exports by itself, unique again: Duomi makes nothing but PowerPoint, Alai two
 * formats, Chronicle no file at all.
 */
export const exportOf = (provider: SimulatedProvider): readonly FileOptions[] => {
  switch (provider) {
    case 'gamma':
    case 'perceptis':
      return onePdf();
    case 'duomi':
    case 'slidespeak':
      return [{ format: 'pptx', content: uniquePptx() }];
    case 'alai':
      return [...onePdf(), { format: 'pptx', content: uniquePptx() }];
    case 'chronicle':
      return [];
  }
};

/** A PDF as a generation's only file. */
export const onePdf = (options: Partial<FileOptions> = {}): readonly FileOptions[] => [
  { format: 'pdf', content: uniquePdf(), ...options },
];
