import * as z from 'zod';
import { exportAsFormatSchema } from './export-as.ts';
import { maxTimeoutMinutes } from './generation.ts';

/**
 * Settings of one deployed provider, resolved at synthesis from the configuration and the
 * provider's own defaults. They reach the functions as JSON in the environment.
 */
export const providerSettingsSchema = z.object({
  /** Origin (and path prefix, without a trailing slash) of the provider's API. */
  baseUrl: z.url(),
  /** Minutes after the event at which following ends, where the event names none. */
  timeoutMinutes: z.int().min(1).max(maxTimeoutMinutes),
  /** Seconds between two checks at the start: the interval that the provider documents. */
  checkIntervalSeconds: z.number().min(1).max(3600),
  /** Seconds before the first check. */
  firstCheckSeconds: z.int().min(0).max(3600),
  /**
   * Seconds over which the first checks of different generations are spread, beyond the usual
   * minimum, where a key has few requests a minute. Absent: they are not.
   */
  firstCheckSpreadSeconds: z.int().min(0).max(3600).optional(),
  /** A generation that is handed over by its id is looked at once, before the first check. */
  firstLook: z.literal(true).optional(),
  /** Formats that the provider exports a finished deck to on request. */
  exportFormats: z.array(exportAsFormatSchema).optional(),
  /** The provider asks questions, and answers to them can be sent. */
  takesReplies: z.literal(true).optional(),
});

/** See {@link providerSettingsSchema}. */
export type ProviderSettings = z.infer<typeof providerSettingsSchema>;

/**
 * How Amazon S3 encrypts what is written, in its own words; `none` leaves it to the bucket's
 * default.
 */
export const serverSideEncryptions = ['none', 'AES256', 'aws:kms', 'aws:kms:dsse'] as const;

/** The encryption that every write to the bucket names. */
export interface ServerSideEncryption {
  readonly algorithm: Exclude<(typeof serverSideEncryptions)[number], 'none'>;
  /** ARN of the KMS key; absent: the AWS managed key `aws/s3`. */
  readonly keyArn?: string | undefined;
}

/** Names of the environment variables that the stack sets and the functions read. */
export const environmentNames = {
  /**
   * JSON: provider name to {@link ProviderSettings}; a status-check function gets its own provider
   * only.
   */
  providers: 'PROVIDERS',
  /** First part of every secret's name. */
  secretPrefix: 'SECRET_PREFIX',
  /** `true` lets `http:` and private addresses through: for tests against a local server only. */
  allowInsecureSources: 'ALLOW_INSECURE_SOURCES',
  /** Hosts that may have private addresses, separated by commas; may be absent. */
  privateHosts: 'PRIVATE_HOSTS',
  bucketName: 'BUCKET_NAME',
  /** `AES256`, `aws:kms` or `aws:kms:dsse`; absent or `none`: as the bucket does it by default. */
  serverSideEncryption: 'SERVER_SIDE_ENCRYPTION',
  /** ARN of the KMS key that writes name. */
  encryptionKeyArn: 'ENCRYPTION_KEY_ARN',
  /** Empty, or ending in `/`. */
  keyPrefix: 'KEY_PREFIX',
  eventBusName: 'EVENT_BUS_NAME',
  stateMachineArn: 'STATE_MACHINE_ARN',
  /** Names the archiver in its metrics. */
  archiverName: 'ARCHIVER_NAME',
} as const;

const providersSchema = z
  .string()
  .transform((text) => JSON.parse(text) as unknown)
  .pipe(z.record(z.string(), providerSettingsSchema));

const flagSchema = z.enum(['true', 'false']).transform((value) => value === 'true');

/** Where the archive lies, and the claims beside it. */
const bucketEnvironment = {
  [environmentNames.bucketName]: z.string().min(1),
  [environmentNames.keyPrefix]: z.string(),
  [environmentNames.serverSideEncryption]: z.enum(serverSideEncryptions).default('none'),
  [environmentNames.encryptionKeyArn]: z.string().min(1).optional(),
};

/** Which hosts a function may connect to. */
export const connectionEnvironmentSchema = z.object({
  [environmentNames.allowInsecureSources]: flagSchema,
  [environmentNames.privateHosts]: z
    .string()
    .default('')
    .transform((text) => text.split(',').filter((name) => name !== '')),
});

/** What every function that measures reads from its environment. */
const everyEnvironmentSchema = z.object({ [environmentNames.archiverName]: z.string().min(1) });

/** What a function reads from its environment that sends requests to one provider. */
export const providerEnvironmentSchema = z.object({
  [environmentNames.providers]: providersSchema,
  [environmentNames.secretPrefix]: z.string().min(1),
  [environmentNames.allowInsecureSources]: flagSchema,
});

/** What a status-check function reads from its environment. */
export const checkEnvironmentSchema = everyEnvironmentSchema.extend(
  providerEnvironmentSchema.shape,
);

/** What the copy function reads from its environment. */
export const copyEnvironmentSchema = checkEnvironmentSchema.extend(bucketEnvironment);

/** The encryption that the environment of a function tells of. */
export const encryptionOf = ({
  SERVER_SIDE_ENCRYPTION: algorithm,
  ENCRYPTION_KEY_ARN: keyArn,
}: Pick<z.infer<typeof copyEnvironmentSchema>, 'SERVER_SIDE_ENCRYPTION' | 'ENCRYPTION_KEY_ARN'>):
  | ServerSideEncryption
  | undefined => (algorithm === 'none' ? undefined : { algorithm, keyArn });

/** What a function that starts generations reads from its environment. */
export const startEnvironmentSchema = copyEnvironmentSchema;

/** What a function that sends replies reads from its environment. */
export const replyEnvironmentSchema = copyEnvironmentSchema.extend({
  [environmentNames.eventBusName]: z.string().min(1),
});

/** What the function that announces stopped executions reads from its environment. */
export const announceEnvironmentSchema = everyEnvironmentSchema.extend({
  [environmentNames.eventBusName]: z.string().min(1),
  [environmentNames.stateMachineArn]: z.string().min(1),
  ...bucketEnvironment,
});

/** What the intake function reads from its environment. */
export const intakeEnvironmentSchema = announceEnvironmentSchema.extend({
  [environmentNames.providers]: providersSchema,
});

/** Name of the secret that holds an API key: `<prefix>/<provider>/<credential>`. */
export const secretName = (prefix: string, provider: string, credential: string): string =>
  `${prefix}/${provider}/${credential}`;
