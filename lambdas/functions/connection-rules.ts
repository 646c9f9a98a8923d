import { isPublicAddress } from '../adapters/link-rules.ts';
import { createPrivateHosts } from '../adapters/private-hosts.ts';
import { connectionEnvironmentSchema } from '../contract/environment.ts';

/** Which hosts this function may connect to, as its environment says. */
export const connectionRules = (variables: NodeJS.ProcessEnv) => {
  const environment = connectionEnvironmentSchema.parse(variables);
  return {
    allowInsecureSources: environment.ALLOW_INSECURE_SOURCES,
    privateHosts: createPrivateHosts(environment.PRIVATE_HOSTS),
    isPublicAddress,
  };
};
