import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { GenerationStatus } from '../../lambdas/polling/status.ts';
import type { JsonAnswer, Provider } from '../../lambdas/providers/provider.ts';

const folderOf = (provider: string): URL => new URL(`../fixtures/${provider}/`, import.meta.url);

/** A recorded answer: `test/fixtures/<provider>/<name>.json`. */
export const fixture = (provider: string, name: string): JsonAnswer =>
  JSON.parse(readFileSync(new URL(`${name}.json`, folderOf(provider)), 'utf8')) as JsonAnswer;

/** The answer with some fields of its body changed. */
export const changed = (answer: JsonAnswer, fields: Readonly<Record<string, unknown>>): JsonAnswer => ({
  ...answer,
  body: { ...(answer.body as object), ...fields },
});

/** A 200 with this body. */
export const ok = (body: unknown): JsonAnswer => ({ status: 200, headers: {}, body });

/** One test per fixture, and one that no fixture is without a test. */
export const describeTranslations = (provider: Provider, expected: Readonly<Record<string, unknown>>): void => {
  describe(`every documented answer of ${provider.title}`, () => {
    it.each(Object.entries(expected))('%s', (name, status) => {
      expect(provider.readStatus(fixture(provider.name, name))).toEqual(status);
    });

    it('is in the table', () => {
      const names = readdirSync(folderOf(provider.name)).map((file) => file.replace(/\.json$/, ''));
      expect(names.toSorted()).toEqual(Object.keys(expected).toSorted());
    });
  });
};

/** The status as `ready`; fails the test where it is not. */
export const readyStatus = (status: GenerationStatus): Extract<GenerationStatus, { kind: 'ready' }> => {
  if (status.kind !== 'ready') throw new Error(`expected a ready status, got ${JSON.stringify(status)}`);
  return status;
};
