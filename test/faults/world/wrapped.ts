import type { FaultCase, Wrapping } from '../fault-case.ts';

const wrappers: Readonly<Record<Wrapping, (text: string) => string>> = {
  data: (text) => `{"data":${text}}`,
  'word and data': (text) => `{"status":"success","data":${text}}`,
  list: (text) => `[${text}]`,
  'text in body': (text) => JSON.stringify({ statusCode: 200, body: text }),
};

/** The text of an answer behind what wraps it in the case: objects alone, and no errors. */
export const wrappedText = (
  text: string | undefined,
  status: number,
  { wrapping }: Pick<FaultCase, 'wrapping'>,
): string | undefined =>
  text === undefined || wrapping === undefined || status > 299 || !text.startsWith('{')
    ? text
    : wrappers[wrapping](text);
