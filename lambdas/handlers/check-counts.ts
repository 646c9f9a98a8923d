import type { Clock, Measure, Measured } from '../contract/ports.ts';
import type { Decision } from '../polling/decision.ts';
import type { Report } from '../polling/status.ts';
import { isUnusable, troubleOf } from './answer-counts.ts';

/**
 * Seconds in which an execution environment writes what it has counted: alarms look at five
 * minutes, and what is written late counts late. What an environment has not written when Lambda
 * ends it is lost: good answers of a minute, which no alarm looks at.
 */
const writtenEverySeconds = 60;

/** Values that one line holds (CloudWatch, "Specification: Embedded metric format"). */
const maxValues = 100;

/**
 * Counts what a provider answers to the checks of one execution environment, whatever generation is
 * asked for.
 */
export interface CheckCounts {
  /**
   * Counts an answer. A line is written where it is no good one, where it ends the following, and
   * once a minute.
   */
  add(provider: string, report: Report, atEnd: Measured): void;
}

interface Unwritten {
  readonly good: number;
  /** Milliseconds since 1970. */
  readonly since: number;
}

/** See {@link CheckCounts}. */
export const createCheckCounts = (measure: Measure, clock: Pick<Clock, 'now'>): CheckCounts => {
  const unwritten = new Map<string, Unwritten>();
  return {
    add: (provider, { status }, atEnd) => {
      const now = clock.now();
      const { good: before, since } = unwritten.get(provider) ?? { good: 0, since: now };
      const unusable = isUnusable(status);
      const trouble = troubleOf(status);
      const good = before + (unusable ? 0 : 1);
      const isQuiet = !unusable && trouble === undefined && Object.keys(atEnd).length === 0;
      const isDue = now - since >= writtenEverySeconds * 1000 || good >= maxValues;
      if (isQuiet && !isDue) {
        unwritten.set(provider, { good, since });
        return;
      }
      const answers = [...Array.from({ length: good }, () => 0), ...(unusable ? [1] : [])];
      const counted = trouble === undefined ? {} : { [trouble]: 1 };
      measure({ UnusableAnswers: answers, ...counted, ...atEnd }, { provider });
      unwritten.delete(provider);
    },
  };
};

/**
 * What is known where a check ends the following: how many checks it took, and how late the last of
 * them was.
 */
export const measuredAtEnd = (
  { next, memory }: Decision,
  { status }: Report,
  askedAt: number,
): Measured => {
  if (next !== 'copy' && next !== 'stop') return {};
  const completedAt = status.kind === 'ready' ? status.completedAt : undefined;
  // The provider's clock may be ahead of ours.
  const lag =
    completedAt === undefined
      ? {}
      : { DetectionLag: Math.max(0, (askedAt - Date.parse(completedAt)) / 1000) };
  return { ChecksPerGeneration: memory.checks, ...lag };
};
