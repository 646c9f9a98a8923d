import type { Generation } from '../contract/generation.ts';
import type { ProgressDetail } from '../contract/results.ts';
import type { PollMemory } from '../contract/state.ts';
import { forecastLeft, stepsDone } from './forecast.ts';
import type { GenerationStatus } from './status.ts';

/** Shortest time between two announcements, in seconds: faster than a person reads. */
export const progressSeconds = 5;

/** What of a `Generation Progress` event the provider tells. */
export type ProgressTold = Pick<
  ProgressDetail,
  'status' | 'progress' | 'step' | 'elapsedSeconds' | 'expectedSeconds'
>;

/** What a check saw, of a generation whose progress is wanted. */
export interface ProgressSeen {
  readonly generation: Generation;
  readonly status: GenerationStatus;
  /** After the check. */
  readonly memory: PollMemory;
  /** Milliseconds since 1970. */
  readonly now: number;
}

type Told = NonNullable<PollMemory['told']>;

const toldOf = ({ status, now }: ProgressSeen): Told | undefined => {
  const at = new Date(now).toISOString();
  switch (status.kind) {
    case 'pending': {
      const { said, phase, progress } = status;
      return {
        at,
        said,
        ...(phase === undefined ? {} : { phase }),
        ...(progress === undefined ? {} : { twentieths: stepsDone(progress) }),
      };
    }
    case 'awaitingInput':
    case 'exportPending':
    case 'ready':
      return { at, said: status.said };
    case 'failed':
    case 'notFound':
    case 'refused':
    case 'throttled':
    case 'unavailable':
      return undefined;
  }
};

/** Progress that goes back is no news: a provider that counts to and fro would tell some all the time. */
const isNews = (before: Told, { said, phase, twentieths = 0 }: Told): boolean =>
  said !== before.said || phase !== before.phase || twentieths > (before.twentieths ?? 0);

const isEarly = (before: Told, now: number): boolean =>
  now < Date.parse(before.at) + progressSeconds * 1000;

const expectedSeconds = (
  { generation, memory, now }: ProgressSeen,
  elapsed: number,
): number | undefined => {
  const left = forecastLeft(memory, now);
  if (left !== undefined) return Math.round(elapsed + left);
  const hint = generation.expectedSeconds;
  return hint === undefined || hint <= elapsed ? undefined : Math.round(hint);
};

const tellingOf = (seen: ProgressSeen, said: string): ProgressTold => {
  const { generation, status, now } = seen;
  const begun = Date.parse(generation.acceptedAt ?? generation.requestedAt);
  const elapsed = Math.max(0, (now - begun) / 1000);
  const expected = expectedSeconds(seen, elapsed);
  const { progress, step } =
    status.kind === 'pending' ? status : { progress: undefined, step: undefined };
  return {
    status: said,
    ...(progress === undefined ? {} : { progress }),
    ...(step === undefined ? {} : { step }),
    elapsedSeconds: Math.floor(elapsed),
    ...(expected === undefined ? {} : { expectedSeconds: expected }),
  };
};

/**
 * What `Generation Progress` is to tell after a check, and the memory that knows it was told: the
 * first answer, another status word or phase, another twentieth of the work; at most every
 * {@link progressSeconds}, so that what comes sooner is told by a later check if it still counts.
 *
 * @returns `undefined` where there is nothing new to tell
 */
export const progressNews = (
  seen: ProgressSeen,
): { readonly telling: ProgressTold; readonly memory: PollMemory } | undefined => {
  const { memory, now } = seen;
  const told = toldOf(seen);
  if (told === undefined) return undefined;
  const before = memory.told;
  if (before !== undefined && (!isNews(before, told) || isEarly(before, now))) return undefined;
  return { telling: tellingOf(seen, told.said), memory: { ...memory, told } };
};

/** The memory of a question that is announced, which tells the status word with it. */
export const withQuestionTold = (memory: PollMemory, said: string, now: number): PollMemory => ({
  ...memory,
  told: { at: new Date(now).toISOString(), said },
});
