import type { Deployment } from './deployment.ts';
import { lengthOf, progressOf } from './jobs.ts';
import type { Job } from './provider-model.ts';
import { seededRandom } from './random.ts';
import { simulate } from './simulation.ts';

/** What a day of many generations comes to. */
export interface DayFigures {
  readonly generations: number;
  readonly archived: number;
  readonly stateTransitions: number;
  readonly lambdaSeconds: number;
  readonly lambdaSecondsPerGeneration: number;
  /** Seconds of the checks machine, as they are charged. */
  readonly expressSeconds: number;
  readonly providerRequests: number;
  /** Most status checks under way at the same moment. */
  readonly peakConcurrency: number;
  readonly dollars: number;
  /** Most executions started in one second. */
  readonly peakStartsPerSecond: number;
}

/**
 * The generations of a day: provider, share, nominal length. Long Gamma jobs are the newest
 * model's.
 */
const mix = [
  { provider: 'gamma', share: 0.5, seconds: 120 },
  { provider: 'gamma', share: 0.1, seconds: 1500 },
  { provider: 'chronicle', share: 0.1, seconds: 300 },
  { provider: 'duomi', share: 0.2, seconds: 30 },
  { provider: 'perceptis', share: 0.1, seconds: 120 },
] as const;

const startOfDay = Date.parse('2026-11-22T00:00:00Z');

const daySeconds = 86_400;

/** An office day: at noon twice the average, at midnight none. */
const timeOfDay = (random: () => number): number => {
  for (;;) {
    const part = random();
    if (random() < 0.5 - 0.5 * Math.cos(2 * Math.PI * part)) return part * daySeconds;
  }
};

/** A day of generations on many keys, none at its limit. */
export const simulateDay = async (
  deployment: Deployment,
  generations: number,
): Promise<DayFigures> => {
  const random = seededRandom(21);
  const kinds = mix.flatMap((kind) =>
    Array.from({ length: Math.round(generations * kind.share) }, () => kind),
  );
  const starts = new Map<number, number>();
  const jobs = kinds.map(({ provider, seconds }, index): Job => {
    const progressAfter = progressOf[provider];
    const second = timeOfDay(random);
    starts.set(Math.floor(second), (starts.get(Math.floor(second)) ?? 0) + 1);
    return {
      generationId: `day-${index}`,
      provider,
      credential: `key-${index}`,
      startedAt: startOfDay + second * 1000,
      lengthSeconds: lengthOf('lognormal', seconds, random),
      ...(progressAfter === undefined ? {} : { progressAfter }),
    };
  });
  let underWay = 0;
  let peakConcurrency = 0;
  const outcomes = await simulate({
    deployment,
    jobs,
    random,
    // The tail of the long lengths would otherwise meet the deadline, which is no matter of scale.
    timeoutMinutes: 180,
    onConcurrency: (change) => {
      underWay += change;
      peakConcurrency = Math.max(peakConcurrency, underWay);
    },
  });
  const sum = (of: (outcome: (typeof outcomes)[number]) => number): number =>
    outcomes.reduce((all, outcome) => all + of(outcome), 0);
  return {
    generations: outcomes.length,
    archived: outcomes.filter(({ archived }) => archived).length,
    stateTransitions: sum(({ transitions }) => transitions),
    lambdaSeconds: Math.round(sum(({ lambdaSeconds }) => lambdaSeconds)),
    lambdaSecondsPerGeneration: sum(({ lambdaSeconds }) => lambdaSeconds) / outcomes.length,
    expressSeconds: Math.round(sum(({ expressSeconds }) => expressSeconds)),
    providerRequests: sum(({ requests }) => requests),
    peakConcurrency,
    dollars: sum(({ dollars }) => dollars),
    peakStartsPerSecond: [...starts.values()].reduce((most, count) => Math.max(most, count), 0),
  };
};
