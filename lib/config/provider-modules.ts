import { builtIn, registryWith, type Registry } from '../../lambdas/providers/registry.ts';
import type { ProviderModule } from '../functions/provider-module.ts';
import { ConfigurationError, type ConfigurationProblem } from './config-problems.ts';

/** Modules of providers from outside, by the names that the props give them. */
export type ProviderModules = ReadonlyMap<string, ProviderModule>;

const problemOf = (
  name: string,
  { _exported: exported }: ProviderModule,
): ConfigurationProblem[] => {
  const path = `providers.${name}`;
  try {
    const added = registryWith([exported]).providers.slice(builtIn.providers.length);
    const other = added.find((provider) => provider.name !== name);
    return other === undefined
      ? []
      : [
          {
            path,
            message: `is the module of the provider '${other.name}': give it under that name`,
          },
        ];
  } catch (error) {
    return [{ path, message: error instanceof Error ? error.message : String(error) }];
  }
};

/**
 * The registry of one deployment.
 *
 * @throws ConfigurationError where a module is no provider, or goes under another's name
 */
export const registryOf = (modules: ProviderModules): Registry => {
  const problems = [...modules].flatMap(([name, module]) => problemOf(name, module));
  if (problems.length > 0) throw new ConfigurationError(problems);
  return registryWith([...modules.values()].map((module) => module._exported));
};
