import type { ProviderSettings } from '../contract/environment.ts';
import type { ErrorCode, Problem } from '../contract/error-codes.ts';
import type { RequestedGeneration } from '../contract/generation.ts';
import { tooLateProblem, uncertainProblem } from '../contract/start-problems.ts';
import { pollMemoryOf, type StartMemory } from '../contract/start-state.ts';
import type { Pace } from './pace.ts';
import { finalRefusals, refusedPauseSeconds } from './refused-key.ts';
import { atLeast, outagePause, throttledPause } from './schedule.ts';

/**
 * Seconds after an uncertain attempt in which a provider is asked again that knows the request by
 * its key. How long it remembers a key is not documented; the shortest time that public APIs tell
 * is half an hour (Qonto, Idempotent requests).
 */
export const repeatedForSeconds = 15 * 60;

/** What an attempt came to, as far as the policy goes by it: everything but an acceptance. */
export type FailedStart =
  | { readonly kind: 'refused'; readonly code: ErrorCode; readonly message: string }
  | { readonly kind: 'throttled' | 'unreached' | 'uncertain'; readonly message: string };

/**
 * Whether a request may be sent (again): a request whose fate is uncertain, only where the provider
 * knows the repetition, and not for long. A function that breaks off time and again never comes to
 * a decision, so this is asked before every attempt.
 */
export const maySend = (
  { uncertainSince }: Pick<StartMemory, 'uncertainSince'>,
  idempotent: boolean,
  now: number,
): boolean =>
  uncertainSince === undefined ||
  (idempotent && now - Date.parse(uncertainSince) < repeatedForSeconds * 1000);

/** What the decision depends on. */
export interface DecideStartInput {
  readonly outcome: FailedStart;
  /** `Retry-After`, in seconds. */
  readonly retryAfterSeconds: number | undefined;
  /** What the attempts before it left behind. */
  readonly memory: StartMemory;
  readonly generation: Pick<RequestedGeneration, 'deadline' | 'requestedAt'>;
  readonly settings: Pick<ProviderSettings, 'checkIntervalSeconds'>;
  readonly pace: Pace;
  /** Whether the provider starts one generation however often it is asked. */
  readonly idempotent: boolean;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** From 0 (included) to 1 (not included). */
  readonly random: number;
}

/** What to do after an attempt that was not accepted. */
export type StartDecision =
  | { readonly next: 'wait'; readonly seconds: number; readonly memory: StartMemory }
  | { readonly next: 'stop'; readonly problem: Problem; readonly memory: StartMemory };

const remember = ({ memory, outcome: { kind }, now }: DecideStartInput): StartMemory => ({
  attempts: memory.attempts + 1,
  throttles: kind === 'throttled' ? memory.throttles + 1 : 0,
  failures: kind === 'unreached' || kind === 'uncertain' ? memory.failures + 1 : 0,
  refusals: kind === 'refused' ? memory.refusals + 1 : 0,
  ...(kind === 'uncertain' || memory.uncertainSince !== undefined
    ? { uncertainSince: memory.uncertainSince ?? new Date(now).toISOString() }
    : {}),
  ...(memory.namesDeployment === undefined ? {} : { namesDeployment: memory.namesDeployment }),
});

const pauseOf = (input: DecideStartInput, memory: StartMemory): number => {
  const { outcome, settings, pace, now, random, generation } = input;
  const elapsedSeconds = (now - Date.parse(generation.requestedAt)) / 1000;
  const pause = {
    settings,
    pace,
    memory: pollMemoryOf(memory),
    now,
    elapsedSeconds,
    answerSeconds: 0,
    rateLimits: undefined,
    random,
  };
  switch (outcome.kind) {
    case 'refused':
      return refusedPauseSeconds * (1 + random);
    case 'throttled':
      return throttledPause(pause);
    case 'unreached':
    case 'uncertain':
      return outagePause(pause);
  }
};

/**
 * Decides what follows from an attempt that was not accepted. What certainly started nothing and
 * may pass is tried again until the deadline; what is uncertain is tried again only where the
 * provider knows the repetition, and not for long.
 */
export const decideStart = (input: DecideStartInput): StartDecision => {
  const { outcome, generation, now, idempotent } = input;
  const memory = remember(input);
  const since = memory.uncertainSince;
  const stop = (problem: Problem): StartDecision => ({
    next: 'stop',
    problem: since === undefined ? problem : uncertainProblem(outcome.message),
    memory,
  });

  if (!maySend(memory, idempotent, now)) return stop(uncertainProblem(outcome.message));
  // Whether a provider knows a repetition that comes with another key is not documented: after an
  // uncertain attempt none is tried.
  const isFinalRefusal = since !== undefined || memory.refusals >= finalRefusals;
  if (outcome.kind === 'refused' && (outcome.code !== 'Unauthorized' || isFinalRefusal)) {
    return stop({ code: outcome.code, message: outcome.message });
  }
  const seconds = atLeast(pauseOf(input, memory), input.retryAfterSeconds, input.random);
  // A generation that is started at its deadline is paid for and never followed.
  if (now + seconds * 1000 >= Date.parse(generation.deadline))
    return stop(tooLateProblem(generation.deadline, outcome.message));
  return { next: 'wait', seconds, memory };
};
