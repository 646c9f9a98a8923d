import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { createAskApi } from '../adapters/api.ts';
import { systemClock } from '../adapters/clock.ts';
import { createOpenLink } from '../adapters/download.ts';
import { createLog } from '../adapters/log.ts';
import { createObjectStore } from '../adapters/objects.ts';
import { createApiKeys } from '../adapters/secrets.ts';
import { copyEnvironmentSchema } from '../contract/environment.ts';
import { checkLink, isPublicAddress } from '../copying/link-rules.ts';
import { createCopyExports } from '../handlers/copy-exports.ts';
import { createAskProvider } from '../providers/ask.ts';

const environment = copyEnvironmentSchema.parse(process.env);
const allowInsecureSources = environment.ALLOW_INSECURE_SOURCES;

/**
 * Limits on one request to S3, in milliseconds: the SDK has none of its own, and a request that hangs would otherwise end with
 * the invocation. A part of 8 MiB in 60 s is 140 kB/s, far below what S3 ever gives a function.
 */
const requestHandler = { connectionTimeout: 5_000, requestTimeout: 60_000, throwOnRequestTimeout: true };

/** The copy function on AWS. */
export const handler = createCopyExports({
  objects: createObjectStore({ client: new S3Client({ requestHandler }), bucket: environment.BUCKET_NAME }),
  ask: createAskProvider({
    settings: environment.PROVIDERS,
    apiKeys: createApiKeys({ client: new SecretsManagerClient(), secretPrefix: environment.SECRET_PREFIX }),
    askApi: createAskApi({ allowInsecureSources, isPublicAddress }),
    clock: systemClock,
  }),
  openLink: createOpenLink({ allowInsecureSources, isPublicAddress, checkLink }),
  clock: systemClock,
  random: Math.random,
  log: createLog('copy-exports'),
  keyPrefix: environment.KEY_PREFIX,
});
