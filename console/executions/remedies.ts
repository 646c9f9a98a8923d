import type { ErrorCode } from '../../lambdas/contract/error-codes.ts';
import { errorCodes } from '../../lambdas/contract/error-codes.ts';
import type { Seen } from '../backend.ts';

/** Whether sending it again can help, and what to do before. */
export interface Remedy {
  /**
   * `again`: by itself; `afterwards`: once the remedy is done; `never`: it would fail again, or might
   * be paid twice.
   */
  readonly retry: 'again' | 'afterwards' | 'never';
  /** For people. */
  readonly says: string;
}

/** What to do about each error code: the table of docs/events.md, as an operator acts on it. */
const remedies: Readonly<Record<ErrorCode, Remedy>> = {
  InvalidRequest: { retry: 'never', says: 'correct what the message names, then send it anew' },
  UnknownProvider: {
    retry: 'afterwards',
    says: 'add the provider to the configuration and deploy',
  },
  CredentialMissing: {
    retry: 'afterwards',
    says: 'store the API key with the command in the message',
  },
  Unauthorized: {
    retry: 'afterwards',
    says: 'store a valid key, of the account that started the generation',
  },
  PlanNotEligible: { retry: 'afterwards', says: 'change to a plan that has the API' },
  InsufficientCredits: { retry: 'afterwards', says: 'add credits at the provider' },
  GenerationNotFound: { retry: 'afterwards', says: 'check the id, and the account of the key' },
  GenerationFailed: {
    retry: 'never',
    says: 'the provider itself failed: read its reason, and generate anew there',
  },
  GenerationCancelled: { retry: 'never', says: 'it was cancelled on request' },
  DeadlineExceeded: { retry: 'again', says: 'send it again, with more time' },
  StartUncertain: {
    retry: 'never',
    says: 'look for it at the provider: if it is there, send its id; if not, request it under another requestId',
  },
  ProviderUnavailable: { retry: 'again', says: 'send it again once the provider answers' },
  UnexpectedResponse: {
    retry: 'again',
    says: 'send it again; if it stays, the provider has changed its API',
  },
  ExportMissing: { retry: 'afterwards', says: 'the message says what to set, such as exportAs' },
  ExportFailed: { retry: 'again', says: 'send it again: the export is asked for anew' },
  ExportUncertain: {
    retry: 'again',
    says: 'send it again: the export is asked for anew, and may cost again',
  },
  ExportLinkExpired: {
    retry: 'afterwards',
    says: 'export it again at the provider, or send it again with exportAs',
  },
  ExportInvalid: { retry: 'never', says: "look at the file on the link's page at the provider" },
  ExportTooLarge: { retry: 'never', says: 'more than 5 GiB: fetch it from the provider yourself' },
  DownloadFailed: { retry: 'again', says: 'send it again' },
  StorageFailed: {
    retry: 'afterwards',
    says: 'repair the bucket or its permissions (docs/runbook.md, ExecutionsFailed)',
  },
  InternalError: {
    retry: 'again',
    says: 'send it again; a crash is a defect to report (docs/runbook.md)',
  },
};

/** The code of an error's name; what is none of the list is a defect. */
export const codeOf = (name: string | undefined): ErrorCode =>
  errorCodes.find((code) => code === name) ?? 'InternalError';

/** What to do about a generation that ended badly. */
export const remedyOf = ({ error, generationId, mayExist }: Seen): Remedy => {
  const code = codeOf(error?.code);
  // It was stopped, or broke off: the request may have been on its way, and paid.
  const isUncertain = generationId === undefined && (mayExist === true || code === 'InternalError');
  return remedies[isUncertain ? 'StartUncertain' : code];
};
