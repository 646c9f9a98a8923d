import type { z } from 'zod';

/** One thing that is wrong with the configuration. */
export interface ConfigurationProblem {
  /** Where, for example `providers.gamma.timeoutMinutes`; empty for the configuration itself. */
  readonly path: string;
  /** The value, and what would be right. */
  readonly message: string;
}

/** The names that are known at each depth of the configuration. */
export interface KnownKeys {
  readonly root: readonly string[];
  readonly providers: readonly string[];
  readonly provider: readonly string[];
}

/**
 * Thrown at synthesis where the configuration cannot be used. Its message is complete: it is read
 * without the stack trace. A class of TypeScript alone; other languages get the message.
 *
 * @jsii ignore
 */
export class ConfigurationError extends Error {
  readonly problems: readonly ConfigurationProblem[];

  constructor(problems: readonly ConfigurationProblem[]) {
    const lines = problems.map(
      ({ path, message }) => `  - ${path === '' ? 'the configuration' : path} ${message}`,
    );
    const count = problems.length === 1 ? 'a problem' : `${problems.length} problems`;
    super(`The configuration of Generation Archiver has ${count}:\n${lines.join('\n')}`);
    this.name = 'ConfigurationError';
    this.problems = problems;
  }
}

/** Longest value, in characters, that a problem quotes. */
const maxQuoted = 80;

const valueAt = (value: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>(
    (inner, key) =>
      typeof inner === 'object' && inner !== null ? Reflect.get(inner, key) : undefined,
    value,
  );

/** An address may carry a password or a token, which no message may repeat. */
const withoutSecrets = (text: string): string =>
  text.replace(/\/\/[^/@]*@/, '//…@').replace(/[?#].*$/, '?…');

/** A value where an object belongs may be anything, even an API key, so only its kind is told. */
const kindOf = (value: unknown): string => {
  if (value === null) return 'null';
  if (typeof value === 'string') return 'a text';
  return Array.isArray(value) ? 'a list' : `a ${typeof value}`;
};

const quoted = (value: unknown): string => {
  if (typeof value === 'object' && value !== null && Object.keys(value).length > 0) {
    return Array.isArray(value) ? 'a list' : 'an object';
  }
  const text =
    JSON.stringify(typeof value === 'string' ? withoutSecrets(value) : value) ?? typeof value;
  return text.length <= maxQuoted ? text : `${text.slice(0, maxQuoted)}…`;
};

/** Edits (insert, delete, replace) that turn one word into the other. */
const distance = (from: string, to: string): number => {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (const [line, letter] of Array.from(from).entries()) {
    let diagonal = line;
    const next = [line + 1];
    for (const [column, other] of Array.from(to).entries()) {
      const above = row[column + 1] ?? 0;
      next.push(
        Math.min(above + 1, (next[column] ?? 0) + 1, diagonal + (letter === other ? 0 : 1)),
      );
      diagonal = above;
    }
    row = next;
  }
  return row.at(-1) ?? 0;
};

/** The known name that a typing mistake was meant to be: at most a third of its letters differ. */
export const nearest = (name: string, known: readonly string[]): string | undefined => {
  const ranked = known.map((word) => ({
    word,
    edits: distance(name.toLowerCase(), word.toLowerCase()),
  }));
  const best = ranked.toSorted((one, other) => one.edits - other.edits)[0];
  if (best === undefined) return undefined;
  return best.edits <= Math.max(2, best.word.length / 3) && best.edits < best.word.length
    ? best.word
    : undefined;
};

/** Settings that were there once, and what became of them. */
const removedSettings = new Map([
  [
    'checkWindowSeconds',
    'was removed: a check is one request now and waits in no function, so there is nothing to set. Leave it out',
  ],
]);

/**
 * Says that a name is not known. Its value is not quoted: it may be an API key that was put
 * into the wrong place.
 */
const unknownName = (path: readonly PropertyKey[], name: string, keys: KnownKeys): string => {
  const isProvider = path.length === 1 && path[0] === 'providers';
  const removed = path.length === 2 ? removedSettings.get(name) : undefined;
  if (removed !== undefined) return removed;
  const known = isProvider ? keys.providers : path.length === 0 ? keys.root : keys.provider;
  const meant = nearest(name, known);
  const hint = meant === undefined ? '.' : `; did you mean "${meant}"?`;
  return `is not a ${isProvider ? 'provider' : 'setting'}${hint} Known: ${known.join(', ')}`;
};

/** Turns everything that the schema found into problems. */
export const problemsOf = (
  issues: readonly z.core.$ZodIssue[],
  value: unknown,
  keys: KnownKeys,
): ConfigurationProblem[] =>
  issues.flatMap((issue) => {
    const path = issue.path.map(String);
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => ({
        path: [...path, key].join('.'),
        message: unknownName(issue.path, key, keys),
      }));
    }
    const found = valueAt(value, issue.path);
    const wantsObject = issue.code === 'invalid_type' && issue.expected === 'object';
    const state = found === undefined ? 'missing' : wantsObject ? kindOf(found) : quoted(found);
    return [{ path: path.join('.'), message: `is ${state}: ${issue.message}` }];
  });
