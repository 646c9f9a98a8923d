import type { GenerationStatus, RateLimits, Report } from '../../lambdas/polling/status.ts';

/** A generation as the simulated provider makes it. */
export interface Job {
  readonly generationId: string;
  readonly provider: string;
  readonly credential: string;
  /** When it was started, milliseconds since 1970. */
  readonly startedAt: number;
  readonly lengthSeconds: number;
  /** The caller's hint, where the event has one. */
  readonly expectedSeconds?: number;
  /**
   * Progress (0 to 1) after a part (0 to 1) of the length; absent where the provider reports none.
   */
  readonly progressAfter?: (part: number) => number;
}

/**
 * A key's limits, or whatever else stands between a request and its answer; `undefined` lets it
 * through.
 */
export interface Gate {
  admit(job: Job, now: number): { readonly refused?: Report; readonly rateLimits?: RateLimits };
}

/** Lets everything through. */
export const openGate: Gate = { admit: () => ({}) };

/** A request budget that is full again at the end of each window; windows begin at `origin`. */
export interface WindowBudget {
  take(now: number): boolean;
  remaining(now: number): number;
}

/** A fixed window: `limit` requests per `seconds`. A request over the limit is not counted. */
export const windowBudget = (limit: number, seconds: number, origin: number): WindowBudget => {
  let window = -1;
  let used = 0;
  const move = (now: number): void => {
    const current = Math.floor((now - origin) / (seconds * 1000));
    if (current === window) return;
    window = current;
    used = 0;
  };
  return {
    take: (now) => {
      move(now);
      if (used >= limit) return false;
      used += 1;
      return true;
    },
    remaining: (now) => {
      move(now);
      return limit - used;
    },
  };
};

/**
 * What a provider says after a part (0 to 1) of a generation's length.
 *
 * @param progressAfter absent where it reports no progress
 */
export const statusAfter = (
  part: number,
  progressAfter: Job['progressAfter'],
): GenerationStatus => {
  if (part >= 1)
    return {
      kind: 'ready',
      said: 'completed',
      partial: false,
      exports: [],
      document: {},
      details: {},
    };
  return {
    kind: 'pending',
    said: 'processing',
    ...(progressAfter === undefined ? {} : { progress: progressAfter(part) }),
  };
};

const statusOf = (
  { startedAt, lengthSeconds, progressAfter }: Job,
  now: number,
): GenerationStatus => statusAfter((now - startedAt) / 1000 / lengthSeconds, progressAfter);

/** The provider's answer to a request at this moment. */
export const answerAt = (job: Job, now: number, gate: Gate): Report => {
  const { refused, rateLimits } = gate.admit(job, now);
  return (
    refused ?? { status: statusOf(job, now), ...(rateLimits === undefined ? {} : { rateLimits }) }
  );
};
