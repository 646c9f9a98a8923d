import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { createAskApi } from '../adapters/api.ts';
import { systemClock } from '../adapters/clock.ts';
import { createOpenLink } from '../adapters/download.ts';
import { checkLink } from '../adapters/link-rules.ts';
import { createLog } from '../adapters/log.ts';
import { createMeasure } from '../adapters/metrics.ts';
import { createObjectStore } from '../adapters/objects.ts';
import { createS3Client } from '../adapters/s3-client.ts';
import { createApiKeys } from '../adapters/secrets.ts';
import { copyEnvironmentSchema, encryptionOf } from '../contract/environment.ts';
import { createCopyExports } from '../handlers/copy-exports.ts';
import { createAskLink, createAskProvider } from '../providers/asking/ask.ts';
import { createPaceOf } from '../providers/asking/pace-of.ts';
import { connectionRules } from './connection-rules.ts';
import { deployedRegistry } from './deployed-registry.ts';

const environment = copyEnvironmentSchema.parse(process.env);
const rules = connectionRules(process.env);

const provider = {
  registry: await deployedRegistry(Object.keys(environment.PROVIDERS)),
  settings: environment.PROVIDERS,
  apiKeys: createApiKeys({
    client: new SecretsManagerClient(),
    secretPrefix: environment.SECRET_PREFIX,
  }),
  askApi: createAskApi(rules),
  clock: systemClock,
};

/** The copy function on AWS. */
export const handler = createCopyExports({
  objects: createObjectStore({
    client: createS3Client(),
    bucket: environment.BUCKET_NAME,
    encryption: encryptionOf(environment),
  }),
  paceOf: createPaceOf(provider),
  ask: createAskProvider(provider),
  askLink: createAskLink(provider),
  openLink: createOpenLink({ ...rules, checkLink }),
  clock: systemClock,
  random: Math.random,
  log: createLog('copy-exports'),
  measure: createMeasure(environment.ARCHIVER_NAME),
  keyPrefix: environment.KEY_PREFIX,
});
