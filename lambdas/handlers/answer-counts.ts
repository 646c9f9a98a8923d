import type { Clock, Measure, Measured } from '../contract/ports.ts';
import type { Decision } from '../polling/policy.ts';
import type { GenerationStatus, Report } from '../polling/status.ts';

/**
 * Seconds after which counts are written in the middle of an invocation. It may linger for 13
 * minutes, and alarms look at five: what is written late counts late.
 */
const writtenEverySeconds = 60;

/** What one answer counts as, beside being one. */
const trouble = (
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

const isUnusable = ({ kind }: GenerationStatus): boolean =>
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
      const name = trouble(status);
      if (name !== undefined) troubles = { ...troubles, [name]: Number(troubles[name] ?? 0) + 1 };
      if (clock.now() - writtenAt >= writtenEverySeconds * 1000) write();
    },
    write,
  };
};

/**
 * What is known where a check ends the following: how many checks it took, and how late the last of
 * them was.
 */
export const measuredAtEnd = (
  { next, memory }: Decision,
  { status }: Report,
  askedAt: number,
): Measured => {
  if (next !== 'copy' && next !== 'stop') return {};
  const completedAt = status.kind === 'ready' ? status.completedAt : undefined;
  // The provider's clock may be ahead of ours.
  const lag =
    completedAt === undefined
      ? {}
      : { DetectionLag: Math.max(0, (askedAt - Date.parse(completedAt)) / 1000) };
  return { ChecksPerGeneration: memory.checks, ...lag };
};
