import type { ErrorCode } from '../../../lambdas/contract/error-codes.ts';
import type { GenerationResultType } from '../../../lambdas/contract/results.ts';
import type { StartedTrigger } from '../../../lambdas/contract/started.ts';
import type { GenerationOptions, Saying, Step } from '../../../local/simulator/index.ts';
import { exportOf, onePdf, uniquePdf } from '../harness/decks.ts';

/** A generation that ends without an archive. */
export interface Failure {
  readonly what: string;
  readonly generation: GenerationOptions;
  readonly trigger?: Partial<StartedTrigger>;
  readonly ageSeconds?: number;
  readonly detailType?: GenerationResultType;
  readonly code: ErrorCode;
  readonly message: RegExp;
}

/** More than the archiver tries. */
const always = <T>(behaviour: T): T[] => Array.from({ length: 30 }, () => behaviour);

const refused = (status: number, message: string): readonly Step[] => [
  { says: 'http', status, message },
];

/** Above the largest file that is archived. */
const tooManyBytes = 6 * 1024 ** 3;

/** The event is old enough for the deadline of one minute to be near. */
const lastSeconds = { trigger: { timeoutMinutes: 1 }, ageSeconds: 50 } as const;

/**
 * Says "completed" to each check, and something else to the copy that follows, as often as it asks
 * (six times): whenever the deadline passes, it passes during a copy.
 */
const doneUntilCopied = (otherwise: Saying): readonly Step[] =>
  Array.from(
    { length: 20 },
    () => [{ says: 'completed' }, { ...otherwise, polls: 6 }] as const,
  ).flat();

const done: readonly Step[] = [{ says: 'completed' }];

/** One for each way that can be brought about at a provider. */
export const failures: readonly Failure[] = [
  ...(['gamma', 'chronicle', 'duomi', 'perceptis'] as const).map((provider): Failure => ({
    what: `${provider} gives up on the generation`,
    generation: {
      provider,
      script: [
        { says: 'working', seconds: 1 },
        { says: 'failed', message: 'The prompt was too short' },
      ],
    },
    detailType: 'Generation Failed',
    code: 'GenerationFailed',
    message: /The prompt was too short/,
  })),
  {
    what: 'the deadline passes while the provider works',
    generation: { provider: 'duomi', script: [{ says: 'working' }] },
    ...lastSeconds,
    detailType: 'Generation Timed Out',
    code: 'DeadlineExceeded',
    message: /not archived by the deadline .* the provider said "processing"/,
  },
  {
    what: 'the deadline passes while the provider is down',
    generation: { provider: 'gamma', script: refused(503, 'maintenance') },
    ...lastSeconds,
    detailType: 'Generation Timed Out',
    code: 'DeadlineExceeded',
    message: /Gamma answered 503/,
  },
  {
    what: 'the provider refuses the request',
    generation: { provider: 'chronicle', script: refused(400, 'that is no id') },
    code: 'InvalidRequest',
    message: /Chronicle answered 400 ".*that is no id": check the generation id/,
  },
  {
    what: 'no API key is stored for the credential',
    generation: { provider: 'gamma', script: done },
    trigger: { credential: 'nobody' },
    code: 'CredentialMissing',
    message:
      /there is no secret generation-archiver\/gamma\/nobody; store the API key with: aws secretsmanager create-secret/,
  },
  {
    what: 'the API key is not valid',
    generation: { provider: 'duomi', script: refused(401, 'no such key') },
    code: 'Unauthorized',
    message: /Duomi answered 401 .*store a valid API key/,
  },
  {
    what: 'the plan does not include the API',
    generation: { provider: 'perceptis', script: refused(403, 'This plan has no API') },
    code: 'PlanNotEligible',
    message: /Perceptis answered 403 ".*This plan has no API": the Perceptis API needs/,
  },
  {
    what: 'an export that it asked for fails',
    generation: {
      provider: 'gamma',
      script: done,
      files: onePdf(),
      linkSeconds: 0,
      exportRequests: [{ fails: 'render_timeout' }],
    },
    trigger: { exportAs: ['pdf'] },
    code: 'ExportFailed',
    message: /render_timeout/,
  },
  {
    what: 'the answer to its request for an export is lost',
    generation: {
      provider: 'gamma',
      script: done,
      files: onePdf(),
      linkSeconds: 0,
      exportRequests: [{ hangUp: 'after' }],
    },
    trigger: { exportAs: ['pdf'] },
    code: 'ExportUncertain',
    message: /export to pdf/,
  },
  {
    what: 'there are no credits left (402)',
    generation: { provider: 'gamma', script: refused(402, 'Out of credits') },
    code: 'InsufficientCredits',
    message: /Gamma answered 402 "Out of credits": add credits/,
  },
  {
    what: 'there are no credits left (403)',
    generation: { provider: 'gamma', script: refused(403, 'Insufficient credits remaining') },
    code: 'InsufficientCredits',
    message: /Gamma answered 403 "Insufficient credits remaining": add credits/,
  },
  {
    what: 'the provider does not know the generation, a minute after the event',
    generation: { provider: 'perceptis', script: refused(404, 'Unknown job') },
    ageSeconds: 61,
    code: 'GenerationNotFound',
    message: /Perceptis answered 404 ".*Unknown job": check the job id/,
  },
  {
    what: 'the provider goes down between "completed" and the download, and the deadline passes',
    generation: {
      provider: 'duomi',
      script: doneUntilCopied({ says: 'http', status: 500, message: 'oh dear' }),
      files: exportOf('duomi'),
    },
    ...lastSeconds,
    code: 'ProviderUnavailable',
    message: /Duomi answered 500/,
  },
  {
    what: 'the provider answers nonsense after "completed", and the deadline passes',
    generation: {
      provider: 'gamma',
      script: doneUntilCopied({ says: 'raw', status: 200, body: '<p>hello</p>' }),
      files: onePdf(),
    },
    ...lastSeconds,
    code: 'UnexpectedResponse',
    message: /Gamma answered 200 with no JSON, but a page of markup/,
  },
  {
    what: 'every link is dead on arrival',
    generation: { provider: 'gamma', script: done, files: onePdf(), linkSeconds: 0 },
    code: 'ExportLinkExpired',
    message: /403/,
  },
  {
    what: 'a page comes in place of the file',
    generation: {
      provider: 'gamma',
      script: done,
      files: onePdf({ downloads: always({ html: true }) }),
    },
    code: 'ExportInvalid',
    message: /./,
  },
  {
    what: 'the file is too large',
    generation: {
      provider: 'gamma',
      script: done,
      files: onePdf({ downloads: always({ statedLength: tooManyBytes }) }),
    },
    code: 'ExportTooLarge',
    message: new RegExp(`the file has ${tooManyBytes} bytes; the limit is`),
  },
  {
    what: 'the file host breaks down in the middle of a large file',
    generation: {
      provider: 'gamma',
      script: done,
      files: onePdf({
        content: uniquePdf(20_000_000),
        downloads: [{ cutAfter: 12_000_000 }, ...always({ status: 500 })],
      }),
    },
    code: 'DownloadFailed',
    message: /500/,
  },
];
