import type { Log } from '../contract/ports.ts';
import type { PollMemory } from '../contract/state.ts';
import type { Decision } from '../polling/decision.ts';
import type { Report } from '../polling/status.ts';

/**
 * Whether a check says something that the one before it did not: a generation of minutes is checked
 * dozens of times, and most answers are the same.
 */
const isNews = (before: PollMemory, { status }: Report, { next }: Decision): boolean => {
  if (next !== 'wait' || before.checks === 0) return true;
  switch (status.kind) {
    case 'pending':
    case 'awaitingInput':
    case 'exportPending':
      return status.said !== before.said || before.failures + before.throttles > 0;
    case 'notFound':
      return before.notFoundSince === undefined;
    case 'refused':
      return before.refusals === 0;
    case 'throttled':
      return before.throttles === 0;
    case 'unavailable':
      return before.failures === 0;
    case 'ready':
    case 'failed':
      return true;
  }
};

/** What a line about a check tells of. */
export interface CheckedLine {
  readonly before: PollMemory;
  readonly report: Report;
  readonly decision: Decision;
  /** The most memory that the function has had so far, where it is known. */
  readonly residentBytes: number | undefined;
}

/** Writes a line about a check that brought news. */
export const logChecked = (
  log: Log,
  { before, report, decision, residentBytes }: CheckedLine,
): void => {
  if (!isNews(before, report, decision)) return;
  const { status } = report;
  const isUnknown = status.kind === 'pending' && status.unknownStatus === true;
  log(isUnknown ? 'warn' : 'info', isUnknown ? 'unknown status, taken as pending' : 'checked', {
    kind: status.kind,
    next: decision.next,
    checks: decision.memory.checks,
    ...('said' in status ? { said: status.said } : { reason: status.message }),
    ...('progress' in status && status.progress !== undefined ? { progress: status.progress } : {}),
    // Lambda's own line about memory is not written for checks that go well: it costs more than they do.
    ...(residentBytes === undefined
      ? {}
      : { memoryMegabytes: Math.round(residentBytes / 1024 / 1024) }),
  });
};
