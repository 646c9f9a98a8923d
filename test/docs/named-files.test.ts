import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { pages, textOf } from './pages.ts';

/**
 * Files of the repository that a page names in code, for example a test that holds a guarantee;
 * patterns are no files.
 */
const namedIn = (text: string): string[] =>
  [
    ...text.matchAll(
      /`((?:test|lambdas|lib|bench|local|bin|docs)\/[\w./-]+\.(?:ts|json|md|svg))`/g,
    ),
  ].map((match) => match[1] ?? '');

/** Links to files, without the place in them. */
const linkedFrom = (page: string, text: string): string[] =>
  [...text.matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)].map((match) =>
    join(dirname(page), match[1] ?? ''),
  );

/** Links to places in pages: the page, and the place's name. */
const placesLinkedFrom = (page: string, text: string): [string, string][] =>
  [...text.matchAll(/\]\(([^)#:\s]*)#([^)\s]+)\)/g)].map(([, file = '', place = '']) => [
    file === '' ? page : join(dirname(page), file),
    place,
  ]);

/** The names that GitHub gives to headings. */
const placesIn = (text: string): string[] =>
  (text.match(/^#+ .+$/gm) ?? []).map((heading) =>
    heading
      .replace(/^#+ /, '')
      .toLowerCase()
      .replaceAll(/[^\w -]/g, '')
      .replaceAll(' ', '-'),
  );

describe('what the documentation names', () => {
  it('is looked for in every page', () => {
    expect(pages.length).toBeGreaterThan(8);
    expect(namedIn('see `test/a.test.ts` and `test/`')).toEqual(['test/a.test.ts']);
    expect(linkedFrom('docs/a.md', '[b](b.md#c) [d](https://example.com)')).toEqual(['docs/b.md']);
  });

  it.each(pages)('is there: %s', (page) => {
    const text = readFileSync(page, 'utf8');
    expect(
      [...namedIn(text), ...linkedFrom(page, text)].filter((file) => !existsSync(file)),
    ).toEqual([]);
  });

  it.each(pages)('has the places that are linked to: %s', (page) => {
    expect(placesLinkedFrom('a.md', '[b](#c-d)')).toEqual([['a.md', 'c-d']]);
    expect(placesIn('## What it does, and why')).toEqual(['what-it-does-and-why']);
    expect(
      placesLinkedFrom(page, textOf(page)).filter(
        ([file, place]) => !placesIn(textOf(file)).includes(place),
      ),
    ).toEqual([]);
  });
});
