import { randomUUID } from 'node:crypto';
import type { Command } from 'commander';
import type { ExportAs } from '../lambdas/contract/export-as.ts';
import { generationIdSchema } from '../lambdas/contract/generation.ts';
import type { JsonObject } from '../lambdas/contract/json.ts';
import type { Provider } from '../lambdas/providers/provider.ts';
import { providerNamed, providerNames, providers } from '../lambdas/providers/registry.ts';
import { baseUrlOf } from './api-address.ts';
import type { Environment } from './environment-keys.ts';

/** Exit statuses of the command. */
export const exitStatus = { archived: 0, notArchived: 1, badUsage: 2, interrupted: 130 } as const;

/** What is said of generations that are followed and of those that are started first. */
interface Shared {
  readonly out: string;
  readonly json: boolean;
  readonly provider: string;
  readonly credential: string;
  readonly allowInsecure: boolean;
  readonly timeout?: number;
  readonly expected?: number;
  readonly baseUrl?: string;
  readonly metadata?: JsonObject;
  /** What the finished deck is exported to, where it offers no such file. */
  readonly exportAs?: readonly ExportAs[];
}

/** Where a create request comes from. */
export type RequestBody =
  | { readonly from: 'prompt'; readonly request: JsonObject }
  | { readonly from: 'file'; readonly file: string };

/** What the command line asks for. */
export type Request =
  | { readonly kind: 'demonstration'; readonly out: string; readonly json: boolean }
  | (Shared & {
      readonly kind: 'archive';
      readonly generationIds: readonly string[];
      readonly refresh: boolean;
    })
  | (Shared & { readonly kind: 'request'; readonly requestId: string; readonly body: RequestBody })
  /** Nothing more to do: help was shown, or the usage was wrong and has been shown. */
  | { readonly kind: 'exit'; readonly code: number };

interface Options extends Omit<Shared, 'provider' | 'exportAs'> {
  readonly refresh: boolean;
  readonly interactive: boolean;
  readonly prompt?: string;
  readonly request?: string;
  readonly requestId?: string;
  readonly export?: readonly ExportAs[];
}

/** What may be said without a provider. */
const demonstrationOptions: readonly string[] = ['out', 'json'];

type Fail = (message: string) => never;

/** Ends in usage and status 2. */
const failing =
  (program: Command): Fail =>
  (message) =>
    program.error(`error: ${message}`);

const demonstration = (program: Command, { out, json }: Options): Request => {
  const stray = Object.keys(program.opts()).find(
    (name) => !demonstrationOptions.includes(name) && program.getOptionValueSource(name) === 'cli',
  );
  const flag = program.options.find((option) => option.attributeName() === stray)?.long;
  if (stray !== undefined) failing(program)(`${flag ?? stray} needs a provider`);
  return { kind: 'demonstration', out, json };
};

const howToStart = ({ starting }: Provider): string => {
  if (starting === undefined) return '';
  return starting.fromPrompt === undefined
    ? ', or start one with --request'
    : ', or start one with --prompt';
};

const checkIds = (
  provider: Provider,
  ids: readonly string[],
  { requestId, interactive }: Options,
  fail: Fail,
): void => {
  if (ids.length === 0) fail(`name a generationId of ${provider.name}${howToStart(provider)}`);
  for (const id of ids) {
    const parsed = generationIdSchema.safeParse(id);
    if (!parsed.success)
      fail(`generationId '${id}': ${parsed.error.issues.map(({ message }) => message).join('; ')}`);
  }
  if (requestId !== undefined) fail('--request-id names what --prompt or --request starts');
  if (interactive)
    fail(
      '--interactive is for --prompt: whether a generation that runs asks questions was said when it was started',
    );
};

const checkExport = (
  { title, exporting }: Provider,
  wanted: readonly ExportAs[] | undefined,
  fail: Fail,
): void => {
  if (wanted !== undefined && exporting === undefined)
    fail(`${title} leaves no choice of the format, so leave --export out: what it makes is saved`);
  const unknown = wanted?.filter((format) => exporting?.formats.includes(format) === false) ?? [];
  if (unknown.length > 0)
    fail(
      `${title} exports to ${exporting?.formats.join(', ') ?? ''}, not to ${unknown.join(', ')}`,
    );
};

/**
 * What a prompt becomes: the first format goes into the create request, where it costs nothing
 * more, and the others come after it.
 */
const fromPrompt = (
  provider: Provider,
  prompt: string,
  { interactive, export: wanted = [] }: Options,
  fail: Fail,
) => {
  const make = provider.starting?.fromPrompt;
  if (make === undefined)
    return fail(
      `${provider.title} needs more than a prompt: give the whole create request with --request`,
    );
  if (interactive && provider.reply === undefined)
    fail(`${provider.title} asks no questions, so leave --interactive out`);
  const [exportAs, ...later] = wanted;
  return {
    body: { from: 'prompt', request: make(prompt, { exportAs, interactive }) } as const,
    later,
  };
};

const fromFile = (file: string, { interactive, export: wanted = [] }: Options, fail: Fail) => {
  if (interactive) fail('--interactive is for --prompt: in a request of your own, say it there');
  return { body: { from: 'file', file } as const, later: wanted };
};

const checkStart = (
  { title, starting }: Provider,
  ids: readonly string[],
  { prompt, request, refresh }: Options,
  fail: Fail,
): void => {
  const others = providers.filter((one) => one.starting !== undefined).map(({ name }) => name);
  if (starting === undefined)
    fail(
      `${title} generations are followed only: start one at ${title} and name its id; started here: ${others.join(', ')}`,
    );
  if (prompt !== undefined && request !== undefined)
    fail('--prompt and --request both say what to start: give one of them');
  if (ids.length > 0)
    fail(
      'a generationId is of a generation that runs already: leave it out, or leave out what starts one',
    );
  if (refresh)
    fail('--refresh is for a generation that may be stored already, not for one that is started');
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
  const {
    prompt,
    request,
    requestId,
    interactive: _,
    export: wanted,
    refresh,
    baseUrl: __,
    ...rest
  } = options;

  if (prompt === undefined && request === undefined) checkIds(provider, ids, options, fail);
  else checkStart(provider, ids, options, fail);
  checkExport(provider, wanted, fail);
  const baseUrl = baseUrlOf(provider, options, environment, fail);
  const shared = { ...rest, provider: name, ...(baseUrl === undefined ? {} : { baseUrl }) };

  if (prompt === undefined && request === undefined) {
    const exportAs = wanted === undefined ? {} : { exportAs: wanted };
    return { ...shared, kind: 'archive', generationIds: [...new Set(ids)], refresh, ...exportAs };
  }
  const { body, later } =
    prompt === undefined
      ? fromFile(request ?? '', options, fail)
      : fromPrompt(provider, prompt, options, fail);
  const exportAs = later.length === 0 ? {} : { exportAs: later };
  return {
    ...shared,
    kind: 'request',
    requestId: requestId ?? freshRequestId(),
    body,
    ...exportAs,
  };
};

/** Unlike any other: who names none wants something new. */
const freshRequestId = (): string => `run-${randomUUID().replaceAll('-', '').slice(0, 16)}`;
