import type { Clock } from '../contract/ports.ts';
import { pauseAfter, type Backoff } from './backoff.ts';
import { oncePerSecond, type Pace } from './pace.ts';
import type { Report } from './status.ts';

/**
 * Longest interval, in seconds, that a person who waits for a file is held to: a longer one was
 * configured for jobs that are hours from their end.
 */
const longestInterval = 30;

/** How a provider wants to be asked about one generation. */
export interface RequestPace extends Pace {
  /** Seconds between two times that the same is asked. */
  readonly intervalSeconds: number;
}

/** The pace where nothing is known of a provider. */
export const cautiousPace: RequestPace = {
  intervalSeconds: oncePerSecond,
  leastSeconds: oncePerSecond,
};

const backoff: Backoff = { firstMilliseconds: 1000, longestMilliseconds: 16_000 };

/** Keeps a provider's pace over all that one function asks it about one generation. */
export interface RequestPacer {
  /** Waits until this may be asked. */
  before(question: string): Promise<void>;
  /** Told of every answer. */
  heard(question: string, report: Report<unknown>): void;
  /** Milliseconds before a question is asked again that got no usable answer. */
  pauseAfterTrouble(
    attempt: number,
    report: Report<{ readonly kind: string }>,
    random: () => number,
  ): number;
  /** Waits until another function may ask. */
  settle(): Promise<void>;
}

/**
 * See {@link RequestPacer}.
 *
 * @param lastRequestAt when another function asked about the generation, in milliseconds of the
 *   clock; `undefined` where that is long ago
 */
export const createRequestPacer = (
  clock: Clock,
  pace: RequestPace,
  lastRequestAt: number | undefined,
): RequestPacer => {
  const askedAt = new Map<string, number>();
  let last = lastRequestAt ?? -Infinity;
  let isBurstLow = false;

  const leastMilliseconds = (pace.leastSeconds ?? 0) * 1000;

  const intervalMilliseconds = (): number => {
    const usual = Math.min(Math.max(pace.intervalSeconds, oncePerSecond), longestInterval);
    const low = isBurstLow ? (pace.lowBurst?.intervalSeconds ?? 0) : 0;
    return Math.max(usual, low) * 1000;
  };

  const until = async (time: number): Promise<void> => {
    const pause = Math.ceil(time - clock.now());
    if (pause > 0) await clock.sleep(pause);
  };

  return {
    before: async (question) => {
      const same = askedAt.get(question) ?? -Infinity;
      await until(Math.max(last + leastMilliseconds, same + intervalMilliseconds()));
    },
    heard: (question, { rateLimits }) => {
      last = clock.now();
      askedAt.set(question, last);
      const burst = rateLimits?.burst;
      isBurstLow =
        burst !== undefined && pace.lowBurst !== undefined && burst.remaining < pace.lowBurst.below;
    },
    pauseAfterTrouble: (attempt, { status, retryAfterSeconds }, random) => {
      const own = pauseAfter(attempt, backoff, random, retryAfterSeconds);
      const documented = pace.throttledSeconds;
      const isBlind = status.kind === 'throttled' && retryAfterSeconds === undefined;
      const throttled =
        isBlind && documented !== undefined ? documented * 1000 * 2 ** (attempt - 1) : 0;
      return Math.max(own, throttled, intervalMilliseconds());
    },
    settle: async () => until(last + leastMilliseconds),
  };
};
