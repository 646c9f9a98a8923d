import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createJsonBeginning } from '../../lambdas/adapters/json-beginning.ts';
import type { JsonObject } from '../../lambdas/contract/json.ts';

const isPlain = (value: unknown): boolean => value === null || typeof value !== 'object';

const isMap = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Of an object, nothing more than that it is there; of a list, not even that. */
const membersOf = (value: object): [string, unknown][] =>
  Object.entries(value)
    .filter(([, member]) => !Array.isArray(member))
    .map(([name, member]) => [name, isPlain(member) ? (member as unknown) : {}]);

/** What is to be kept of a whole document. */
const nearRoot = (document: object): object =>
  Object.fromEntries(
    Object.entries(document).map(([key, value]) => {
      if (isPlain(value)) return [key, value];
      return [key, isMap(value) ? Object.fromEntries(membersOf(value)) : {}];
    }),
  );

const skimmed = (text: string, pieceBytes: number): JsonObject => {
  const bytes = Buffer.from(text);
  const beginning = createJsonBeginning();
  for (let start = 0; start < bytes.length; start += pieceBytes)
    beginning.write(bytes.subarray(start, start + pieceBytes));
  return beginning.soFar();
};

describe('the beginning of a JSON document', () => {
  it('is what lies near its root, whatever the document and wherever it is cut', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string({ unit: 'grapheme' }), fc.jsonValue()),
        fc.integer({ min: 1, max: 40 }),
        (document, pieceBytes) => {
          const text = JSON.stringify(document);
          expect(skimmed(text, pieceBytes)).toEqual(nearRoot(JSON.parse(text) as object));
        },
      ),
    );
  });

  it('is known before the document ends', () => {
    expect(
      skimmed('{"status":"completed","presentation":{"id":"p-1","sections":[{"id":"s-1"},', 7),
    ).toEqual({
      status: 'completed',
      presentation: { id: 'p-1' },
    });
  });

  it('is refused where the document is no JSON', () => {
    expect(() => skimmed('<html>', 100)).toThrow('Unexpected');
  });
});
