import type { Generation } from '../../contract/generation.ts';
import type { Clock, Random } from '../../contract/ports.ts';
import { refusedGraceSeconds, refusedPause } from '../../polling/refused-key.ts';
import { cautiousPace, createRequestPacer, type RequestPace } from '../../polling/request-pace.ts';
import type { GenerationStatus, LinkedFile, LinkStatus, Report } from '../../polling/status.ts';
import type { AskLink, AskProvider } from '../../providers/asking/ask.ts';
import { createFreshKey, isKeyRefused } from '../../providers/asking/fresh-key.ts';
import type { LinkOutcome } from '../download/download-steps.ts';
import { longestPauseOfQuestions, longestSleep } from '../patience.ts';
import { answerOf, exportable, problemOf, troubleOf, withoutLink, type Answer } from './answer.ts';

/** Asks one provider about one generation, and counts. */
export interface StatusAsker {
  /** Asks for the status, and for the links that the status does not hold. */
  ask(): Promise<Answer>;
  /** Asks for a link, and tells how it stands. */
  linkStatus(linkId: string): Promise<LinkStatus>;
  /** Asks for a link alone. */
  askLink(linkId: string): Promise<LinkOutcome>;
  /**
   * Milliseconds until the question may be asked again that got no usable answer, where a machine
   * should wait for it and not this function.
   */
  later(): number | undefined;
  /** Waits until another function may ask about the generation. */
  settle(): Promise<void>;
  /** Status requests made so far. */
  asks(): number;
}

/** What a question came to. */
type Kind = (GenerationStatus | LinkStatus)['kind'];

/** Tries of a question that gets no usable answer, with pauses that grow between them. */
const maxTries = 6;

/** What an asker is made of. */
export interface StatusAskerOptions {
  readonly ask: AskProvider;
  readonly askLink: AskLink;
  readonly generation: Generation;
  /** The provider has accepted the key of this generation before. */
  readonly keyHasWorked: boolean;
  readonly clock: Clock;
  readonly random: Random;
  readonly stopAt: number;
  /** Default: a pace that no provider's documents forbid. */
  readonly pace?: RequestPace | undefined;
  /** See `createRequestPacer`. */
  readonly lastRequestAt?: number | undefined;
}

/**
 * Asks until there is a usable answer, a few times at most, and never sooner than the provider
 * wants to be asked. A refused key is read again past the cache; one that has worked before is tried
 * for minutes, as the status checks do. A pause that is too long to be slept, or does not fit before
 * `stopAt`, ends the tries: a machine waits for nothing. Past the deadline no machine does any more.
 */
export const createStatusAsker = (options: StatusAskerOptions): StatusAsker => {
  const {
    ask,
    generation,
    keyHasWorked,
    clock,
    random,
    stopAt,
    pace = cautiousPace,
    lastRequestAt,
  } = options;
  const pacer = createRequestPacer(clock, pace, lastRequestAt);
  const deadline = Date.parse(generation.deadline);
  let asks = 0;
  let laterMilliseconds: number | undefined;
  /** Milliseconds slept after a 429. */
  let sleptThrottled = 0;
  const key = createFreshKey();

  /** What a copy meets on a crowded key adds up, and another invocation of it costs no question. */
  const isTooLong = (milliseconds: number, kind: Kind): boolean =>
    kind === 'throttled'
      ? sleptThrottled + milliseconds > longestSleep
      : milliseconds > longestPauseOfQuestions;

  /** Sleeps a pause, where it is to be slept here. One that is not is noted for the machine. */
  const sleeps = async (milliseconds: number, until: number, kind: Kind): Promise<boolean> => {
    const now = clock.now();
    const isLong = isTooLong(milliseconds, kind) && now < deadline;
    laterMilliseconds = isLong ? milliseconds : undefined;
    if (isLong || now + milliseconds >= until) return false;
    if (kind === 'throttled') sleptThrottled += milliseconds;
    await clock.sleep(milliseconds);
    return true;
  };

  type Request<Status> = (fresh: boolean) => Promise<Report<Status>>;

  const untilUsable = async <Status extends GenerationStatus | LinkStatus>(
    question: string,
    request: Request<Status>,
  ): Promise<Status> => {
    for (let attempt = 1; ; attempt += 1) {
      const report = await key.send(
        async (fresh) => {
          await pacer.before(question);
          const heard = await request(fresh);
          pacer.heard(question, heard);
          return heard;
        },
        ({ status }) => isKeyRefused(status),
      );
      const { status } = report;
      const pause = pacer.pauseAfterTrouble(attempt, report, random);
      if (troubleOf(status) === undefined || attempt === maxTries) return status;
      if (!(await sleeps(pause, stopAt, status.kind))) return status;
    }
  };

  const untilAccepted = async <Status extends GenerationStatus | LinkStatus>(
    question: string,
    request: Request<Status>,
  ): Promise<Status> => {
    const givesUpAt = Math.min(clock.now() + refusedGraceSeconds * 1000, stopAt);
    for (let refusals = 1; ; refusals += 1) {
      const status = await untilUsable(question, request);
      const pause = refusedPause(refusals) * 1000;
      if (status.kind !== 'refused' || !keyHasWorked) return status;
      if (!(await sleeps(pause, givesUpAt, status.kind))) return status;
    }
  };

  const mayPass = (status: LinkStatus): boolean =>
    laterMilliseconds !== undefined || troubleOf(status) !== undefined;

  const linkStatus = async (linkId: string): Promise<LinkStatus> =>
    untilAccepted(`link ${linkId}`, async (fresh) => options.askLink(generation, linkId, fresh));

  const withLinks = async (
    status: Extract<GenerationStatus, { kind: 'ready' }>,
  ): Promise<Answer> => {
    const exports: LinkedFile[] = [];
    for (const file of status.exports) {
      if ('url' in file) {
        exports.push(file);
        continue;
      }
      const asked = await linkStatus(file.linkId);
      if (asked.kind !== 'link') return withoutLink(asked);
      exports.push({ ...file, url: asked.url });
    }
    return { kind: 'ready', status: { ...status, exports } };
  };

  return {
    asks: () => asks,
    later: () => laterMilliseconds,
    settle: async () => pacer.settle(),
    linkStatus,
    ask: async () => {
      const status = exportable(
        await untilAccepted('status', async (fresh) => {
          asks += 1;
          return ask(generation, fresh);
        }),
        generation,
      );
      return status.kind === 'ready' ? withLinks(status) : answerOf(status);
    },
    askLink: async (linkId) => {
      const asked = await linkStatus(linkId);
      if (asked.kind === 'link') return { kind: 'link', link: asked.url };
      return {
        kind: 'none',
        problem: problemOf(asked),
        ...(mayPass(asked) ? { passes: true } : {}),
      };
    },
  };
};
