/**
 * Every reason for which a generation can end without an archive, or never start. The list is
 * closed: the functions throw or report these names, the state machine ends with them, and
 * consumers can switch on them.
 */
export const errorCodes = [
  'InvalidRequest',
  'UnknownProvider',
  'CredentialMissing',
  'Unauthorized',
  'PlanNotEligible',
  'InsufficientCredits',
  'GenerationNotFound',
  'GenerationFailed',
  'GenerationCancelled',
  'DeadlineExceeded',
  'StartUncertain',
  'ProviderUnavailable',
  'UnexpectedResponse',
  'ExportMissing',
  'ExportFailed',
  'ExportUncertain',
  'ExportLinkExpired',
  'ExportInvalid',
  'ExportTooLarge',
  'DownloadFailed',
  'StorageFailed',
  'InternalError',
] as const;

/** One of {@link errorCodes}. */
export type ErrorCode = (typeof errorCodes)[number];

/**
 * What went wrong, for a person: the code to switch on, and a sentence with the value and what to
 * do.
 */
export interface Problem {
  readonly code: ErrorCode;
  readonly message: string;
}

/**
 * An error that carries one of the closed list of codes. Its `name` is the code itself, as a
 * literal, because Step Functions matches a Lambda's error by `name` and a minified class name
 * would be a single letter.
 */
export class ArchiverError extends Error implements Problem {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.name = code;
  }
}
