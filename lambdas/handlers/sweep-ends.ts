import { ArchiverError } from '../contract/error-codes.ts';
import {
  endStatuses,
  type Clock,
  type EndedExecutions,
  type EndStatus,
  type Log,
} from '../contract/ports.ts';
import type { EndToAnnounce } from './announce-end.ts';

/** The world of the sweep. */
export interface SweepEndsOptions {
  readonly ended: EndedExecutions;
  readonly announce: (end: EndToAnnounce) => Promise<void>;
  readonly clock: Clock;
  readonly log: Log;
}

/** The part of a Lambda context that is used. */
export interface SweepContext {
  readonly awsRequestId: string;
}

const minute = 60_000;

/**
 * Before that, the function that was told of the end may still be trying to announce it: three attempts within
 * some minutes. Lists and histories tell it by then.
 */
const settledAfter = 15 * minute;

/** Several sweeps look at each end: one or two of them may fail. */
const lookedAtFor = 120 * minute;

/** Longer than an execution lasts: lists are in the order of beginnings. */
const longestExecution = 40 * 60 * minute;

/** Ends that one sweep looks at: it takes some minutes for them. */
const maxLooks = 1000;

/** Between two looks: intake wants its share of DescribeExecution, ten per second in small regions. */
const pauseMilliseconds = 150;

/** An end that is looked at. */
interface Candidate {
  readonly execution: string;
  readonly name: string;
  readonly status: EndStatus;
}

/**
 * Finds ends that were not announced: Step Functions sends its status events at best effort (Amazon
 * EventBridge reference, "AWS Step Functions events"). What the machine or the function for status
 * events has announced is left alone.
 *
 * @throws where some could not be announced, or looked at: the next sweep tries again, and an alarm
 *   rings
 */
export const createSweepEnds = ({ ended, announce, clock, log }: SweepEndsOptions) => {
  const candidatesAt = async (now: number): Promise<readonly Candidate[]> => {
    const candidates: Candidate[] = [];
    for (const status of endStatuses) {
      for await (const { execution, name, endedAt } of ended.list(
        status,
        now - lookedAtFor - longestExecution,
      )) {
        if (endedAt <= now - settledAfter && endedAt > now - lookedAtFor)
          candidates.push({ execution, name, status });
      }
    }
    return candidates;
  };

  return async (_event: unknown, context?: SweepContext): Promise<void> => {
    const candidates = await candidatesAt(clock.now());
    let failures = 0;
    for (const candidate of candidates.slice(0, maxLooks)) {
      try {
        await announce({ ...candidate, holder: context?.awsRequestId ?? '', isSearched: true });
      } catch {
        // Logged where it happened; the others are looked at all the same.
        failures += 1;
      }
      await clock.sleep(pauseMilliseconds);
    }
    const left = Math.max(0, candidates.length - maxLooks);
    log('info', 'swept', { looked: candidates.length - left, failures, left });
    if (failures + left > 0) {
      throw new ArchiverError(
        'InternalError',
        `${failures} ends could not be announced or looked at, and ${left} were too many`,
      );
    }
  };
};
