import type { ArchiverSettings, DeployedProvider } from './config.ts';
import type { ProviderModules } from './provider-modules.ts';

/** The deployed providers and their settings, as the functions read them from the environment. */
export const deployedProviders = ({ providers }: ArchiverSettings): string =>
  JSON.stringify(
    Object.fromEntries(providers.map(({ provider, settings }) => [provider.name, settings])),
  );

/** The modules that come from outside this package, for functions that ask these providers. */
export const modulesOf = (providers: readonly DeployedProvider[]): ProviderModules =>
  new Map(
    providers.flatMap(({ provider, module }) =>
      module === undefined ? [] : [[provider.name, module] as const],
    ),
  );
