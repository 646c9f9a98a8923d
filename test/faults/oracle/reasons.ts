import type { ErrorCode } from '../../../lambdas/contract/error-codes.ts';
import type { ResultDetail } from '../../../lambdas/contract/results.ts';
import type { Followed } from '../world/executions.ts';
import type { Observed, SeenEvent } from '../world/observed.ts';
import { createPostsOf, isUncertain } from './posts.ts';

/** What must have happened for a result to give this as its reason: any of these. */
const reasons: Readonly<
  Record<Exclude<ErrorCode, 'DeadlineExceeded' | `${string}Uncertain`>, readonly string[]>
> = {
  InvalidRequest: [
    'answer 307',
    'answer 308',
    'answer 400',
    'answer 404',
    'answer 409',
    'answer 410',
    'answer 415',
    'answer 422',
  ],
  // Neither can be: the first is for intake, and no file of a case is that large.
  UnknownProvider: [],
  ExportTooLarge: [],
  CredentialMissing: ['secret missing'],
  Unauthorized: ['answer 401', 'answer 403'],
  PlanNotEligible: ['answer 403'],
  InsufficientCredits: ['answer 402', 'answer 403'],
  GenerationNotFound: ['answer 404', 'answer 410'],
  GenerationFailed: ['said failed'],
  GenerationCancelled: ['cancelled'],
  ProviderUnavailable: ['provider down', 'secret trouble'],
  UnexpectedResponse: ['garbled answer', 'error answer', 'said working', 'completed without link'],
  ExportFailed: ['export failed'],
  ExportMissing: ['completed without link', 'garbled answer', 'answer 404', 'answer 410'],
  ExportLinkExpired: ['link refused'],
  ExportInvalid: ['download trouble', 'wrong length', 'garbled answer'],
  DownloadFailed: ['download trouble', 'link refused', 'garbled answer'],
  StorageFailed: ['storage trouble'],
  InternalError: ['lambda trouble', 'bus trouble', 'stopped', 'states trouble'],
};

/**
 * What is wrong with a deadline that is given as the reason. What could not be begun before it is
 * told before it.
 */
const untrueDeadline = (
  { detailType, at }: SeenEvent,
  { generation: { deadline }, arn }: Followed,
  { posts, witness }: Observed,
): string[] => {
  if (at >= Date.parse(deadline)) return [];
  const isNotStarted = detailType === 'Generation Not Started';
  const wasPutOff = posts.some(
    ({ by, fate, to }) => by === arn && fate === 'nothing' && (to === 'export' || isNotStarted),
  );
  const hadNoKey = isNotStarted && witness.hasSeen('secret trouble');
  return wasPutOff || hadNoKey ? [] : [`DeadlineExceeded before the deadline ${deadline}`];
};

/**
 * Whether an execution was stopped where a function may have been starting something, or its
 * history did not tell.
 */
const wasCutWithin = ({ arn }: Followed, { states, witness }: Observed): boolean =>
  witness.hasSeen('stopped', 'cancelled') &&
  (states.get(arn)?.at(-1)?.startsWith('Start ') === true || witness.hasSeen('states trouble'));

/** What is wrong with the reason that a result gives. */
export const untrueReason = (
  { error }: Pick<ResultDetail, 'error'>,
  event: SeenEvent,
  followed: Followed,
  observed: Observed,
): string[] => {
  if (error === undefined) return [];
  const { code } = error;
  const { witness, posts } = observed;
  const isTrue = (explained: boolean): string[] =>
    explained ? [] : [`${code} without a reason: ${error.message}`];
  if (code === 'DeadlineExceeded') return untrueDeadline(event, followed, observed);
  if (code === 'StartUncertain')
    return isTrue(
      createPostsOf(followed, observed).some(isUncertain) || wasCutWithin(followed, observed),
    );
  if (code === 'ExportUncertain')
    return isTrue(
      posts.some((post) => post.to === 'export' && post.by === followed.arn && isUncertain(post)),
    );
  return isTrue(witness.hasSeen(...reasons[code]));
};
