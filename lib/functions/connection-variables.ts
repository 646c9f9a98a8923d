import { environmentNames } from '../../lambdas/contract/environment.ts';
import type { ArchiverSettings } from '../config/config.ts';

/** What a function is told of the hosts that it may connect to. */
export const connectionVariables = ({
  allowInsecureSources,
  privateHosts,
}: Pick<ArchiverSettings, 'allowInsecureSources' | 'privateHosts'>): Readonly<
  Record<string, string>
> => ({
  [environmentNames.allowInsecureSources]: String(allowInsecureSources),
  ...(privateHosts.length === 0 ? {} : { [environmentNames.privateHosts]: privateHosts.join(',') }),
});
