import type { ProviderSettings } from '../contract/environment.ts';
import type { PollMemory } from '../contract/state.ts';
import { forecastPause, untilNextStep } from './forecast.ts';
import type { Pace } from './pace.ts';
import { partOfText } from './part-of-text.ts';
import type { RateLimits } from './status.ts';

/**
 * Most generations end within 1 to 3 minutes (Gamma, Poll for results): so long, the interval stays
 * as documented.
 */
const growthStartsSeconds = 180;

/**
 * From then on the interval is a part of the time elapsed: the end of a job is found 0.6 % late on
 * average. A check costs a fifth of the wait before it (0.2 s of a function and a
 * request, against 5 s of an Express execution), so the growth spares the provider requests more
 * than it spares money.
 */
const growthOfElapsed = 0.0125;

/**
 * The interval, in seconds, that is long enough for any job within the usual deadlines: its end is
 * found less than 10 s late on average. The growth reaches it after 23 minutes.
 */
const plateauSeconds = 17;

/** The usual deadline of the slowest provider. What lasts longer may be found a little later. */
const plateauEndsSeconds = 3600;

/** A part of the time elapsed beyond the plateau: 24 hours then take a few hundred checks. */
const slowGrowthOfElapsed = 0.012;

/**
 * A part of the caller's `expectedSeconds` that the first check waits for: jobs that end early are
 * still found early.
 */
const partOfExpected = 0.7;

/**
 * Jitter below an interval, as a part of it: thousands of jobs that started together must not beat
 * together.
 */
const jitterPart = 0.1;

/** Jitter above a pause that the provider asked for: spread, but never below. */
const jitterAbovePart = 0.25;

/**
 * Jitter above a pause that follows a 429, as a part of it: generations that were refused together must not
 * come back together.
 */
const jitterAfterThrottle = 1;

/**
 * Longest pause, in seconds, that the archiver imposes of its own accord. A provider's
 * `Retry-After` may be longer.
 */
export const maxOwnPauseSeconds = 900;

/**
 * Longest pause, in seconds, that follows a 429 of its own accord. The windows that providers
 * document for a short limit last a minute: a generation that stays away for longer than five of them is
 * starved by those that come.
 */
const maxThrottledPauseSeconds = 300;

/**
 * Longest pause, in seconds, while a provider is down: it is noticed within a minute that it is
 * back.
 */
const maxOutagePauseSeconds = 60;

/** Upper bound of the factor that 429 answers raise: 64 intervals. */
const maxSlowdown = 64;

/**
 * Factor on the interval after a 429. Where headers or `Retry-After` tell more, they do the rest.
 * Where nothing does, a generation of minutes has no time to feel its way: one refusal must take it
 * to the pace of a crowd.
 */
const throttleFactor = { guided: 2, blind: 16 };

/**
 * Each good answer after a 429 brings the interval back by this factor: 17 of them undo a doubling,
 * 68 a factor of 16.
 */
const recovery = 0.96;

/**
 * However long an answer took, this part of the interval is left as a pause: a provider that is
 * slow is not asked without end.
 */
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
  /** Progress is announced: the generation is checked at each step of it, as far as the pace allows. */
  readonly wantsProgress?: boolean;
}

/**
 * Seconds from the event to the first check.
 *
 * @param expectedSeconds the caller's hint, where the event has one
 */
export const firstCheckSeconds = (
  settings: Pick<ProviderSettings, 'firstCheckSeconds'>,
  expectedSeconds: number | undefined,
): number =>
  expectedSeconds === undefined
    ? settings.firstCheckSeconds
    : Math.max(1, Math.round(expectedSeconds * partOfExpected));

/**
 * Seconds that a generation's first check comes later than {@link firstCheckSeconds}, so that a
 * hundred generations of the same instant do not meet their key at the same instant: they then find
 * a few execution environments that know of each other. The same for the same id, whichever event
 * told it. None beside a hint: it tells better when a look is worth it.
 */
export const firstCheckSpread = (
  { firstCheckSpreadSeconds = 0 }: Pick<ProviderSettings, 'firstCheckSpreadSeconds'>,
  { generationId, expectedSeconds }: { generationId: string; expectedSeconds?: number | undefined },
): number =>
  expectedSeconds === undefined
    ? Math.floor(partOfText(generationId) * (firstCheckSpreadSeconds + 1))
    : 0;

/** The factor after one more 429. `isBlind`: nothing else tells of the limit. */
export const slowedDown = (slowdown: number, isBlind: boolean): number =>
  Math.min(slowdown * (isBlind ? throttleFactor.blind : throttleFactor.guided), maxSlowdown);

/** The factor after one more good answer. */
export const recovered = (slowdown: number): number => Math.max(1, slowdown * recovery);

const below = (seconds: number, random: number): number =>
  seconds * (1 - jitterPart + jitterPart * random);

const above = (seconds: number, random: number, part = jitterAbovePart): number =>
  seconds * (1 + part * random);

const grown = ({ settings, elapsedSeconds }: PauseInput, seconds: number): number =>
  elapsedSeconds < growthStartsSeconds
    ? settings.checkIntervalSeconds
    : Math.max(settings.checkIntervalSeconds, seconds);

const plainInterval = (input: PauseInput): number => {
  const { elapsedSeconds } = input;
  return grown(
    input,
    elapsedSeconds < plateauEndsSeconds
      ? Math.min(growthOfElapsed * elapsedSeconds, plateauSeconds)
      : slowGrowthOfElapsed * elapsedSeconds,
  );
};

const workingInterval = (input: PauseInput): number => {
  const { memory, now, elapsedSeconds } = input;
  const factor = memory.slowdown * (memory.budgets?.stretch ?? 1);
  const untilEnd = forecastPause(memory, now, elapsedSeconds);
  const untilStep = input.wantsProgress === true ? untilNextStep(memory, now) : undefined;
  const forecast = untilEnd === undefined ? undefined : Math.min(untilEnd, untilStep ?? untilEnd);
  // A forecast is a time, not a pace: it is no longer because the key is crowded.
  return forecast === undefined
    ? plainInterval(input) * factor
    : Math.max(plainInterval(input) * factor, forecast);
};

/**
 * Seconds to the next check while the provider works and answers. The interval runs from request to
 * request, so the time that the answer took is part of it.
 */
export const workingPause = (input: PauseInput): number => {
  const { pace, rateLimits, random } = input;
  const wanted = below(Math.min(workingInterval(input), maxOwnPauseSeconds), random);
  const pause = Math.max(wanted - input.answerSeconds, wanted * leastPausePart);
  const burst = rateLimits?.burst;
  const isLow =
    pace.lowBurst !== undefined && burst !== undefined && burst.remaining < pace.lowBurst.below;
  return isLow ? Math.max(pause, above(pace.lowBurst.intervalSeconds, random)) : pause;
};

/** Seconds to the next check after a 429; `memory` already counts it. */
export const throttledPause = (input: PauseInput): number => {
  const { pace, memory, random } = input;
  const documented = pace.throttledSeconds;
  const wanted =
    documented === undefined
      ? plainInterval(input) * memory.slowdown
      : documented * 2 ** (memory.throttles - 1);
  return above(Math.min(wanted, maxThrottledPauseSeconds), random, jitterAfterThrottle);
};

/**
 * Seconds to the next check after no usable answer; `memory` already counts it. Spread widely: an
 * outage ends for all at once.
 */
export const outagePause = (input: PauseInput): number => {
  const wanted = Math.min(
    plainInterval(input) * 2 ** (input.memory.failures - 1),
    Math.max(maxOutagePauseSeconds, plainInterval(input)),
  );
  return wanted * (0.5 + input.random);
};

/** Seconds under a floor that the provider named, spread above it. */
export const atLeast = (
  seconds: number,
  floorSeconds: number | undefined,
  random: number,
): number =>
  floorSeconds === undefined
    ? seconds
    : Math.max(seconds, floorSeconds + Math.min(floorSeconds, 10) * jitterAbovePart * random);
