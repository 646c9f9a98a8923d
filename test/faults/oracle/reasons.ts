import type { ErrorCode } from '../../../lambdas/contract/error-codes.ts';
import type { ResultDetail } from '../../../lambdas/contract/results.ts';
import type { Observed } from '../world/observed.ts';

/** What must have happened for a result to give this as its reason: any of these. */
const reasons: Readonly<Record<Exclude<ErrorCode, 'DeadlineExceeded'>, readonly string[]>> = {
  InvalidRequest: ['answer 400', 'answer 422'],
  // None of these can be: the first is for intake, nothing is started in a case, and no file of one is that large.
  StartUncertain: [],
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
  // No case of the suite asks for exports.
  ExportFailed: [],
  ExportUncertain: [],
  ExportMissing: ['completed without link', 'garbled answer'],
  ExportLinkExpired: ['link refused'],
  ExportInvalid: ['download trouble', 'wrong length', 'garbled answer'],
  DownloadFailed: ['download trouble', 'link refused', 'garbled answer'],
  StorageFailed: ['storage trouble'],
  InternalError: ['lambda trouble', 'bus trouble', 'stopped', 'states trouble'],
};

/** What is wrong with the reason that a result gives, at that time and with that deadline. */
export const untrueReason = (detail: ResultDetail, at: number, deadline: string, { witness }: Observed): string[] => {
  const { error } = detail;
  if (error === undefined) return [];
  const { code } = error;
  if (code === 'DeadlineExceeded') return at >= Date.parse(deadline) ? [] : [`DeadlineExceeded before the deadline ${deadline}`];
  return witness.hasSeen(...reasons[code]) ? [] : [`${code} without a reason: ${error.message}`];
};
