import { loadProviderModules } from '../adapters/provider-modules.ts';
import { isProvider, registryWith, type Registry } from '../providers/registry.ts';

/**
 * The providers that a function can be deployed with: the archiver's own, and those that lie beside
 * its bundle.
 *
 * @param deployed names of the providers in the function's environment
 */
export const deployedRegistry = async (deployed: readonly string[]): Promise<Registry> =>
  // In a bundle, this address is the bundle's.
  registryWith(
    await loadProviderModules(
      new URL('.', import.meta.url),
      deployed.filter((name) => !isProvider(name)),
    ),
  );
