import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { createAskApi } from '../adapters/api.ts';
import { systemClock } from '../adapters/clock.ts';
import { createLog } from '../adapters/log.ts';
import { createMeasure } from '../adapters/metrics.ts';
import { createApiKeys } from '../adapters/secrets.ts';
import { checkEnvironmentSchema } from '../contract/environment.ts';
import { createCheckStatus } from '../handlers/check-status.ts';
import { createAskProvider } from '../providers/asking/ask.ts';
import { connectionRules } from './connection-rules.ts';
import { deployedRegistry } from './deployed-registry.ts';

const environment = checkEnvironmentSchema.parse(process.env);
const settings = environment.PROVIDERS;
const registry = await deployedRegistry(Object.keys(settings));

/** The status-check function of one provider on AWS. */
export const handler = createCheckStatus({
  registry,
  ask: createAskProvider({
    registry,
    settings,
    apiKeys: createApiKeys({
      client: new SecretsManagerClient(),
      secretPrefix: environment.SECRET_PREFIX,
    }),
    askApi: createAskApi(connectionRules(process.env)),
    clock: systemClock,
    skims: true,
  }),
  settings,
  clock: systemClock,
  random: Math.random,
  log: createLog('status-checks'),
  measure: createMeasure(environment.ARCHIVER_NAME),
  residentBytes: () => process.resourceUsage().maxRSS * 1024,
});
