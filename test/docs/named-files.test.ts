import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';

const pages = ['README.md', 'CONTRIBUTING.md', ...readdirSync('docs').filter((name) => name.endsWith('.md')).map((name) => join('docs', name))];

/** Files of the repository that a page names in code, for example a test that holds a guarantee; patterns are no files. */
const namedIn = (text: string): string[] =>
  [...text.matchAll(/`((?:test|lambdas|lib|bench|local|bin|docs)\/[\w./-]+\.(?:ts|json|md|svg))`/g)].map((match) => match[1] ?? '');

/** Links to files, without the place in them. */
const linkedFrom = (page: string, text: string): string[] =>
  [...text.matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)].map((match) => join(dirname(page), match[1] ?? ''));

describe('what the documentation names', () => {
  it('is looked for in every page', () => {
    expect(pages.length).toBeGreaterThan(8);
    expect(namedIn('see `test/a.test.ts` and `test/`')).toEqual(['test/a.test.ts']);
    expect(linkedFrom('docs/a.md', '[b](b.md#c) [d](https://example.com)')).toEqual(['docs/b.md']);
  });

  it.each(pages)('is there: %s', (page) => {
    const text = readFileSync(page, 'utf8');
    expect([...namedIn(text), ...linkedFrom(page, text)].filter((file) => !existsSync(file))).toEqual([]);
  });
});
