import { builtIn, registryWith, type Registry } from '../../lambdas/providers/registry.ts';
import { ProviderModule } from '../functions/provider-module.ts';
import { ConfigurationError, type ConfigurationProblem } from './config-problems.ts';

/** Modules of providers from outside, by the names that the props give them. */
export type ProviderModules = ReadonlyMap<string, ProviderModule>;

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

const settingsOf = (value: unknown): unknown =>
  value instanceof ProviderModule ? value.settings : value;

/**
 * Parts the modules from the configuration; in their place, the configuration gets their settings.
 */
export const partProviders = (
  props: unknown,
): { readonly modules: ProviderModules; readonly configuration: unknown } => {
  const providers = isObject(props) ? props['providers'] : undefined;
  if (!isObject(props) || !isObject(providers)) return { modules: new Map(), configuration: props };
  const entries = Object.entries(providers);
  return {
    modules: new Map(
      entries.flatMap(([name, value]) =>
        value instanceof ProviderModule ? [[name, value] as const] : [],
      ),
    ),
    configuration: {
      ...props,
      providers: Object.fromEntries(entries.map(([name, value]) => [name, settingsOf(value)])),
    },
  };
};

const problemOf = (name: string, { exported }: ProviderModule): ConfigurationProblem[] => {
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
  return registryWith([...modules.values()].map(({ exported }) => exported));
};
