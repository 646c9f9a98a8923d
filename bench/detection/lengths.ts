import type { Random } from '../../lambdas/contract/ports.ts';
import { freshMemory } from '../../lambdas/contract/state.ts';
import { decide } from '../../lambdas/polling/policy.ts';
import { providerNamed } from '../../lambdas/providers/registry.ts';
import {
  durableDefault,
  durableFixed,
  durableWith,
  fixedDelay,
  jobPoller,
  n8nExample,
  queueTimer,
  type Alternative,
  type AlternativeOutcome,
} from './alternatives.ts';
import type { Deployment } from './deployment.ts';
import { distributions, lengthOf, nominalSeconds, progressOf, type Distribution } from './jobs.ts';
import type { Job } from './provider-model.ts';
import { mean, quantile, seededRandom, standardError } from './random.ts';
import { simulate } from './simulation.ts';

/** How one way of checking fares with one kind of generation. */
export interface Fare {
  readonly name: string;
  /** Absent where there is no price per generation. */
  readonly dollarsPerThousand?: number;
  readonly meanLagSeconds: number;
  /** Standard error of the mean: a verdict within two of these is not settled by this sample. */
  readonly lagErrorSeconds: number;
  readonly p95LagSeconds: number;
  readonly requestsPerGeneration: number;
}

/** One kind of generation, and how every way of checking fares with it. */
export interface Cell {
  readonly provider: string;
  readonly intervalSeconds: number;
  readonly nominalSeconds: number;
  readonly distribution: Distribution;
  /**
   * The mean lag that the targets allow: 2.5 s for jobs of up to 3 minutes, 0.7 % of the length of
   * longer ones and 10 s at the most.
   */
  readonly allowedLagSeconds: number;
  readonly archiver: Fare & {
    readonly transitionsPerGeneration: number;
    readonly lambdaSecondsPerGeneration: number;
    readonly expressSecondsPerGeneration: number;
  };
  /** Job poller and durable function at the archiver's own interval. */
  readonly poller: Fare;
  readonly durable: Fare;
  readonly others: readonly Fare[];
}

/**
 * How many times as many samples of short jobs: what is asked of their lag is nearer to what it is
 * than the standard error of a thousand.
 */
const samplesOfShort = 4;

const startOfRun = Date.parse('2026-11-22T00:00:00Z');

/** Nominal lengths up to which the lag may be {@link shortLagSeconds} whatever the length. */
const shortJobSeconds = 180;

const shortLagSeconds = 2.5;

const longLagPart = 0.007;

const longestLagSeconds = 10;

const allowedLag = (nominal: number): number =>
  nominal <= shortJobSeconds ? shortLagSeconds : Math.min(nominal * longLagPart, longestLagSeconds);

const fareOf = (name: string, outcomes: readonly AlternativeOutcome[]): Fare => {
  const lags = outcomes.map(({ lagSeconds }) => lagSeconds);
  const dollars = outcomes.flatMap((outcome) =>
    outcome.dollars === undefined ? [] : [outcome.dollars],
  );
  return {
    name,
    ...(dollars.length === 0 ? {} : { dollarsPerThousand: mean(dollars) * 1000 }),
    meanLagSeconds: mean(lags),
    lagErrorSeconds: standardError(lags),
    p95LagSeconds: quantile(lags, 0.95),
    requestsPerGeneration: mean(outcomes.map(({ requests }) => requests)),
  };
};

/** The archiver's own schedule in a durable function, for a provider that reports no progress. */
const durableWithOurSchedule = (deployment: Deployment, provider: string): Alternative => {
  const settings = deployment.settings[provider];
  if (settings === undefined) throw new Error(`provider '${provider}' is not deployed`);
  const { pace } = providerNamed(provider);
  const generation = {
    provider,
    generationId: 'g',
    credential: 'default',
    refresh: false,
    metadata: {},
    requestedAt: new Date(startOfRun).toISOString(),
    deadline: new Date(startOfRun + 86_400_000).toISOString(),
    eventId: 'e',
  };
  const pauseAfter = (_: number, at: number, random: Random): number => {
    const report = { status: { kind: 'pending', said: 'pending' } } as const;
    const decision = decide({
      report,
      memory: freshMemory,
      generation,
      settings,
      pace,
      now: startOfRun + at * 1000,
      random: random(),
    });
    if (decision.next !== 'wait') throw new Error('a pending job waits');
    return decision.seconds;
  };
  return durableWith(
    "durable function, the archiver's schedule",
    settings.firstCheckSeconds,
    pauseAfter,
  );
};

const cell = async (
  deployment: Deployment,
  provider: string,
  nominal: number,
  distribution: Distribution,
  samples: number,
): Promise<Cell> => {
  const random = seededRandom(nominal);
  const progressAfter = progressOf[provider];
  const jobs = Array.from({ length: samples }, (_, index): Job => ({
    generationId: `${provider}-${index}`,
    provider,
    // What is measured is no limit of a key.
    credential: `key-${index}`,
    startedAt: startOfRun + index * 1000,
    lengthSeconds: lengthOf(distribution, nominal, random),
    ...(progressAfter === undefined ? {} : { progressAfter }),
  }));
  // No deadline in between: what is measured is the lag.
  const outcomes = await simulate({ deployment, jobs, random, timeoutMinutes: 600 });
  const follow = (alternative: Alternative): Fare =>
    fareOf(
      alternative.name,
      jobs.map(({ lengthSeconds }) => alternative.follow(lengthSeconds, random)),
    );
  const intervalSeconds = deployment.settings[provider]?.checkIntervalSeconds ?? 0;
  return {
    provider,
    intervalSeconds,
    nominalSeconds: nominal,
    distribution,
    allowedLagSeconds: allowedLag(nominal),
    archiver: {
      ...fareOf('Generation Archiver', outcomes),
      transitionsPerGeneration: mean(outcomes.map(({ transitions }) => transitions)),
      lambdaSecondsPerGeneration: mean(outcomes.map(({ lambdaSeconds }) => lambdaSeconds)),
      expressSecondsPerGeneration: mean(outcomes.map((outcome) => outcome.expressSeconds)),
    },
    poller: follow(jobPoller(intervalSeconds)),
    durable: follow(durableFixed(intervalSeconds)),
    others: [
      jobPoller(30),
      jobPoller(5),
      durableFixed(5),
      durableWithOurSchedule(deployment, provider),
      queueTimer(intervalSeconds, deployment.settings[provider]?.firstCheckSeconds ?? 0),
      durableDefault,
      n8nExample,
      fixedDelay,
    ].map(follow),
  };
};

/**
 * Cost and lag for every provider, length and distribution.
 *
 * @param samples generations of each kind; of short ones {@link samplesOfShort} times as many
 */
export const measureLengths = async (
  deployment: Deployment,
  samples: number,
  providers = Object.keys(deployment.settings),
): Promise<Cell[]> => {
  const cells: Cell[] = [];
  for (const provider of providers) {
    for (const nominal of nominalSeconds) {
      for (const distribution of distributions)
        cells.push(
          await cell(
            deployment,
            provider,
            nominal,
            distribution,
            nominal <= shortJobSeconds ? samplesOfShort * samples : samples,
          ),
        );
    }
  }
  return cells;
};
