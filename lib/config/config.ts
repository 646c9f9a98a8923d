import { RemovalPolicy } from 'aws-cdk-lib';
import type { z } from 'zod';
import type { ProviderSettings } from '../../lambdas/contract/environment.ts';
import type { Provider } from '../../lambdas/providers/provider.ts';
import { builtIn, type Registry } from '../../lambdas/providers/registry.ts';
import type { ProviderModule } from '../functions/provider-module.ts';
import type { GenerationArchiverProps, ProviderOptions } from '../props.ts';
import { ConfigurationError, problemsOf, type KnownKeys } from './config-problems.ts';
import { appSchema, archiverSchema, providerSchema } from './config-schema.ts';
import { separateResources, type OwnResources } from './own-resources.ts';
import { registryOf } from './provider-modules.ts';
import { separateModules } from './provider-options.ts';

export type { GenerationArchiverProps } from '../props.ts';

/** The CDK context key that holds the configuration. */
export const contextKey = 'generationArchiver';

/** A provider to deploy, with every setting resolved. */
export interface DeployedProvider {
  readonly provider: Provider;
  readonly settings: ProviderSettings;
  /** Reserved concurrency of the status-check function, where the configuration limits it. */
  readonly maxConcurrentChecks: number | undefined;
  /** The code of a provider from outside. */
  readonly module: ProviderModule | undefined;
}

/** The configuration with every default filled in. */
export interface ArchiverSettings
  extends Omit<z.output<ReturnType<typeof archiverSchema>>, 'providers'>, OwnResources {
  /** The archiver's own providers, and those from outside. */
  readonly registry: Registry;
  /** In the registry's order, whatever the order of the configuration. */
  readonly providers: readonly DeployedProvider[];
}

/** The names at each depth, which a typing mistake is compared with. */
const knownKeys = ({ shape }: ReturnType<typeof archiverSchema>): KnownKeys => {
  const { providers, ...rest } = shape;
  const [anyProvider] = builtIn.providers;
  return {
    root: [...Object.keys(rest), 'providers'],
    providers: Object.keys(providers.shape),
    provider:
      anyProvider === undefined ? [] : Object.keys(providerSchema(anyProvider, false).shape),
  };
};

/**
 * Whether `http:` is let through decides what a right address is, so it is read before the rest.
 */
const asksForInsecureSources = (value: unknown): boolean =>
  typeof value === 'object' &&
  value !== null &&
  Reflect.get(value, 'allowInsecureSources') === true;

const checked = <Schema extends ReturnType<typeof archiverSchema>>(
  schemaFor: (providers: readonly Provider[], allowInsecureSources: boolean) => Schema,
  value: unknown,
  { providers }: Registry = builtIn,
): z.output<Schema> => {
  const schema = schemaFor(providers, asksForInsecureSources(value));
  const parsed = schema.safeParse(value);
  if (!parsed.success)
    throw new ConfigurationError(problemsOf(parsed.error.issues, value, knownKeys(schema)));
  if (parsed.data.createEventBus && parsed.data.eventBusName === 'default') {
    const message =
      'is "default", a bus that every account has already: set createEventBus to false, or use another name';
    throw new ConfigurationError([{ path: 'eventBusName', message }]);
  }
  return parsed.data;
};

/**
 * Seconds over which first checks are spread where a key has few requests a minute: twice the usual
 * minimum, half a minute at the most. Jobs of a minute are found in time all the same.
 */
const spreadOver = (firstCheckSeconds: number): number => Math.min(2 * firstCheckSeconds, 30);

const resolveProvider = (
  provider: Provider,
  config: z.output<ReturnType<typeof providerSchema>>,
  module: ProviderModule | undefined,
): DeployedProvider => {
  const baseUrl = config.baseUrl ?? provider.baseUrl;
  if (baseUrl === undefined)
    throw new Error(`the schema let provider '${provider.name}' through without a base URL`);
  const { timeoutMinutes, checkIntervalSeconds, firstCheckSeconds } = provider.defaults;
  const first = config.firstCheckSeconds ?? firstCheckSeconds;
  return {
    provider,
    settings: {
      baseUrl,
      timeoutMinutes: config.timeoutMinutes ?? timeoutMinutes,
      checkIntervalSeconds: config.checkIntervalSeconds ?? checkIntervalSeconds,
      firstCheckSeconds: first,
      ...(provider.pace.requestsPerMinute === undefined
        ? { firstLook: true as const }
        : { firstCheckSpreadSeconds: spreadOver(first) }),
      ...(provider.exporting === undefined
        ? {}
        : { exportFormats: [...provider.exporting.formats] }),
      ...(provider.reply === undefined ? {} : { takesReplies: true as const }),
    },
    maxConcurrentChecks: config.maxConcurrentChecks,
    module,
  };
};

/**
 * Fills in the defaults.
 *
 * @throws ConfigurationError with everything that is wrong
 */
export const resolveSettings = (props: GenerationArchiverProps): ArchiverSettings => {
  const { resources, rest: plain } = separateResources(props);
  const { modules, configuration } = separateModules(plain);
  const registry = registryOf(modules);
  const { providers, ...rest } = checked(archiverSchema, configuration, registry);
  const deployed = registry.providers.flatMap((provider) => {
    const config = providers[provider.name];
    return config === undefined
      ? []
      : [resolveProvider(provider, config, modules.get(provider.name))];
  });
  return { ...rest, ...resources, registry, providers: deployed };
};

const withoutUndefined = (options: object): ProviderOptions =>
  Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));

/** Says the checked configuration in the words of the construct. */
const propsOf = ({
  bucketName,
  alarmTopicArn,
  removalPolicy,
  serverSideEncryption,
  providers,
  ...rest
}: Omit<z.output<ReturnType<typeof appSchema>>, 'stackName'>): GenerationArchiverProps => ({
  ...rest,
  ...(bucketName === null ? {} : { bucketName }),
  ...(alarmTopicArn === null ? {} : { alarmTopicArn }),
  ...(serverSideEncryption === undefined ? {} : { serverSideEncryption }),
  removalPolicy: removalPolicy === 'destroy' ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN,
  providers: Object.fromEntries(
    Object.entries(providers).flatMap(([name, options]) =>
      options === undefined ? [] : [[name, withoutUndefined(options)]],
    ),
  ),
});

/**
 * Checks the CDK app's configuration.
 *
 * @param value whatever the context holds
 * @throws ConfigurationError with everything that is wrong
 */
export const parseConfiguration = (
  value: unknown,
): { stackName: string; archiver: GenerationArchiverProps } => {
  const { stackName, ...archiver } = checked(appSchema, value);
  return { stackName, archiver: propsOf(archiver) };
};
