import type { Generation } from '../contract/generation.ts';
import type { DecideInput } from './decision.ts';
import { firstCheckSeconds } from './schedule.ts';

/** Seconds that are left of the time in which no generation is done; 0 where none is known. */
const untilUsualMinimum = (
  { requestedAt, expectedSeconds }: Generation,
  { firstCheckSeconds: usual }: DecideInput['settings'],
  now: number,
): number => {
  if (usual === undefined) return 0;
  const minimum = firstCheckSeconds({ firstCheckSeconds: usual }, expectedSeconds);
  return Math.max(0, minimum - (now - Date.parse(requestedAt)) / 1000);
};

/**
 * Whether the check was the first one, and before the provider's usual minimum: what the archiver
 * has not started itself may be done long ago, so it is looked at once.
 */
export const isFirstLook = ({ memory, generation, settings, now }: DecideInput): boolean =>
  memory.checks === 0 &&
  generation.acceptedAt === undefined &&
  untilUsualMinimum(generation, settings, now) > 0;

/** A generation that is not done at the first look is left alone until it may be. */
export const afterFirstLook = (input: DecideInput, pause: number): number =>
  isFirstLook(input)
    ? Math.max(pause, untilUsualMinimum(input.generation, input.settings, input.now))
    : pause;
