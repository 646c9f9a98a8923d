import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { createAskApi } from '../adapters/api.ts';
import { createClaims } from '../adapters/claims.ts';
import { systemClock } from '../adapters/clock.ts';
import { createEventBus } from '../adapters/events.ts';
import { createLog } from '../adapters/log.ts';
import { createMeasure } from '../adapters/metrics.ts';
import { createS3Client } from '../adapters/s3-client.ts';
import { createApiKeys } from '../adapters/secrets.ts';
import { replyEnvironmentSchema } from '../contract/environment.ts';
import { createSendReply } from '../handlers/send-reply.ts';
import { createAskProvider } from '../providers/asking/ask.ts';
import { createPostToProvider } from '../providers/asking/post.ts';
import { connectionRules } from './connection-rules.ts';
import { deployedRegistry } from './deployed-registry.ts';

const environment = replyEnvironmentSchema.parse(process.env);

const settings = environment.PROVIDERS;
const registry = await deployedRegistry(Object.keys(settings));

const provider = {
  registry,
  settings,
  apiKeys: createApiKeys({
    client: new SecretsManagerClient(),
    secretPrefix: environment.SECRET_PREFIX,
  }),
  askApi: createAskApi(connectionRules(process.env)),
  clock: systemClock,
  skims: true,
};

/** The function that sends replies to one provider on AWS. */
export const handler = createSendReply({
  registry,
  settings,
  ask: createAskProvider(provider),
  post: createPostToProvider(provider),
  bus: createEventBus({
    client: new EventBridgeClient(),
    eventBusName: environment.EVENT_BUS_NAME,
  }),
  claims: createClaims({
    client: createS3Client(),
    bucket: environment.BUCKET_NAME,
    keyPrefix: environment.KEY_PREFIX,
  }),
  clock: systemClock,
  random: Math.random,
  log: createLog('replies'),
  measure: createMeasure(environment.ARCHIVER_NAME),
});
