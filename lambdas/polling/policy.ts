import type { Problem } from '../contract/error-codes.ts';
import type { GenerationDetails } from '../contract/results.ts';
import type { DecideInput, Decision } from './decision.ts';
import { afterFirstLook, isFirstLook } from './first-look.ts';
import { remember } from './memory.ts';
import { questionAsked } from './question.ts';
import {
  finalRefusals,
  firstLookRefusedSeconds,
  hasWorked,
  refusedGraceSeconds,
  refusedPause,
} from './refused-key.ts';
import { atLeast, outagePause, throttledPause, workingPause, type PauseInput } from './schedule.ts';

/**
 * Seconds from the first 404 in a row in which it is not final. A provider may answer 404 for an id
 * that it has only just given out, and for one that it knows while its servers are replaced.
 */
export const notFoundGraceSeconds = 60;

/**
 * Seconds that a link may come later than "completed", or one file of a deck later than the others.
 * Public Gamma clients tell of 30 to 120 s; the rest is a margin.
 */
export const exportGraceSeconds = 180;

/**
 * Decides what follows from a check: the whole polling policy in one pure function. Trouble at the
 * provider (429, 5xx, nonsense, unknown words) never ends a generation before its deadline; a
 * failed job does, and so do a refusal and an unknown id once their grace is over.
 */
export const decide = (input: DecideInput): Decision => {
  const { report, generation, now } = input;
  const { status } = report;
  const memory = remember(input.memory, report, now);
  const deadline = Date.parse(generation.deadline);
  /** Since when the provider has had the job, as far as can be told. */
  const startedAt = Date.parse(generation.acceptedAt ?? generation.requestedAt);

  const pauseInput = (): PauseInput => ({
    settings: input.settings,
    pace: input.pace,
    memory,
    now,
    elapsedSeconds:
      (now - (memory.resumedAt === undefined ? startedAt : Date.parse(memory.resumedAt))) / 1000,
    answerSeconds: input.answerSeconds ?? 0,
    rateLimits: report.rateLimits,
    random: input.random,
    ...(generation.progress === true ? { wantsProgress: true } : {}),
  });
  const untilDeadline = (deadline - now) / 1000;
  /** Seconds to the next check while the provider works. */
  const working = (): number => afterFirstLook(input, workingPause(pauseInput()));
  /**
   * The last check happens at the deadline, not before it: the only thing that may cut a provider's
   * `Retry-After` short.
   */
  const bounded = (wanted: number): { seconds: number; floorSeconds: number } => {
    const spread = atLeast(wanted, report.retryAfterSeconds, input.random);
    const seconds = Math.max(0, Math.min(spread, untilDeadline));
    const isLast = seconds === untilDeadline;
    return { seconds, floorSeconds: isLast ? seconds : (report.retryAfterSeconds ?? 0) };
  };

  const stop = (problem: Problem, details?: GenerationDetails): Decision => ({
    next: 'stop',
    memory,
    detailType: 'Generation Not Archived',
    problem,
    ...(details === undefined ? {} : { details }),
  });
  /** Seconds that are left of a grace; all of it where it begins with this check. */
  const leftOf = (since: string | undefined, graceSeconds: number): number =>
    since === undefined ? graceSeconds : graceSeconds - (now - Date.parse(since)) / 1000;
  /** A pause that ends with a grace at the latest, but is never shorter than the interval. */
  const within = (left: number, pause: number): number =>
    Math.min(pause, Math.max(left, input.settings.checkIntervalSeconds));
  const waitOrTimeOut = (seconds: number, lastAnswer: string): Decision => {
    if (untilDeadline > 0) return { next: 'wait', ...bounded(seconds), memory };
    const checks = `${memory.checks} check${memory.checks === 1 ? '' : 's'}`;
    const problem: Problem = {
      code: 'DeadlineExceeded',
      message: `not archived by the deadline ${generation.deadline} (after ${checks}); last: ${lastAnswer}. Send "Generation Started" with its id to follow it further`,
    };
    return { next: 'stop', memory, detailType: 'Generation Timed Out', problem };
  };

  switch (status.kind) {
    case 'pending':
      return waitOrTimeOut(working(), `the provider said "${status.said}"`);

    case 'awaitingInput': {
      const question = questionAsked(status);
      const waiting = waitOrTimeOut(
        workingPause(pauseInput()),
        'the provider waits for an answer to its question',
      );
      if (waiting.next !== 'wait' || memory.announcedQuestion === question) return waiting;
      return {
        ...waiting,
        next: 'announceInput',
        memory: { ...memory, announcedQuestion: question },
        details: status.details,
      };
    }

    case 'exportPending': {
      const left = leftOf(memory.exportPendingSince, exportGraceSeconds);
      if (left <= 0) {
        // What is missing can be exported on request.
        if (generation.exportAs !== undefined && status.deck !== undefined)
          return { next: 'copy', memory };
        const message = `completed, but no file was offered within ${exportGraceSeconds} s: ${status.remedy}`;
        return stop({ code: 'ExportMissing', message }, status.details);
      }
      return waitOrTimeOut(
        Math.min(workingPause(pauseInput()), left),
        'completed, but without a file so far',
      );
    }

    case 'ready': {
      const since = Date.parse(memory.exportPendingSince ?? new Date(now).toISOString());
      const left = exportGraceSeconds - (now - since) / 1000;
      // What is there is archived, whatever becomes of the rest.
      if (status.unfinished !== true || left <= 0 || untilDeadline <= 0)
        return { next: 'copy', memory };
      return {
        next: 'wait',
        ...bounded(Math.min(workingPause(pauseInput()), left)),
        memory,
      };
    }

    case 'failed': {
      const problem: Problem = { code: 'GenerationFailed', message: status.message };
      return {
        next: 'stop',
        memory,
        detailType: 'Generation Failed',
        problem,
        details: status.details,
      };
    }

    case 'notFound': {
      const left = leftOf(memory.notFoundSince, notFoundGraceSeconds);
      if (left <= 0 || untilDeadline <= 0)
        return stop({ code: 'GenerationNotFound', message: status.message });
      return { next: 'wait', ...bounded(within(left, workingPause(pauseInput()))), memory };
    }

    case 'refused': {
      const left = leftOf(memory.refusedSince, refusedGraceSeconds);
      const mayPass = hasWorked(memory, generation)
        ? left > 0
        : status.code === 'Unauthorized' && memory.refusals < finalRefusals;
      if (!mayPass || untilDeadline <= 0)
        return stop({ code: status.code, message: status.message });
      const pause = isFirstLook(input)
        ? firstLookRefusedSeconds
        : Math.max(refusedPause(memory.refusals), workingPause(pauseInput()));
      return { next: 'wait', ...bounded(within(left, pause)), memory };
    }

    case 'throttled':
      return waitOrTimeOut(throttledPause(pauseInput()), status.message);

    case 'unavailable':
      return waitOrTimeOut(outagePause(pauseInput()), status.message);
  }
};
