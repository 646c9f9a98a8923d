import type { ProviderSettings } from '../contract/environment.ts';
import type { PollMemory } from '../contract/state.ts';
import type { Pace } from './pace.ts';
import type { RateLimits, RequestBudget } from './status.ts';

/**
 * The interval grows with the time elapsed: waiting 2 % of it finds the end of a long job at most 2 % late, and turns the 300
 * checks of a 25-minute job at 5 s into about 130.
 */
const growthOfElapsed = 0.02;

/** A part of the caller's `expectedSeconds` that the first check waits for: jobs that end early are still found early. */
const partOfExpected = 0.7;

/** Jitter around an interval, as a part of it: thousands of jobs that started together must not beat together. */
const jitterPart = 0.1;

/** Jitter above a pause that the provider asked for: spread, but never below. */
const jitterAbovePart = 0.25;

/** Longest pause, in seconds, that the archiver imposes of its own accord. A provider's `Retry-After` may be longer. */
export const maxOwnPauseSeconds = 900;

/** Longest pause, in seconds, while a provider is down: it is noticed within a minute that it is back. */
const maxOutagePauseSeconds = 60;

/** Upper bound of the factor that 429 answers raise: 64 intervals. */
const maxSlowdown = 64;

/** Good answers after a 429 bring the interval back in small steps, so that many jobs on one key settle below its limit. */
const recovery = 0.85;

/** Part of a budget that may be spent at full speed. Below it, the interval stretches as the rest shrinks. */
const freelySpentPart = 0.5;

/** Everything a pause depends on. `random` is a number from 0 to 1. */
export interface PauseInput {
  readonly settings: Pick<ProviderSettings, 'checkIntervalSeconds'>;
  readonly pace: Pace;
  readonly memory: PollMemory;
  readonly elapsedSeconds: number;
  readonly rateLimits: RateLimits | undefined;
  readonly random: number;
}

/**
 * Seconds from the event to the first check.
 *
 * @param expectedSeconds the caller's hint, where the event has one
 */
export const firstCheckSeconds = (settings: Pick<ProviderSettings, 'firstCheckSeconds'>, expectedSeconds: number | undefined): number =>
  expectedSeconds === undefined ? settings.firstCheckSeconds : Math.max(1, Math.round(expectedSeconds * partOfExpected));

/** The factor after one more 429. */
export const slowedDown = (slowdown: number): number => Math.min(slowdown * 2, maxSlowdown);

/** The factor after one more good answer. */
export const recovered = (slowdown: number): number => Math.max(1, slowdown * recovery);

const stretch = (budget: RequestBudget | undefined): number => {
  if (budget === undefined || budget.limit <= 0) return 1;
  const left = Math.max(budget.remaining, 1) / budget.limit;
  return left >= freelySpentPart ? 1 : freelySpentPart / left;
};

/**
 * How much longer to wait so that the hourly and the daily budget last their windows. No job knows how many others share the
 * key; but when each stretches in proportion to what is left, so does their sum, and the budget is approached, not used up.
 */
const budgetStretch = (limits: RateLimits | undefined): number => Math.max(stretch(limits?.hourly), stretch(limits?.daily));

const around = (seconds: number, random: number): number => seconds * (1 - jitterPart + 2 * jitterPart * random);

const above = (seconds: number, random: number): number => seconds * (1 + jitterAbovePart * random);

const plainInterval = ({ settings, elapsedSeconds }: PauseInput): number =>
  Math.max(settings.checkIntervalSeconds, growthOfElapsed * Math.max(elapsedSeconds, 0));

/** Seconds to the next check while the provider works and answers. */
export const workingPause = (input: PauseInput): number => {
  const { pace, memory, rateLimits, random } = input;
  const wanted = Math.min(plainInterval(input) * memory.slowdown * budgetStretch(rateLimits), maxOwnPauseSeconds);
  const jittered = around(wanted, random);
  const burst = rateLimits?.burst;
  const isLow = pace.lowBurst !== undefined && burst !== undefined && burst.remaining < pace.lowBurst.below;
  return isLow ? Math.max(jittered, above(pace.lowBurst.intervalSeconds, random)) : jittered;
};

/** Seconds to the next check after a 429; `memory` already counts it. */
export const throttledPause = (input: PauseInput): number => {
  const { pace, memory, random } = input;
  const documented = pace.throttledSeconds;
  const wanted = documented === undefined ? plainInterval(input) * memory.slowdown : documented * 2 ** (memory.throttles - 1);
  return above(Math.min(wanted, maxOwnPauseSeconds), random);
};

/** Seconds to the next check after no usable answer; `memory` already counts it. Spread widely: an outage ends for all at once. */
export const outagePause = (input: PauseInput): number => {
  const wanted = Math.min(plainInterval(input) * 2 ** (input.memory.failures - 1), Math.max(maxOutagePauseSeconds, plainInterval(input)));
  return wanted * (0.5 + input.random);
};

/** Seconds under a floor that the provider named, spread above it. */
export const atLeast = (seconds: number, floorSeconds: number | undefined, random: number): number =>
  floorSeconds === undefined ? seconds : Math.max(seconds, floorSeconds + Math.min(floorSeconds, 10) * jitterAbovePart * random);
