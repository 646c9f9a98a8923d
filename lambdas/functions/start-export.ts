import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { createAskApi } from '../adapters/api.ts';
import { systemClock } from '../adapters/clock.ts';
import { createLog } from '../adapters/log.ts';
import { createApiKeys } from '../adapters/secrets.ts';
import { providerEnvironmentSchema } from '../contract/environment.ts';
import { createStartExport } from '../handlers/start-export.ts';
import { createPostToProvider } from '../providers/asking/post.ts';
import { connectionRules } from './connection-rules.ts';
import { deployedRegistry } from './deployed-registry.ts';

const environment = providerEnvironmentSchema.parse(process.env);
const settings = environment.PROVIDERS;

/** The function that asks one provider for exports on AWS. */
export const handler = createStartExport({
  registry: await deployedRegistry(Object.keys(settings)),
  post: createPostToProvider({
    settings,
    apiKeys: createApiKeys({
      client: new SecretsManagerClient(),
      secretPrefix: environment.SECRET_PREFIX,
    }),
    askApi: createAskApi(connectionRules(process.env)),
    clock: systemClock,
  }),
  log: createLog('exports'),
});
