import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { FaultCase } from './fault-case.ts';
import { generateCase } from './generate.ts';
import { kindNames } from './kinds/index.ts';
import { judge } from './oracle/index.ts';
import { runSeed } from './suite.ts';
import { runCase } from './world/run-case.ts';

/** A case that was worth keeping, with what it must announce. */
interface Kept {
  readonly why: string;
  readonly case: FaultCase;
  readonly announces: readonly string[];
}

/** What can be compared of a run: keys and links are new each time. */
const trace = async (faultCase: FaultCase) => {
  const { events, strikes, checks, states } = await runCase(faultCase);
  return {
    events: events.map(({ at, detailType }) => [at, detailType]),
    strikes: [...strikes],
    checks,
    states: [...states],
  };
};

const folder = new URL('../fixtures/faults/', import.meta.url);

const kept = readdirSync(folder).map(
  (file) => JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as Kept,
);

/** Cases per test: each stays far below the time limit of a test on a busy machine. */
const casesPerTest = 16;

const starts = Array.from(
  { length: Math.ceil(kindNames.length / casesPerTest) },
  (_, index) => index * casesPerTest,
);

describe('under faults', () => {
  it.each(kept)('every guarantee is kept where $why', async ({ case: faultCase, announces }) => {
    const observed = await runCase(faultCase);
    expect(judge(observed)).toEqual([]);
    expect(observed.events.map(({ detailType }) => detailType)).toEqual(announces);
  });

  it.each(starts)(
    `every guarantee is kept in each of ${casesPerTest} random cases, from number %i on`,
    async (from) => {
      const cases = Math.min(casesPerTest, kindNames.length - from);
      const { failures, faults } = await runSeed('every day', cases, from);
      expect(failures).toEqual([]);
      expect(Object.keys(faults).length).toBeGreaterThanOrEqual(cases / 2);
    },
  );

  it('knows more than 200 kinds of fault, each by a name of its own', () => {
    expect(kindNames.length).toBeGreaterThan(200);
    expect(new Set(kindNames).size).toBe(kindNames.length);
  });

  it('repeats a case exactly', async () => {
    expect(await trace(generateCase('again', 1))).toEqual(await trace(generateCase('again', 1)));
  });
});
