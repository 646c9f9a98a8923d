import type { Problem } from '../contract/error-codes.ts';
import type { Generation } from '../contract/generation.ts';
import type { Clock, Random } from '../contract/ports.ts';
import type { GenerationStatus, Report } from '../polling/status.ts';
import type { AskProvider } from '../providers/ask.ts';
import { pauseAfter } from './backoff.ts';

/** A status that says "done". */
export type ReadyStatus = Extract<GenerationStatus, { kind: 'ready' }>;

/** What asking again before copying came to. */
export type Answer =
  | { readonly kind: 'ready'; readonly status: ReadyStatus }
  | { readonly kind: 'failed'; readonly status: Extract<GenerationStatus, { kind: 'failed' }> }
  | { readonly kind: 'refused'; readonly problem: Problem }
  /** Not done (any more), or no usable answer. `problem` is the outcome where there is no time to check again. */
  | { readonly kind: 'notReady'; readonly problem: Problem };

/** Asks one provider about one generation, and counts. */
export interface StatusAsker {
  ask(): Promise<Answer>;
  /** Requests made so far. */
  asks(): number;
}

/** Tries of a question that gets no usable answer, with pauses of 1, 2, 4, 8 and 16 s between them. */
const maxTries = 6;

const backoff = { firstMilliseconds: 1000, longestMilliseconds: 16_000 };

const notReady = (code: Problem['code'], message: string): Answer => ({ kind: 'notReady', problem: { code, message } });

const answerOf = (status: GenerationStatus): Answer => {
  switch (status.kind) {
    case 'ready':
      return { kind: 'ready', status };
    case 'failed':
      return { kind: 'failed', status };
    case 'refused':
      return { kind: 'refused', problem: { code: status.code, message: status.message } };
    case 'exportPending':
      return notReady('ExportMissing', `the generation is done, but there is no file: ${status.remedy}`);
    case 'notFound':
      return notReady('GenerationNotFound', status.message);
    case 'pending':
    case 'awaitingInput':
      return notReady('UnexpectedResponse', `the provider said that it was done, but now says "${status.said}"`);
    case 'throttled':
      return notReady('ProviderUnavailable', status.message);
    case 'unavailable':
      return notReady(status.code, status.message);
  }
};

const passes = ({ kind }: GenerationStatus): boolean => kind === 'throttled' || kind === 'unavailable';

/**
 * Asks until there is a usable answer, a few times at most. A refused key is read again past the cache, once. A pause that the
 * provider wants (`Retry-After`) and that does not fit before `stopAt` ends the tries: the status checks can wait longer.
 */
export const createStatusAsker = (options: {
  readonly ask: AskProvider;
  readonly generation: Generation;
  readonly clock: Clock;
  readonly random: Random;
  readonly stopAt: number;
}): StatusAsker => {
  const { ask, generation, clock, random, stopAt } = options;
  let asks = 0;
  let readsFresh = false;

  const askOnce = async (): Promise<Report> => {
    asks += 1;
    return ask(generation, readsFresh);
  };

  const askWithKey = async (): Promise<Report> => {
    const report = await askOnce();
    const isRefused = report.status.kind === 'refused' && report.status.code === 'Unauthorized';
    if (!isRefused || readsFresh) return report;
    readsFresh = true;
    return askOnce();
  };

  return {
    asks: () => asks,
    ask: async () => {
      for (let attempt = 1; ; attempt += 1) {
        const { status, retryAfterSeconds } = await askWithKey();
        const pause = pauseAfter(attempt, backoff, random, retryAfterSeconds);
        if (!passes(status) || attempt === maxTries || clock.now() + pause >= stopAt) return answerOf(status);
        await clock.sleep(pause);
      }
    },
  };
};
