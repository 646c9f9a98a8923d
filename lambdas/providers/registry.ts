import { providerNameSchema } from '../contract/generation.ts';
import { alai } from './alai/alai.ts';
import { chronicle } from './chronicle/chronicle.ts';
import { customProvider } from './custom/custom-provider.ts';
import { duomi } from './duomi/duomi.ts';
import { gamma } from './gamma/gamma.ts';
import { perceptis } from './perceptis/perceptis.ts';
import type { Provider } from './provider.ts';
import { slidespeak } from './slidespeak/slidespeak.ts';

/** Providers by name. Names are keys, states and secrets, so no two may share one. */
export interface Registry {
  readonly providers: readonly Provider[];
  readonly providerNames: readonly string[];
  isProvider(name: string): boolean;
  /** @throws for a name that no provider has. */
  providerNamed(name: string): Provider;
}

/**
 * Makes a registry.
 *
 * @throws where a name or title is taken, or a name cannot be a part of a key
 */
export const createRegistry = (providers: readonly Provider[]): Registry => {
  const byName = new Map<string, Provider>();
  const titles = new Set<string>();
  for (const provider of providers) {
    const { name, title } = provider;
    if (!providerNameSchema.safeParse(name).success) {
      throw new Error(
        `provider name '${name}' is not valid: use lower-case letters, digits and "-"`,
      );
    }
    if (byName.has(name))
      throw new Error(`provider name '${name}' is registered twice: give one of them another name`);
    // Titles name the states of the machine; two that differ by case alone would be confused by
    // people.
    if (titles.has(title.toLowerCase())) {
      throw new Error(
        `provider title '${title}' is registered twice: give '${name}' another title`,
      );
    }
    byName.set(name, provider);
    titles.add(title.toLowerCase());
  }
  const providerNames = [...byName.keys()];
  return {
    providers: [...byName.values()],
    providerNames,
    isProvider: (name) => byName.has(name),
    providerNamed: (name) => {
      const provider = byName.get(name);
      if (provider === undefined)
        throw new Error(`unknown provider '${name}'; known: ${providerNames.join(', ')}`);
      return provider;
    },
  };
};

/** The archiver's own providers. */
export const builtIn = createRegistry([gamma, chronicle, duomi, perceptis, alai, slidespeak]);

/** Every provider that the archiver knows, in the order of this file. */
export const { providers, providerNames } = builtIn;

/**
 * The registry of one deployment: the archiver's own providers, and those from outside after them.
 *
 * @param modules what the modules of the providers from outside export
 * @throws where one is no provider, or has the name or title of another
 */
export const registryWith = (modules: readonly unknown[]): Registry =>
  createRegistry([...providers, ...modules.map(customProvider)]);

/** Whether a provider has this name. */
export const isProvider = (name: string): boolean => builtIn.isProvider(name);

/**
 * The provider of this name.
 *
 * @throws for a name that no provider has
 */
export const providerNamed = (name: string): Provider => builtIn.providerNamed(name);
