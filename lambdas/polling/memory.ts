import type { PollMemory } from '../contract/state.ts';
import { observeBudgets } from './budgets.ts';
import { recovered, slowedDown } from './schedule.ts';
import type { GenerationStatus, Report } from './status.ts';

/**
 * A provider that answered properly is neither down nor refusing, and may be asked a little more
 * often again.
 */
const calm = (
  memory: PollMemory,
): Pick<PollMemory, 'throttles' | 'failures' | 'refusals' | 'slowdown'> => ({
  throttles: 0,
  failures: 0,
  refusals: 0,
  slowdown: recovered(memory.slowdown),
});

/**
 * Answers after which the pace begins anew. Several rounds of questions are documented (Chronicle);
 * more than this are not a dialogue.
 */
const maxFreshStarts = 10;

/** Measured from the first report above 0: a job that queues reports 0 for as long as it likes. */
const progressed = (
  memory: PollMemory,
  progress: number,
  at: string,
): Pick<PollMemory, 'progress' | 'firstProgress'> => ({
  progress,
  ...(progress > 0 ? { firstProgress: memory.firstProgress ?? { progress, at } } : {}),
});

/**
 * Once a question is answered, the next is announced whatever it says, and the pace is that of a
 * generation which has just begun: a person may be waiting for it. A bound keeps a provider that goes to and
 * fro from being asked at that pace for a whole day.
 */
const answered = (memory: PollMemory, at: string): Partial<PollMemory> => {
  if (memory.announcedQuestion === undefined) return {};
  const answers = (memory.answers ?? 0) + 1;
  return {
    announcedQuestion: undefined,
    answers,
    ...(answers <= maxFreshStarts ? { resumedAt: at } : {}),
  };
};

const observed = (
  memory: PollMemory,
  status: GenerationStatus,
  at: string,
): Partial<PollMemory> => {
  switch (status.kind) {
    case 'pending':
      return {
        ...answered(memory, at),
        // A provider that goes back from "completed" gets the whole grace again once it says so
        // anew.
        exportPendingSince: undefined,
        ...(status.progress === undefined ? {} : progressed(memory, status.progress, at)),
        ...(status.unknownStatus === true ? { unknownStatuses: memory.unknownStatuses + 1 } : {}),
      };
    case 'exportPending':
      return { exportPendingSince: memory.exportPendingSince ?? at };
    case 'ready':
      return {
        detectedAt: memory.detectedAt ?? at,
        ...(status.unfinished === true
          ? { exportPendingSince: memory.exportPendingSince ?? at }
          : {}),
      };
    case 'failed':
      return { detectedAt: at };
    case 'awaitingInput':
    case 'notFound':
    case 'refused':
    case 'throttled':
    case 'unavailable':
      return {};
  }
};

/**
 * Whether a 429 is all that the provider tells of its limits: no budget in a header, no
 * `Retry-After`.
 */
const isBlind = (memory: PollMemory, { retryAfterSeconds }: Report): boolean =>
  memory.budgets === undefined && retryAfterSeconds === undefined;

/** The memory after a check, before the decision about it. `now` in milliseconds since 1970. */
export const remember = (memory: PollMemory, report: Report, now: number): PollMemory => {
  const { status, rateLimits } = report;
  const budgets = observeBudgets(memory.budgets, rateLimits, now);
  const counted = {
    ...memory,
    heldBack: undefined,
    turn: undefined,
    checks: memory.checks + 1,
    ...(budgets === undefined ? {} : { budgets }),
  };
  const at = new Date(now).toISOString();
  switch (status.kind) {
    case 'throttled':
      return {
        ...counted,
        throttles: memory.throttles + 1,
        slowdown: slowedDown(memory.slowdown, isBlind(counted, report)),
      };
    case 'unavailable':
      return { ...counted, failures: memory.failures + 1 };
    case 'refused':
      return {
        ...counted,
        refusals: memory.refusals + 1,
        refusedSince: memory.refusedSince ?? at,
      };
    case 'notFound':
      return { ...counted, ...calm(memory), notFoundSince: memory.notFoundSince ?? at };
    case 'pending':
    case 'awaitingInput':
    case 'exportPending':
    case 'ready':
    case 'failed':
      return {
        ...counted,
        ...calm(memory),
        // Good answers alone renew these two: what is between two 404s proves nothing.
        notFoundSince: undefined,
        refusedSince: undefined,
        said: status.said,
        ...observed(memory, status, at),
      };
  }
};
