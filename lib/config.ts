import { z } from 'zod';
import type { ProviderSettings } from '../lambdas/contract/environment.ts';
import { maxTimeoutMinutes } from '../lambdas/contract/generation.ts';
import type { Provider } from '../lambdas/providers/provider.ts';
import { providers as registry } from '../lambdas/providers/registry.ts';
import * as fields from './config-fields.ts';
import { ConfigurationError, problemsOf, type KnownKeys } from './config-problems.ts';

/** The CDK context key that holds the configuration. */
export const contextKey = 'generationArchiver';

/**
 * Seconds that one invocation of a status check may linger between checks. Two minutes cover the usual generation, so that it
 * costs one round of the state machine.
 */
const defaultCheckWindowSeconds = 120;

/** A Lambda function lives 900 s at most; the window leaves two minutes for the check that ends it. */
const maxCheckWindowSeconds = 780;

const providerSchema = (provider: Provider, allowInsecureSources: boolean) => {
  const fieldsOfProvider = z.strictObject(
    {
      /** Address of the provider's API, without a trailing slash. Default: the published one; Duomi publishes none. */
      baseUrl: fields.baseUrl(allowInsecureSources).optional(),
      /** Minutes from the event after which following ends, where the event names none. */
      timeoutMinutes: fields.wholeNumber('minutes', 1, maxTimeoutMinutes).optional(),
      /** Seconds between checks at the start. */
      checkIntervalSeconds: fields.intervalSeconds().optional(),
      /** Seconds before the first check. */
      firstCheckSeconds: fields.wholeNumber('seconds', 0, 3600).optional(),
      /** Seconds that one invocation of the check may linger between checks; 0 leaves every wait to the state machine. */
      checkWindowSeconds: fields.wholeNumber('seconds', 0, maxCheckWindowSeconds).optional(),
      /** Most checks at a time: reserved concurrency of the status-check function. Default: the account's own limit. */
      maxConcurrentChecks: fields.wholeNumber('checks', 1, 10_000).optional(),
    },
    'use an object of settings; {} takes the defaults',
  );
  return fieldsOfProvider.refine(
    ({ baseUrl }) => baseUrl !== undefined || provider.baseUrl !== undefined,
    fields.needsBaseUrl(provider, allowInsecureSources),
  );
};

const archiverSchema = (allowInsecureSources: boolean) =>
  z.strictObject(
    {
      /** The bus that triggers arrive on and results are sent to. */
      eventBusName: fields.eventBusName().default('generation-archiver'),
      /** `false` uses a bus of that name that exists already, for example `default`. */
      createEventBus: fields.flag().default(true),
      /** An existing bucket; `null` creates one. */
      bucketName: fields.bucketName().nullable().default(null),
      /** Put before every key, for example `decks/`. */
      keyPrefix: fields.keyPrefix().default(''),
      /** First part of every secret's name: `<secretPrefix>/<provider>/<credential>`. */
      secretPrefix: fields.secretPrefix().default('generation-archiver'),
      /** Topic that every alarm notifies. */
      alarmTopicArn: fields.topicArn().nullable().default(null),
      /** What happens to the bucket when the stack is deleted. `destroy` deletes it with everything in it. */
      removalPolicy: z.enum(['retain', 'destroy'], 'use "retain" or "destroy"').default('retain'),
      /** Lets `http:` and private addresses through: for tests against a local server only. */
      allowInsecureSources: fields.flag().default(false),
      /** The providers to deploy, each with its settings. */
      providers: z
        .strictObject(
          Object.fromEntries(
            registry.map((provider) => [provider.name, providerSchema(provider, allowInsecureSources).optional()]),
          ),
          'use an object that names a provider or more, for example {"gamma": {}}',
        )
        .refine((value) => Object.keys(value).length > 0, {
          message: 'name a provider or more, for example {"gamma": {}}',
          // A misspelt provider is one problem, not two.
          when: ({ issues }) => issues.length === 0,
        }),
    },
    'use an object, for example {"providers": {"gamma": {}}}',
  );

const appSchema = (allowInsecureSources: boolean) =>
  archiverSchema(allowInsecureSources).extend({ stackName: fields.stackName().default('GenerationArchiver') });

/** Settings of one provider; what is left out takes the provider's default. */
export type ProviderConfig = z.input<ReturnType<typeof providerSchema>>;

/** What a `GenerationArchiver` is made from: the vocabulary of the configuration, without the stack's name. */
export type GenerationArchiverProps = z.input<ReturnType<typeof archiverSchema>>;

/** A provider to deploy, with every setting resolved. */
export interface DeployedProvider {
  readonly provider: Provider;
  readonly settings: ProviderSettings;
  /** Reserved concurrency of the status-check function, where the configuration limits it. */
  readonly maxConcurrentChecks: number | undefined;
}

/** The configuration with every default filled in. */
export interface ArchiverSettings extends Omit<z.output<ReturnType<typeof archiverSchema>>, 'providers'> {
  /** In the registry's order, whatever the order of the configuration. */
  readonly providers: readonly DeployedProvider[];
}

/** The names at each depth, which a typing mistake is compared with. */
const knownKeys = ({ shape }: ReturnType<typeof archiverSchema>): KnownKeys => {
  const { providers, ...rest } = shape;
  const [anyProvider] = registry;
  return {
    root: [...Object.keys(rest), 'providers'],
    providers: Object.keys(providers.shape),
    provider: anyProvider === undefined ? [] : Object.keys(providerSchema(anyProvider, false).shape),
  };
};

/** Whether `http:` is let through decides what a right address is, so it is read before the rest. */
const asksForInsecureSources = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && Reflect.get(value, 'allowInsecureSources') === true;

const checked = <Schema extends ReturnType<typeof archiverSchema>>(
  schemaFor: (allowInsecureSources: boolean) => Schema,
  value: unknown,
): z.output<Schema> => {
  const schema = schemaFor(asksForInsecureSources(value));
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw new ConfigurationError(problemsOf(parsed.error.issues, value, knownKeys(schema)));
  if (parsed.data.createEventBus && parsed.data.eventBusName === 'default') {
    const message = 'is "default", a bus that every account has already: set createEventBus to false, or use another name';
    throw new ConfigurationError([{ path: 'eventBusName', message }]);
  }
  return parsed.data;
};

const resolveProvider = (provider: Provider, config: ProviderConfig): DeployedProvider => {
  const baseUrl = config.baseUrl ?? provider.baseUrl;
  if (baseUrl === undefined) throw new Error(`the schema let provider '${provider.name}' through without a base URL`);
  const { timeoutMinutes, checkIntervalSeconds, firstCheckSeconds } = provider.defaults;
  return {
    provider,
    settings: {
      baseUrl,
      timeoutMinutes: config.timeoutMinutes ?? timeoutMinutes,
      checkIntervalSeconds: config.checkIntervalSeconds ?? checkIntervalSeconds,
      firstCheckSeconds: config.firstCheckSeconds ?? firstCheckSeconds,
      checkWindowSeconds: config.checkWindowSeconds ?? defaultCheckWindowSeconds,
    },
    maxConcurrentChecks: config.maxConcurrentChecks,
  };
};

/**
 * Fills in the defaults.
 *
 * @throws ConfigurationError with everything that is wrong
 */
export const resolveSettings = (props: GenerationArchiverProps): ArchiverSettings => {
  const { providers, ...rest } = checked(archiverSchema, props);
  const deployed = registry.flatMap((provider) => {
    const config = providers[provider.name];
    return config === undefined ? [] : [resolveProvider(provider, config)];
  });
  return { ...rest, providers: deployed };
};

/**
 * Checks the CDK app's configuration.
 *
 * @param value whatever the context holds
 * @throws ConfigurationError with everything that is wrong
 */
export const parseConfiguration = (value: unknown): { stackName: string; archiver: GenerationArchiverProps } => {
  const { stackName, ...archiver } = checked(appSchema, value);
  return { stackName, archiver };
};
