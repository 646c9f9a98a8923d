import type { PollMemory } from '../contract/state.ts';

/**
 * Part of the forecast time that is waited, so that the end is found soon where the work speeds up,
 * and where the reports come in steps as long as the rest: whole slides, of which the last seems
 * the longest.
 */
const waitedPart = 1 / 2;

/**
 * Part of the time elapsed that a forecast leaves before the end, for its own error: from there on
 * the job is checked as often as one that tells nothing. Two of a deck's twelve slides are that long.
 */
const marginPart = 0.15;

/**
 * Part of the time elapsed that is waited while the provider reports that nothing is done yet: all
 * of the work is still to come, so the end is not near.
 */
const untouchedPart = 1 / 4;

/** What is measured: the work that was done since the first report, and in how many seconds. */
interface Pace {
  readonly leftSeconds: number;
  readonly observedSeconds: number;
}

const paceOf = ({ progress, firstProgress }: PollMemory, now: number): Pace | undefined => {
  if (progress === undefined || firstProgress === undefined) return undefined;
  const gained = progress - firstProgress.progress;
  const observedSeconds = (now - Date.parse(firstProgress.at)) / 1000;
  if (gained <= 0 || observedSeconds <= 0) return undefined;
  return { leftSeconds: ((1 - progress) / gained) * observedSeconds, observedSeconds };
};

/**
 * Seconds that are left of the work, at the rate of the reports so far.
 *
 * @param now milliseconds since 1970
 * @returns `undefined` where the reports say nothing (yet)
 */
export const forecastLeft = (memory: PollMemory, now: number): number | undefined =>
  paceOf(memory, now)?.leftSeconds;

/** Steps in which progress is told to those who want to see it. */
export const progressSteps = 20;

/** Steps that are done. The sum of 0.05 and 0.1 is a little more than 0.15: what is as good as reached counts. */
export const stepsDone = (progress: number): number => Math.floor(progress * progressSteps + 1e-9);

/**
 * Seconds until the next twentieth of the work is done, at the rate of the reports so far.
 *
 * @param now milliseconds since 1970
 * @returns `undefined` where the reports say nothing (yet)
 */
export const untilNextStep = (memory: PollMemory, now: number): number | undefined => {
  const { progress } = memory;
  const left = forecastLeft(memory, now);
  if (progress === undefined || left === undefined || progress >= 1) return undefined;
  const next = (stepsDone(progress) + 1) / progressSteps;
  return (left * (next - progress)) / (1 - progress);
};

/**
 * Seconds until the next check is worth its while, going by the progress that the provider reports:
 * it has worked at a known rate since its first report, and the rest takes as long at that rate. No
 * forecast looks further ahead than it looks back, so a first jump in the reports cannot put the
 * next check off by much.
 *
 * @param memory after the check
 * @param now milliseconds since 1970
 * @param elapsedSeconds since the event
 * @returns `undefined` where the reports say nothing (yet)
 */
export const forecastPause = (
  memory: PollMemory,
  now: number,
  elapsedSeconds: number,
): number | undefined => {
  if (memory.progress === 0) return elapsedSeconds * untouchedPart;
  const pace = paceOf(memory, now);
  if (pace === undefined) return undefined;
  const untilMargin = Math.max(0, pace.leftSeconds - marginPart * elapsedSeconds);
  return Math.min(pace.leftSeconds * waitedPart, untilMargin, pace.observedSeconds);
};
