import { Duration } from 'aws-cdk-lib';
import { ProviderModule } from '../functions/provider-module.ts';
import { ConfigurationError, type ConfigurationProblem } from './config-problems.ts';
import type { ProviderModules } from './provider-modules.ts';

/** The options that are lengths of time, with the setting of the JSON configuration for each. */
const durations = [
  { option: 'timeout', setting: 'timeoutMinutes', of: inMinutes, example: 'minutes' },
  { option: 'checkInterval', setting: 'checkIntervalSeconds', of: inSeconds, example: 'seconds' },
  { option: 'firstCheck', setting: 'firstCheckSeconds', of: inSeconds, example: 'seconds' },
] as const;

function inMinutes(duration: Duration): number {
  return duration.toMinutes({ integral: false });
}

function inSeconds(duration: Duration): number {
  return duration.toSeconds({ integral: false });
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

/** An app may have a second copy of the CDK, so that its class is another. */
const isDuration = (value: unknown): value is Duration =>
  value instanceof Duration ||
  (isObject(value) && typeof value['toSeconds'] === 'function' && 'toMinutes' in value);

/** The settings of one provider as JSON would say them, and what is wrong with its options. */
interface ReadOptions {
  readonly settings: unknown;
  readonly module: ProviderModule | undefined;
  readonly problems: readonly ConfigurationProblem[];
}

const durationProblem = (
  path: string,
  options: Readonly<Record<string, unknown>>,
  { option, setting, example }: (typeof durations)[number],
): ConfigurationProblem[] => {
  const value = options[option];
  if (value === undefined) return [];
  if (options[setting] !== undefined) {
    return [
      {
        path: `${path}.${setting}`,
        message: `is given beside ${option}, which settles it: leave one of them out`,
      },
    ];
  }
  if (!isDuration(value)) {
    return [
      {
        path: `${path}.${option}`,
        message: `is no Duration: write Duration.${example}(…), or a number as ${setting}`,
      },
    ];
  }
  return value.isUnresolved()
    ? [{ path: `${path}.${option}`, message: 'is known at deployment only: give a plain value' }]
    : [];
};

const readOptions = (path: string, options: unknown): ReadOptions => {
  if (options instanceof ProviderModule) {
    const message = 'is a module by itself: give it among the options, as { module: … }';
    return { settings: {}, module: undefined, problems: [{ path, message }] };
  }
  if (!isObject(options)) return { settings: options, module: undefined, problems: [] };
  const { module, ...rest } = options;
  if (module !== undefined && !(module instanceof ProviderModule)) {
    const message = 'is no module: make it with ProviderModule.fromSource or .fromBundle';
    return {
      settings: {},
      module: undefined,
      problems: [{ path: `${path}.module`, message }],
    };
  }
  const problems = durations.flatMap((duration) => durationProblem(path, rest, duration));
  const settings = Object.entries(rest).flatMap(([name, value]): [string, unknown][] => {
    const duration = durations.find(({ option }) => option === name);
    if (duration === undefined) return [[name, value]];
    return isDuration(value) && problems.length === 0
      ? [[duration.setting, duration.of(value)]]
      : [];
  });
  return { settings: Object.fromEntries(settings), module, problems };
};

/**
 * Parts the modules from the options of the providers, and says the rest as JSON would.
 *
 * @throws ConfigurationError where an option cannot be said so
 */
export const separateModules = (
  props: unknown,
): { readonly modules: ProviderModules; readonly configuration: unknown } => {
  const providers = isObject(props) ? props['providers'] : undefined;
  if (!isObject(props) || !isObject(providers)) return { modules: new Map(), configuration: props };
  const read = Object.entries(providers).map(
    ([name, options]) => [name, readOptions(`providers.${name}`, options)] as const,
  );
  const problems = read.flatMap(([, { problems: found }]) => found);
  if (problems.length > 0) throw new ConfigurationError(problems);
  return {
    modules: new Map(
      read.flatMap(([name, { module }]) => (module === undefined ? [] : [[name, module] as const])),
    ),
    configuration: {
      ...props,
      providers: Object.fromEntries(read.map(([name, { settings }]) => [name, settings])),
    },
  };
};
