import { providerModuleFile } from '../contract/provider-modules.ts';

/**
 * Loads the modules of providers that are deployed with a function and are not in its bundle.
 *
 * @param folder where the function's files lie, as a URL that ends in `/`
 * @param names of the providers
 * @returns what each module exports, unchecked
 */
export const loadProviderModules = async (
  folder: URL,
  names: readonly string[],
): Promise<readonly unknown[]> =>
  Promise.all(
    names.map(
      async (name) => (await import(new URL(providerModuleFile(name), folder).href)) as unknown,
    ),
  );
