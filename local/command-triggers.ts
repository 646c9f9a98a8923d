import { randomUUID } from 'node:crypto';
import type { Command } from 'commander';
import { exportAsFormats, type ExportAs } from '../lambdas/contract/export-as.ts';
import { folderSchema } from '../lambdas/contract/folder.ts';
import {
  credentialSchema,
  generationIdSchema,
  requestIdSchema,
} from '../lambdas/contract/generation.ts';
import type { JsonObject } from '../lambdas/contract/json.ts';
import type { Tags } from '../lambdas/contract/tags.ts';
import type { Provider } from '../lambdas/providers/provider.ts';
import { providers } from '../lambdas/providers/registry.ts';
import { checked, formats, jsonObject, minutes, seconds, sentence, tag } from './option-values.ts';
import { readRequest } from './request-file.ts';
import type { Trigger } from './triggers.ts';

/** Where a create request comes from. */
export type RequestBody =
  | { readonly from: 'prompt'; readonly request: JsonObject }
  | { readonly from: 'file'; readonly file: string };

/** What is said of generations that are followed and of those that are started first. */
interface Shared {
  readonly provider: string;
  readonly credential: string;
  readonly timeout?: number;
  readonly expected?: number;
  readonly metadata?: JsonObject;
  readonly folder?: string;
  readonly tag?: Tags;
  /** Announce progress. */
  readonly progress?: boolean;
  /** What the finished deck is exported to, where it offers no such file. */
  readonly exportAs?: readonly ExportAs[];
}

/** A command that stands for trigger events. */
export type Triggering =
  | (Shared & {
      readonly kind: 'archive';
      readonly generationIds: readonly string[];
      readonly refresh: boolean;
    })
  | (Shared & { readonly kind: 'request'; readonly requestId: string; readonly body: RequestBody });

/** See {@link withTriggerOptions}. */
export interface TriggerOptions extends Omit<Shared, 'provider' | 'exportAs'> {
  readonly refresh: boolean;
  readonly interactive: boolean;
  readonly prompt?: string;
  readonly request?: string;
  readonly requestId?: string;
  readonly export?: readonly ExportAs[];
}

/** What a command may say about the generations that it starts or takes over. */
export const withTriggerOptions = (command: Command): Command =>
  command
    .option('--prompt <text>', 'start a generation with this prompt (costs credits)', sentence)
    .option(
      '--request <file>',
      "start one with the provider's own create request, as JSON; - is the standard input (costs credits)",
      sentence,
    )
    .option(
      '--request-id <id>',
      'name of that request: the same name starts nothing again',
      checked(requestIdSchema),
    )
    .option(
      '--interactive',
      'let the provider ask questions, which you answer; for --prompt',
      false,
    )
    .option(
      '--export <formats>',
      `what to export the deck to: ${exportAsFormats.join(', ')}, or several (may cost credits)`,
      formats,
    )
    .option('--timeout <minutes>', 'give up after so many minutes', minutes)
    .option(
      '--expected <seconds>',
      'how long it usually takes: the first check waits for a good part of it',
      seconds,
    )
    .option('--credential <name>', 'which API key', checked(credentialSchema), 'default')
    .option('--metadata <json>', 'a JSON object to keep with the archive', jsonObject)
    .option(
      '--folder <folder>',
      'where the files go: their keys begin with it',
      checked(folderSchema),
    )
    .option('--tag <name=value>', 'a tag of every object; several, up to 8', tag)
    .option('--progress', 'announce Generation Progress on the way')
    .option('--refresh', 'fetch anew what is stored already', false);

/** Ends the command with a message. */
export type Fail = (message: string) => never;

/** Ends in usage and status 2. */
export const failing =
  (program: Command): Fail =>
  (message) =>
    program.error(`error: ${message}`);

const howToStart = ({ starting }: Provider): string => {
  if (starting === undefined) return '';
  return starting.fromPrompt === undefined
    ? ', or start one with --request'
    : ', or start one with --prompt';
};

const checkIds = (
  provider: Provider,
  ids: readonly string[],
  { requestId, interactive }: TriggerOptions,
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
  { interactive, export: wanted = [] }: TriggerOptions,
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

const fromFile = (
  file: string,
  { interactive, export: wanted = [] }: TriggerOptions,
  fail: Fail,
) => {
  if (interactive) fail('--interactive is for --prompt: in a request of your own, say it there');
  return { body: { from: 'file', file } as const, later: wanted };
};

const checkStart = (
  { title, starting }: Provider,
  ids: readonly string[],
  { prompt, request, refresh }: TriggerOptions,
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

const exporting = (wanted: readonly ExportAs[] = []) =>
  wanted.length === 0 ? {} : { exportAs: wanted };

/**
 * What the arguments and options about one provider stand for.
 *
 * @param fail ends the command where they do not go together
 */
export const triggeringOf = (
  provider: Provider,
  ids: readonly string[],
  options: TriggerOptions,
  fail: Fail,
): Triggering => {
  const { prompt, request, requestId, export: wanted, refresh } = options;
  const { credential, timeout, expected, metadata, folder, tag: tags, progress } = options;
  const shared = {
    provider: provider.name,
    credential,
    ...(timeout === undefined ? {} : { timeout }),
    ...(expected === undefined ? {} : { expected }),
    ...(metadata === undefined ? {} : { metadata }),
    ...(folder === undefined ? {} : { folder }),
    ...(tags === undefined ? {} : { tag: tags }),
    ...(progress === undefined ? {} : { progress }),
  };
  const isStarted = prompt !== undefined || request !== undefined;
  if (isStarted) checkStart(provider, ids, options, fail);
  else checkIds(provider, ids, options, fail);
  checkExport(provider, wanted, fail);
  if (!isStarted)
    return {
      ...shared,
      kind: 'archive',
      generationIds: [...new Set(ids)],
      refresh,
      ...exporting(wanted),
    };
  const { body, later } =
    prompt === undefined
      ? fromFile(request ?? '', options, fail)
      : fromPrompt(provider, prompt, options, fail);
  return {
    ...shared,
    kind: 'request',
    requestId: requestId ?? freshRequestId(),
    body,
    ...exporting(later),
  };
};

/** Unlike any other: who names none wants something new. */
const freshRequestId = (): string => `run-${randomUUID().replaceAll('-', '').slice(0, 16)}`;

/** The trigger events that a command stands for, or why there are none. */
export const triggersOf = async (
  request: Triggering,
  input: NodeJS.ReadableStream,
): Promise<readonly Trigger[] | string> => {
  const { provider, credential, timeout, expected, metadata, exportAs } = request;
  const { folder, tag: tags, progress } = request;
  const shared = {
    provider,
    credential,
    ...(timeout === undefined ? {} : { timeoutMinutes: timeout }),
    ...(expected === undefined ? {} : { expectedSeconds: expected }),
    ...(metadata === undefined ? {} : { metadata }),
    ...(exportAs === undefined ? {} : { exportAs: [...exportAs] }),
    ...(folder === undefined ? {} : { folder }),
    ...(tags === undefined ? {} : { tags }),
    ...(progress === undefined ? {} : { progress }),
  };
  if (request.kind === 'archive') {
    const { generationIds, refresh } = request;
    return generationIds.map((generationId) => ({
      detailType: 'Generation Started',
      detail: { generationId, refresh, ...shared },
    }));
  }
  const { requestId, body } = request;
  const read =
    body.from === 'file'
      ? await readRequest(body.file, input)
      : { ok: true as const, request: body.request };
  return read.ok
    ? [
        {
          detailType: 'Generation Requested',
          detail: { requestId, request: read.request, ...shared },
        },
      ]
    : read.message;
};
