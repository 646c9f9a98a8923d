import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { GenerationStatus } from '../../lambdas/polling/status.ts';
import type { JsonAnswer } from '../../lambdas/providers/provider-answer.ts';
import type { Provider } from '../../lambdas/providers/provider.ts';
import { pathsIn, valueAt, withChange } from './json-paths.ts';

const folderOf = (provider: string): URL => new URL(`../fixtures/${provider}/`, import.meta.url);

const namesIn = (folder: string): string[] =>
  readdirSync(folderOf(folder)).flatMap((file) =>
    file.endsWith('.json') ? [file.replace(/\.json$/, '')] : [],
  );

/**
 * A recorded answer: `test/fixtures/<provider>/<name>.json`; the folder of links is
 * `<provider>/links`.
 */
export const fixture = (folder: string, name: string): JsonAnswer =>
  JSON.parse(readFileSync(new URL(`${name}.json`, folderOf(folder)), 'utf8')) as JsonAnswer;

/** Every recorded answer to a status request of a provider. */
export const fixturesOf = (provider: string): readonly JsonAnswer[] =>
  namesIn(provider).map((name) => fixture(provider, name));

/** The body of `unknown-status.json`, with something else in place of the unknown status word. */
export const bodySaying = (provider: Provider, said: unknown): unknown => {
  const answer = fixture(provider.name, 'unknown-status');
  const status = provider.readStatus(answer);
  const word = status.kind === 'pending' && status.unknownStatus === true ? status.said : undefined;
  const path = pathsIn(answer.body).find(
    (place) => word !== undefined && valueAt(answer.body, place) === word,
  );
  if (path === undefined)
    throw new Error(`unknown-status.json of ${provider.name} holds no status word that is unknown`);
  return withChange(answer.body, path, said);
};

/** The answer with some fields of its body changed. */
export const changed = (
  answer: JsonAnswer,
  fields: Readonly<Record<string, unknown>>,
): JsonAnswer => ({
  ...answer,
  body: { ...(answer.body as object), ...fields },
});

/** A 200 with this body. */
export const ok = (body: unknown): JsonAnswer => ({ status: 200, headers: {}, body });

const describeFixtures = (
  about: string,
  folder: string,
  read: (answer: JsonAnswer) => unknown,
  expected: object,
): void => {
  describe(about, () => {
    it.each(Object.entries(expected))('%s', (name, status) => {
      expect(read(fixture(folder, name))).toEqual(status);
    });

    it('is in the table', () => {
      expect(namesIn(folder).toSorted()).toEqual(Object.keys(expected).toSorted());
    });
  });
};

/** One test per fixture, and one that no fixture is without a test. */
export const describeTranslations = (
  provider: Provider,
  expected: Readonly<Record<string, unknown>>,
): void =>
  describeFixtures(
    `every documented answer of ${provider.title}`,
    provider.name,
    (answer) => provider.readStatus(answer),
    expected,
  );

/** The same for the answers to a request for a link, for a provider that is asked for links. */
export const describeLinks = (
  provider: Provider,
  expected: Readonly<Record<string, unknown>>,
): void =>
  describeFixtures(
    `every answer of ${provider.title} about a link`,
    `${provider.name}/links`,
    (answer) => provider.links?.read(answer),
    expected,
  );

/** The status as `ready`; fails the test where it is not. */
export const readyStatus = (
  status: GenerationStatus,
): Extract<GenerationStatus, { kind: 'ready' }> => {
  if (status.kind !== 'ready')
    throw new Error(`expected a ready status, got ${JSON.stringify(status)}`);
  return status;
};
