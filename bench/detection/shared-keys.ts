import type { RateLimits, Report } from '../../lambdas/polling/status.ts';
import type { Deployment } from './deployment.ts';
import { lengthOf, progressOf } from './jobs.ts';
import { windowBudget, type Gate, type Job, type WindowBudget } from './provider-model.ts';
import { mean, quantile, seededRandom } from './random.ts';
import { simulate, type Asked, type Outcome } from './simulation.ts';

/** Midday, half-way through Gamma's daily window. */
const startOfRun = Date.parse('2026-11-22T12:00:00Z');

/** What came of many generations that share a key. */
export interface SharedKeyFigures {
  readonly generations: number;
  readonly archived: number;
  readonly requests: number;
  /** Requests that were over a limit. */
  readonly refused: number;
  /** Of these, the ones later than a minute after the first request. */
  readonly refusedAfterFirstMinute: number;
  readonly p50LagSeconds: number;
  readonly p95LagSeconds: number;
  readonly p99LagSeconds: number;
  readonly maxLagSeconds: number;
}

const figuresOf = (outcomes: readonly Outcome[], asked: readonly Asked[]): SharedKeyFigures => {
  const lags = outcomes.map(({ lagSeconds }) => lagSeconds);
  const refused = asked.filter(({ report }) => report.status.kind === 'throttled');
  const firstAt = asked[0]?.at ?? 0;
  return {
    generations: outcomes.length,
    archived: outcomes.filter(({ archived }) => archived).length,
    requests: asked.length,
    refused: refused.length,
    refusedAfterFirstMinute: refused.filter(({ at }) => at > firstAt + 60_000).length,
    p50LagSeconds: quantile(lags, 0.5),
    p95LagSeconds: quantile(lags, 0.95),
    p99LagSeconds: quantile(lags, 0.99),
    maxLagSeconds: Math.max(...lags),
  };
};

const refusal: Report = { status: { kind: 'throttled', message: 'answered 429' } };

/** A gate per key, made when the key is first used. */
const perKey = (gateOfKey: () => Gate): Gate => {
  const gates = new Map<string, Gate>();
  return {
    admit: (job, now) => {
      const key = `${job.provider}/${job.credential}`;
      const gate = gates.get(key) ?? gateOfKey();
      gates.set(key, gate);
      return gate.admit(job, now);
    },
  };
};

/**
 * Gamma, Poll for results, Rate limit headers: the limits of the example. The length of the short
 * window is assumed.
 */
const gammaLimits = { burst: 10_000, burstSeconds: 60, hourly: 40_000, daily: 200_000 };

const budget = (limit: number, window: WindowBudget, now: number) => ({
  limit,
  remaining: window.remaining(now),
});

/** @param offsetSeconds how long before the run the windows began */
const gammaGate = (offsetSeconds: number): Gate => {
  const origin = startOfRun - offsetSeconds * 1000;
  const burst = windowBudget(gammaLimits.burst, gammaLimits.burstSeconds, origin);
  const hourly = windowBudget(gammaLimits.hourly, 3600, origin);
  const daily = windowBudget(gammaLimits.daily, 86_400, origin);
  return {
    admit: (_, now) => {
      // Every budget is charged, also by a request that another one refuses.
      const taken = [burst, hourly, daily].map((window) => window.take(now));
      const rateLimits: RateLimits = {
        burst: budget(gammaLimits.burst, burst, now),
        hourly: budget(gammaLimits.hourly, hourly, now),
        daily: budget(gammaLimits.daily, daily, now),
      };
      return taken.every(Boolean) ? { rateLimits } : { refused: { ...refusal, rateLimits } };
    },
  };
};

/** How many generations of what length share a key, and when they start. */
export interface Crowd {
  readonly provider: string;
  readonly generations: number;
  readonly lengthSeconds: number;
  /** Seconds from one start to the next; 0 starts all at once. */
  readonly apartSeconds: number;
  readonly credential?: string;
  /** Status checks that may run at the same time; absent: no limit. */
  readonly maxConcurrentChecks?: number;
}

const jobsOf = (
  { provider, generations, lengthSeconds, apartSeconds, credential = 'default' }: Crowd,
  seed: number,
): Job[] => {
  const random = seededRandom(seed);
  const progressAfter = progressOf[provider];
  return Array.from({ length: generations }, (_, index) => ({
    generationId: `${credential}-${index}`,
    provider,
    credential,
    startedAt: startOfRun + index * apartSeconds * 1000,
    lengthSeconds: lengthOf('lognormal', lengthSeconds, random),
    ...(progressAfter === undefined ? {} : { progressAfter }),
  }));
};

/** Longer than any simulated length: what is measured is the lag, not the deadline. */
const timeoutMinutes = 180;

const run = async (
  deployment: Deployment,
  jobs: readonly Job[],
  gate: Gate,
  maxConcurrentChecks?: number,
) => {
  const asked: Asked[] = [];
  const random = seededRandom(1);
  const outcomes = await simulate({
    deployment,
    jobs,
    gate,
    random,
    timeoutMinutes,
    ...(maxConcurrentChecks === undefined ? {} : { maxConcurrentChecks }),
    onAsked: (one) => asked.push(one),
  });
  return { outcomes, asked };
};

/** Gamma generations on one key, under the documented limits and their six headers. */
export const gammaOnOneKey = async (
  deployment: Deployment,
  crowd: Crowd,
  offsetSeconds: number,
): Promise<SharedKeyFigures> => {
  const { outcomes, asked } = await run(deployment, jobsOf(crowd, 11), gammaGate(offsetSeconds));
  return figuresOf(outcomes, asked);
};

/** Chronicle, API scope and rate limits: the example policy, per key. */
const chronicleRequestsPerMinute = 20;

const chronicleGate = (): Gate => {
  const budget = windowBudget(chronicleRequestsPerMinute, 60, startOfRun);
  return { admit: (_, now) => (budget.take(now) ? {} : { refused: refusal }) };
};

/**
 * Chronicle generations on one key, with nothing to go by but 429.
 *
 * @param seeds a crowd for each, one after the other: what they come to together depends less on
 *   chance
 */
export const chronicleOnOneKey = async (
  deployment: Deployment,
  crowd: Crowd,
  seeds: readonly number[] = [12],
): Promise<SharedKeyFigures> => {
  const outcomes: Outcome[] = [];
  const asked: Asked[] = [];
  for (const seed of seeds) {
    const one = await run(
      deployment,
      jobsOf(crowd, seed),
      perKey(chronicleGate),
      crowd.maxConcurrentChecks,
    );
    outcomes.push(...one.outcomes);
    asked.push(...one.asked);
  }
  return figuresOf(outcomes, asked);
};

/**
 * A crowded key beside a quiet one: mean lag of the quiet one's generations, with the crowd and
 * without.
 */
export const quietKeyBesideCrowd = async (
  deployment: Deployment,
): Promise<{ alone: number; beside: number }> => {
  const crowd = jobsOf(
    {
      provider: 'chronicle',
      generations: 60,
      lengthSeconds: 300,
      apartSeconds: 2,
      credential: 'crowded',
    },
    13,
  );
  const quiet = jobsOf(
    {
      provider: 'chronicle',
      generations: 100,
      lengthSeconds: 300,
      apartSeconds: 600,
      credential: 'quiet',
    },
    14,
  );
  const lag = async (jobs: readonly Job[]): Promise<number> => {
    const { outcomes } = await run(deployment, jobs, perKey(chronicleGate));
    return mean(
      outcomes.filter(({ job }) => job.credential === 'quiet').map(({ lagSeconds }) => lagSeconds),
    );
  };
  return { alone: await lag(quiet), beside: await lag([...crowd, ...quiet]) };
};

/** What an outage of ten minutes does to the requests per second. */
export interface OutageFigures {
  readonly steadyPerSecond: number;
  readonly firstSecondAfter: number;
  /** The busiest second of the five minutes after recovery. */
  readonly busiestSecondAfter: number;
  readonly archived: number;
  readonly generations: number;
}

/** A provider that goes down for ten minutes under many generations, and comes back. */
export const outage = async (
  deployment: Deployment,
  generations: number,
): Promise<OutageFigures> => {
  const downAt = startOfRun + 150_000;
  const upAt = downAt + 600_000;
  const down: Report = {
    status: { kind: 'unavailable', code: 'ProviderUnavailable', message: 'answered 503' },
  };
  const gate: Gate = { admit: (_, now) => (now >= downAt && now < upAt ? { refused: down } : {}) };
  const jobs = jobsOf(
    { provider: 'perceptis', generations, lengthSeconds: 1200, apartSeconds: 0.05 },
    15,
  );
  const { outcomes, asked } = await run(deployment, jobs, gate);
  const within = (from: number, seconds: number): number =>
    asked.filter(({ at }) => at >= from && at < from + seconds * 1000).length;
  return {
    steadyPerSecond: within(downAt - 20_000, 20) / 20,
    firstSecondAfter: within(upAt, 1),
    busiestSecondAfter: Math.max(
      ...Array.from({ length: 300 }, (_, second) => within(upAt + second * 1000, 1)),
    ),
    archived: outcomes.filter(({ archived }) => archived).length,
    generations,
  };
};
