import type { ProviderSettings } from '../contract/environment.ts';
import type { PollMemory } from '../contract/state.ts';
import type { Pace } from './pace.ts';
import { forecastPause } from './forecast.ts';
import type { RateLimits } from './status.ts';

/** Most generations end within 1 to 3 minutes (Gamma, Poll for results): so long, the interval stays as documented. */
const growthStartsSeconds = 180;

/**
 * From then on the interval is a part of the time elapsed. A check that lingers costs the same however often it asks, so this
 * growth only spares the provider requests: the end of a job is still found half a percent late on average.
 */
const growthOfElapsed = 0.01;

/**
 * From here on, a pause that is long enough for the Wait state, and cheaper there than lingering, finds the end of a job less than
 * 2.3 % late: about where 4 % of the time elapsed pass 45 s.
 */
const waitsStartSeconds = 1200;

/** Seconds between checks from there on: a fixed delay of a minute must not find the end of a job sooner. */
const plateauSeconds = 54;

/** Growth beyond the plateau, from 75 minutes on: 24 hours then take a few hundred checks. */
const slowGrowthOfElapsed = 0.012;

/** A part of the caller's `expectedSeconds` that the first check waits for: jobs that end early are still found early. */
const partOfExpected = 0.7;

/** With a forecast the interval may fall to this part of the time elapsed, since the end is near; not below, since it may stall. */
const growthWithForecast = 0.01;

/** Jitter below an interval, as a part of it: thousands of jobs that started together must not beat together. */
const jitterPart = 0.1;

/** Jitter above a pause that the provider asked for: spread, but never below. */
const jitterAbovePart = 0.25;

/** Jitter above a pause that follows a 429, as a part of it: whoever was refused together must not come back together. */
const jitterAfterThrottle = 1;

/** Longest pause, in seconds, that the archiver imposes of its own accord. A provider's `Retry-After` may be longer. */
export const maxOwnPauseSeconds = 900;

/**
 * Longest pause, in seconds, that follows a 429 of its own accord. The windows that providers document for a short limit last a
 * minute: whoever stays away for longer than five of them is starved by those that come.
 */
const maxThrottledPauseSeconds = 300;

/** Longest pause, in seconds, while a provider is down: it is noticed within a minute that it is back. */
const maxOutagePauseSeconds = 60;

/** Upper bound of the factor that 429 answers raise: 64 intervals. */
const maxSlowdown = 64;

/**
 * Good answers after a 429 bring the interval back in small steps. Where jobs have settled at a limit, a doubling is made up for by
 * ln 2 / -ln 0.97 = 23 good answers, so that 429s are 4 % of all answers, whatever the limit and however many the jobs.
 */
const recovery = 0.97;

/** However long an answer took, this part of the interval is left as a pause: a provider that is slow is not asked without end. */
const leastPausePart = 0.5;

/** Everything a pause depends on. `random` is a number from 0 to 1. */
export interface PauseInput {
  readonly settings: Pick<ProviderSettings, 'checkIntervalSeconds'>;
  readonly pace: Pace;
  readonly memory: PollMemory;
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly elapsedSeconds: number;
  /** Seconds that the last answer took. */
  readonly answerSeconds: number;
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

const below = (seconds: number, random: number): number => seconds * (1 - jitterPart + jitterPart * random);

const above = (seconds: number, random: number, part = jitterAbovePart): number => seconds * (1 + part * random);

const grown = ({ settings, elapsedSeconds }: PauseInput, seconds: number): number =>
  elapsedSeconds < growthStartsSeconds ? settings.checkIntervalSeconds : Math.max(settings.checkIntervalSeconds, seconds);

const plainInterval = (input: PauseInput): number => {
  const { elapsedSeconds } = input;
  const isLong = elapsedSeconds >= waitsStartSeconds;
  return grown(input, isLong ? Math.max(plateauSeconds, slowGrowthOfElapsed * elapsedSeconds) : growthOfElapsed * elapsedSeconds);
};

const workingInterval = (input: PauseInput): number => {
  const forecast = forecastPause(input.memory, input.now);
  return forecast === undefined ? plainInterval(input) : Math.max(grown(input, growthWithForecast * input.elapsedSeconds), forecast);
};

/** Seconds to the next check while the provider works and answers. */
export const workingPause = (input: PauseInput): number => {
  const { pace, memory, rateLimits, random } = input;
  const stretch = memory.budgets?.stretch ?? 1;
  const wanted = below(Math.min(workingInterval(input) * memory.slowdown * stretch, maxOwnPauseSeconds), random);
  const pause = Math.max(wanted - input.answerSeconds, wanted * leastPausePart);
  const burst = rateLimits?.burst;
  const isLow = pace.lowBurst !== undefined && burst !== undefined && burst.remaining < pace.lowBurst.below;
  return isLow ? Math.max(pause, above(pace.lowBurst.intervalSeconds, random)) : pause;
};

/** Seconds to the next check after a 429; `memory` already counts it. */
export const throttledPause = (input: PauseInput): number => {
  const { pace, memory, random } = input;
  const documented = pace.throttledSeconds;
  const wanted = documented === undefined ? plainInterval(input) * memory.slowdown : documented * 2 ** (memory.throttles - 1);
  return above(Math.min(wanted, maxThrottledPauseSeconds), random, jitterAfterThrottle);
};

/** Seconds to the next check after no usable answer; `memory` already counts it. Spread widely: an outage ends for all at once. */
export const outagePause = (input: PauseInput): number => {
  const wanted = Math.min(plainInterval(input) * 2 ** (input.memory.failures - 1), Math.max(maxOutagePauseSeconds, plainInterval(input)));
  return wanted * (0.5 + input.random);
};

/** Seconds under a floor that the provider named, spread above it. */
export const atLeast = (seconds: number, floorSeconds: number | undefined, random: number): number =>
  floorSeconds === undefined ? seconds : Math.max(seconds, floorSeconds + Math.min(floorSeconds, 10) * jitterAbovePart * random);
