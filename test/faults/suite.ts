import type { FaultCase } from './fault-case.ts';
import { add, type Failure, type Figures } from './figures.ts';
import { generateCase } from './generate.ts';
import { judge } from './oracle/index.ts';
import { shrink } from './shrink.ts';
import type { Observed } from './world/observed.ts';
import { runCase } from './world/run-case.ts';

/** A run that throws breaks a guarantee, too. */
export const violationsOf = async (
  faultCase: FaultCase,
  look: (observed: Observed) => void = () => undefined,
): Promise<readonly string[]> => {
  try {
    const observed = await runCase(faultCase);
    look(observed);
    return judge(observed);
  } catch (error) {
    return [
      `the run threw ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
    ];
  }
};

const outcomeOf = (detailType: string, detail: Readonly<Record<string, unknown>>): string => {
  const error = detail['error'] as { code?: string } | undefined;
  return error?.code === undefined ? detailType : `${detailType}: ${error.code}`;
};

/** Failures that are made smaller: one is enough to work on, and each takes hundreds of runs. */
const maxShrunk = 3;

/** Runs the cases of one seed. */
export const runSeed = async (seed: string, runs: number, from = 0): Promise<Figures> => {
  const faults: Record<string, number> = {};
  const outcomes: Record<string, number> = {};
  const failures: Failure[] = [];
  let deadLetters = 0;
  for (let index = from; index < from + runs; index += 1) {
    const faultCase = generateCase(seed, index);
    const violations = await violationsOf(faultCase, (observed) => {
      for (const [kind, count] of observed.strikes) add(faults, kind, count);
      for (const { detailType, detail } of observed.events)
        add(outcomes, outcomeOf(detailType, detail));
      deadLetters +=
        observed.unannounced.length +
        observed.triggers.filter(({ acceptedAt }) => acceptedAt === undefined).length;
    });
    if (violations.length === 0) continue;
    const fails = async (smaller: FaultCase): Promise<boolean> =>
      (await violationsOf(smaller)).length > 0;
    const smallest = failures.length < maxShrunk ? await shrink(faultCase, fails) : faultCase;
    failures.push({ name: faultCase.name, violations, smallest });
  }
  return { runs, faults, outcomes, deadLetters, failures };
};
