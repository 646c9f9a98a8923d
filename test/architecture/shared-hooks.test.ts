import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

/** What tests share: loaded once in a process, whichever test file comes first. */
const shared = readdirSync('test', { recursive: true, encoding: 'utf8' }).filter(
  (path) => path.endsWith('.ts') && !path.endsWith('.test.ts'),
);

it('a hook of a module that tests share would hold for the first test file alone: there is none', () => {
  expect(shared.length).toBeGreaterThan(50);
  const hooked = shared.filter((path) =>
    /^(?:before|after)(?:Each|All)\(/m.test(readFileSync(`test/${path}`, 'utf8')),
  );
  expect(hooked).toEqual([]);
});
