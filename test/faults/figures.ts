import type { FaultCase } from './fault-case.ts';

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

/** Counts one more of a name, or several. */
export const add = (counts: Record<string, number>, name: string, count = 1): void => {
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
