import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { createAskApi } from '../adapters/api.ts';
import { createClaims } from '../adapters/claims.ts';
import { systemClock } from '../adapters/clock.ts';
import { createLog } from '../adapters/log.ts';
import { createMeasure } from '../adapters/metrics.ts';
import { createS3Client } from '../adapters/s3-client.ts';
import { createApiKeys } from '../adapters/secrets.ts';
import { encryptionOf, startEnvironmentSchema } from '../contract/environment.ts';
import { startTimeoutMilliseconds } from '../contract/start-state.ts';
import { createStartGeneration } from '../handlers/start-generation.ts';
import { createStartAtProvider } from '../providers/asking/start.ts';
import { connectionRules } from './connection-rules.ts';

const environment = startEnvironmentSchema.parse(process.env);
const settings = environment.PROVIDERS;

/** The function that starts generations of one provider on AWS. */
export const handler = createStartGeneration({
  start: createStartAtProvider({
    settings,
    apiKeys: createApiKeys({
      client: new SecretsManagerClient(),
      secretPrefix: environment.SECRET_PREFIX,
    }),
    askApi: createAskApi({
      ...connectionRules(process.env),
      timeoutMilliseconds: startTimeoutMilliseconds,
    }),
    clock: systemClock,
  }),
  claims: createClaims({
    client: createS3Client(),
    bucket: environment.BUCKET_NAME,
    encryption: encryptionOf(environment),
    keyPrefix: environment.KEY_PREFIX,
  }),
  settings,
  clock: systemClock,
  random: Math.random,
  log: createLog('start-generation'),
  measure: createMeasure(environment.ARCHIVER_NAME),
});
