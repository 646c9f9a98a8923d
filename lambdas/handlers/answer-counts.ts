import type { Clock, Measure, Measured } from '../contract/ports.ts';
import type { GenerationStatus, Report } from '../polling/status.ts';

/**
 * Seconds after which counts are written in the middle of an invocation. A copy may take a quarter
 * of an hour, and alarms look at five minutes: what is written late counts late.
 */
const writtenEverySeconds = 60;

/** What one answer counts as, beside being one. */
export const troubleOf = (
  status: GenerationStatus,
): 'Throttles' | 'TransientFailures' | 'UnknownStatuses' | undefined => {
  switch (status.kind) {
    case 'throttled':
      return 'Throttles';
    case 'unavailable':
      return 'TransientFailures';
    case 'pending':
      return status.unknownStatus === true ? 'UnknownStatuses' : undefined;
    case 'refused':
    case 'awaitingInput':
    case 'exportPending':
    case 'ready':
    case 'failed':
    case 'notFound':
      return undefined;
  }
};

/** Whether an answer brought nothing to act upon. */
export const isUnusable = ({ kind }: GenerationStatus): boolean =>
  kind === 'throttled' || kind === 'unavailable' || kind === 'refused';

/** Counts what a provider answers during one invocation. */
export interface AnswerCounts {
  add(report: Report): void;
  /** Writes what was counted and not yet written, together with what is known at the end. */
  write(more?: Measured): void;
}

/** See {@link AnswerCounts}. */
export const createAnswerCounts = (
  measure: Measure,
  provider: string,
  clock: Pick<Clock, 'now'>,
): AnswerCounts => {
  let unusable: number[] = [];
  let troubles: Measured = {};
  let writtenAt = clock.now();

  const write = (more: Measured = {}): void => {
    const measured = {
      ...(unusable.length === 0 ? {} : { UnusableAnswers: unusable }),
      ...troubles,
      ...more,
    };
    if (Object.keys(measured).length > 0) measure(measured, { provider });
    unusable = [];
    troubles = {};
    writtenAt = clock.now();
  };

  return {
    add: ({ status }) => {
      unusable.push(isUnusable(status) ? 1 : 0);
      const name = troubleOf(status);
      if (name !== undefined) troubles = { ...troubles, [name]: Number(troubles[name] ?? 0) + 1 };
      if (clock.now() - writtenAt >= writtenEverySeconds * 1000) write();
    },
    write,
  };
};
