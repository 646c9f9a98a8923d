import type { FaultCase } from './fault-case.ts';
import { generateCase } from './generate.ts';
import { judge } from './oracle/index.ts';
import { shrink } from './shrink.ts';
import type { Observed } from './world/observed.ts';
import { runCase } from './world/run-case.ts';

/** A run in which a guarantee was broken. */
export interface Failure {
  /** As it was generated: `<seed>/<run>`. */
  readonly name: string;
  readonly violations: readonly string[];
  /** The simplest case that breaks a guarantee still. */
  readonly smallest: FaultCase;
}

/** What came of many runs. */
export interface Figures {
  readonly runs: number;
  /** How often each kind of fault struck. */
  readonly faults: Readonly<Record<string, number>>;
  /** How often each result was announced: its type, and the code of its error. */
  readonly outcomes: Readonly<Record<string, number>>;
  /** Trigger events and ends that lie in the dead-letter queue. */
  readonly deadLetters: number;
  readonly failures: readonly Failure[];
}

const add = (counts: Record<string, number>, name: string, count = 1): void => {
  counts[name] = (counts[name] ?? 0) + count;
};

/** Adds up the figures of several workers. */
export const addUp = (all: readonly Figures[]): Figures => {
  const faults: Record<string, number> = {};
  const outcomes: Record<string, number> = {};
  for (const part of all) {
    for (const [name, count] of Object.entries(part.faults)) add(faults, name, count);
    for (const [name, count] of Object.entries(part.outcomes)) add(outcomes, name, count);
  }
  return {
    runs: all.reduce((sum, { runs }) => sum + runs, 0),
    faults,
    outcomes,
    deadLetters: all.reduce((sum, { deadLetters }) => sum + deadLetters, 0),
    failures: all.flatMap(({ failures }) => failures),
  };
};

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
    return [`the run threw ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`];
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
      for (const { detailType, detail } of observed.events) add(outcomes, outcomeOf(detailType, detail));
      deadLetters += observed.unannounced.length + observed.triggers.filter(({ acceptedAt }) => acceptedAt === undefined).length;
    });
    if (violations.length === 0) continue;
    const fails = async (smaller: FaultCase): Promise<boolean> => (await violationsOf(smaller)).length > 0;
    const smallest = failures.length < maxShrunk ? await shrink(faultCase, fails) : faultCase;
    failures.push({ name: faultCase.name, violations, smallest });
  }
  return { runs, faults, outcomes, deadLetters, failures };
};
