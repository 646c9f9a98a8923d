import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { mutants, mutated } from './mutants.ts';

const sourceOf = (file: string): string =>
  readFileSync(new URL(`../../lambdas/polling/${file}`, import.meta.url), 'utf8');

describe('the rules that are broken to see a test fail', () => {
  it.each(mutants)('are there, each once: $rule', (mutant) => {
    const source = sourceOf(mutant.file);
    expect(mutated(source, mutant)).not.toBe(source);
  });

  it('are of every file that decides something', () => {
    expect([...new Set(mutants.map(({ file }) => file))].toSorted()).toEqual([
      'budgets.ts',
      'first-look.ts',
      'forecast.ts',
      'key-pace.ts',
      'memory.ts',
      'policy.ts',
      'progress.ts',
      'refused-key.ts',
      'retry-after.ts',
      'schedule.ts',
      'throttled-key.ts',
      'waits.ts',
    ]);
  });

  it('do not fit where their text is gone, or there twice', () => {
    const mutant = { rule: 'a rule', file: 'policy.ts', replace: 'a', with: 'b' };
    expect(() => mutated('x', mutant)).toThrow('has its text 0 times');
    expect(() => mutated('axa', mutant)).toThrow('has its text 2 times');
  });
});
