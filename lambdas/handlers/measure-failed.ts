import { cancelledError } from '../contract/cancel.ts';
import type { ErrorCode } from '../contract/error-codes.ts';
import type { Outcome } from '../contract/metrics.ts';
import type { Measure } from '../contract/ports.ts';

/** Codes of failures that no provider, key or file is to blame for. */
const ownCodes: readonly ErrorCode[] = ['InternalError', 'StorageFailed'];

/** An execution that failed, as Step Functions tells of it. */
export interface FailedExecution {
  /** `undefined` where its input does not tell. */
  readonly provider: string | undefined;
  readonly status: 'FAILED' | 'TIMED_OUT' | 'ABORTED';
  /** Name of the error with which it failed. */
  readonly error: string | undefined;
  /** Whether the machine announced the failure itself. */
  readonly isAnnounced: boolean;
  /** `false` where no provider is known to have accepted it. */
  readonly isStarted: boolean;
}

const isCancelled = ({ status, error }: FailedExecution): boolean =>
  status === 'ABORTED' && error === cancelledError;

const outcomeOf = (execution: FailedExecution): Outcome => {
  if (isCancelled(execution)) return 'Cancelled';
  if (!execution.isStarted) return 'NotStarted';
  if (!execution.isAnnounced) return 'NotArchived';
  if (execution.error === 'GenerationFailed') return 'Failed';
  return execution.error === 'DeadlineExceeded' ? 'TimedOut' : 'NotArchived';
};

/**
 * Counts an execution that failed, whatever failed it. One that its time limit stopped is counted
 * by Step Functions.
 */
export const measureFailed = (measure: Measure, execution: FailedExecution): void => {
  const { provider, status, error, isAnnounced } = execution;
  if (provider !== undefined) measure({ Outcomes: 1 }, { provider, outcome: outcomeOf(execution) });
  const isOwn = status === 'FAILED' && (!isAnnounced || ownCodes.some((code) => code === error));
  if (isOwn) measure({ InternalFailures: 1 });
  if (status === 'ABORTED' && !isCancelled(execution)) measure({ StoppedExecutions: 1 });
};
