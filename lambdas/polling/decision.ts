import type { ProviderSettings } from '../contract/environment.ts';
import type { Problem } from '../contract/error-codes.ts';
import type { Generation } from '../contract/generation.ts';
import type { GenerationDetails, ResultDetailType } from '../contract/results.ts';
import type { PollMemory } from '../contract/state.ts';
import type { Pace } from './pace.ts';
import type { Report } from './status.ts';

/** What a decision depends on: nothing else, so that equal input gives an equal decision. */
export interface DecideInput {
  /** What the check learnt. */
  readonly report: Report;
  /** What the checks before it left behind. */
  readonly memory: PollMemory;
  readonly generation: Generation;
  readonly settings: Pick<ProviderSettings, 'checkIntervalSeconds'> &
    Partial<Pick<ProviderSettings, 'firstCheckSeconds'>>;
  readonly pace: Pace;
  /** When the answer had come, milliseconds since 1970. */
  readonly now: number;
  /**
   * Seconds that the answer took, 0 where not known: part of the interval, which runs from request
   * to request.
   */
  readonly answerSeconds?: number;
  /** From 0 (included) to 1 (not included). */
  readonly random: number;
}

/**
 * What to do after a check. `seconds` are never negative, never past the deadline and, before it,
 * never below `Retry-After`.
 */
export type Decision =
  | {
      readonly next: 'wait';
      readonly seconds: number;
      /** What whole seconds must not fall below: `Retry-After`, or the deadline. */
      readonly floorSeconds?: number;
      readonly memory: PollMemory;
    }
  | {
      readonly next: 'announceInput';
      readonly seconds: number;
      readonly floorSeconds?: number;
      readonly memory: PollMemory;
      readonly details: GenerationDetails;
    }
  | { readonly next: 'copy'; readonly memory: PollMemory }
  | {
      readonly next: 'stop';
      readonly memory: PollMemory;
      readonly detailType: Extract<
        ResultDetailType,
        'Generation Failed' | 'Generation Timed Out' | 'Generation Not Archived'
      >;
      readonly problem: Problem;
      readonly details?: GenerationDetails;
    };
