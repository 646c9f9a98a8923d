import type { ErrorCode } from '../contract/error-codes.ts';
import type { JsonAnswer } from './provider-answer.ts';
import type { StartedGeneration } from './translating/start-answer.ts';

/**
 * What came of a POST, by what is known of its fate: nothing but `accepted` and `uncertain` can
 * have done anything at the provider. An `uncertain` one that is repeated may be done twice.
 * Messages are for people, cleaned, without the API key.
 */
export type PostOutcome =
  /** 2xx. The body may still be none that can be understood. */
  { readonly kind: 'accepted'; readonly answer: JsonAnswer } | FailedPost;

/** A POST that was not accepted. */
export type FailedPost =
  /** Certainly nothing was done, and another try would come to the same. */
  | { readonly kind: 'refused'; readonly code: ErrorCode; readonly message: string }
  /** 429: certainly nothing was done. */
  | { readonly kind: 'throttled'; readonly message: string }
  /** Never sent: certainly nothing was done. */
  | { readonly kind: 'unreached'; readonly message: string }
  /**
   * It may have been done, or not: the answer was lost, late, a 5xx, or came from something in
   * between.
   */
  | { readonly kind: 'uncertain'; readonly message: string };

/** An outcome with what came along about when to try again. */
export interface PostReport<Outcome = PostOutcome> {
  readonly outcome: Outcome;
  /** `Retry-After`, in seconds from the answer. */
  readonly retryAfterSeconds?: number;
}

/**
 * What one attempt to start a generation learnt. The paid work may be asked for again after
 * `throttled` and `unreached` alone, and after `uncertain` only where the provider knows the
 * repetition by its key.
 */
export type StartOutcome = ({ readonly kind: 'accepted' } & StartedGeneration) | FailedPost;
