import type { Command } from 'commander';
import { providerNamed, providerNames } from '../lambdas/providers/registry.ts';
import { baseUrlOf } from './api-address.ts';
import { failing, triggeringOf } from './command-triggers.ts';
import type { Triggering, TriggerOptions } from './command-triggers.ts';
import type { Environment } from './environment-keys.ts';
import { hiddenFolder } from './safe-path.ts';

/** Exit statuses of the command. */
export const exitStatus = { archived: 0, notArchived: 1, badUsage: 2, interrupted: 130 } as const;

/** Where the embedded run does what is asked, and how it tells. */
interface Place {
  readonly out: string;
  readonly json: boolean;
  /** Shown in a page as well. */
  readonly page?: true;
  readonly allowInsecure: boolean;
  readonly baseUrl?: string;
}

/** What the command line asks for. */
export type Request =
  | ({ readonly kind: 'demonstration' } & Pick<Place, 'out' | 'json' | 'page'>)
  | (Triggering & Place)
  /** Nothing more to do: help was shown, or the usage was wrong and has been shown. */
  | { readonly kind: 'exit'; readonly code: number };

type Options = TriggerOptions & Place;

/** What may be said without a provider. */
const demonstrationOptions: readonly string[] = ['out', 'json', 'page'];

const demonstration = (program: Command, { out, json, page }: Options): Request => {
  const stray = Object.keys(program.opts()).find(
    (name) => !demonstrationOptions.includes(name) && program.getOptionValueSource(name) === 'cli',
  );
  const flag = program.options.find((option) => option.attributeName() === stray)?.long;
  if (stray !== undefined) failing(program)(`${flag ?? stray} needs a provider`);
  return { kind: 'demonstration', out, json, ...(page === true ? { page } : {}) };
};

/**
 * What a command line that was parsed asks for. @throws CommanderError where it does not go
 * together
 */
export const understand = (program: Command, environment: Environment): Request => {
  const [name, ids = []] = program.processedArgs as [string | undefined, string[] | undefined];
  const options = program.opts<Options>();
  const fail = failing(program);
  if (name === undefined) return demonstration(program, options);
  if (!providerNames.includes(name))
    fail(`unknown provider '${name}'; known: ${providerNames.join(', ')}`);
  const provider = providerNamed(name);
  const triggering = triggeringOf(provider, ids, options, fail);
  if (options.folder?.split('/')[0] === hiddenFolder)
    fail(`--folder must not begin with ${hiddenFolder}: the run keeps its notes there`);
  const baseUrl = baseUrlOf(provider, options, environment, fail);
  const { out, json, page, allowInsecure } = options;
  return {
    ...triggering,
    out,
    json,
    allowInsecure,
    ...(page === true ? { page } : {}),
    ...(baseUrl === undefined ? {} : { baseUrl }),
  };
};
