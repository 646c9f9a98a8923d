import type { ArchiverSettings } from './config.ts';

/** The deployed providers and their settings, as the functions read them from the environment. */
export const deployedProviders = ({ providers }: ArchiverSettings): string =>
  JSON.stringify(Object.fromEntries(providers.map(({ provider, settings }) => [provider.name, settings])));
