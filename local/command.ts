import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import type { z } from 'zod';
import { credentialSchema, generationIdSchema, maxTimeoutMinutes, metadataSchema } from '../lambdas/contract/generation.ts';
import { parseUrl } from '../lambdas/contract/parse-url.ts';
import { providerNamed, providerNames, providers } from '../lambdas/providers/registry.ts';
import { baseUrlVariable, keyVariable } from './environment-keys.ts';

/** What the command line asks for. */
export type Request =
  | { readonly kind: 'demonstration'; readonly out: string; readonly json: boolean }
  | {
      readonly kind: 'archive';
      readonly out: string;
      readonly json: boolean;
      readonly provider: string;
      readonly generationIds: readonly string[];
      readonly credential: string;
      readonly refresh: boolean;
      readonly allowInsecure: boolean;
      readonly timeout?: number;
      readonly baseUrl?: string;
      readonly metadata?: Record<string, unknown>;
    }
  /** Nothing more to do: help was shown, or the usage was wrong and has been shown. */
  | { readonly kind: 'exit'; readonly code: number };

/** Exit statuses of the command. */
export const exitStatus = { archived: 0, notArchived: 1, badUsage: 2, interrupted: 130 } as const;

interface Options {
  readonly out: string;
  readonly json: boolean;
  readonly credential: string;
  readonly refresh: boolean;
  readonly allowInsecure: boolean;
  readonly timeout?: number;
  readonly baseUrl?: string;
  readonly metadata?: Record<string, unknown>;
}

const checked =
  <T>(schema: z.ZodType<T>) =>
  (value: unknown): T => {
    const parsed = schema.safeParse(value);
    if (!parsed.success) throw new InvalidArgumentError(parsed.error.issues.map(({ message }) => message).join('; '));
    return parsed.data;
  };

const minutes = (text: string): number => {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > maxTimeoutMinutes) {
    throw new InvalidArgumentError(`use a whole number of minutes from 1 to ${maxTimeoutMinutes}`);
  }
  return value;
};

const jsonObject = (text: string): Record<string, unknown> => {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new InvalidArgumentError('use a JSON object, for example \'{"customer":"42"}\'');
  }
  return checked(metadataSchema)(value);
};

const webAddress = (text: string): string => {
  if (!/^https?:$/.test(parseUrl(text)?.protocol ?? ''))
    throw new InvalidArgumentError('use an address that begins with https://');
  return text.replace(/\/+$/, '');
};

const keyVariables = providers.map(({ name, baseUrl }) => {
  const variable = keyVariable(name, 'default');
  return baseUrl === undefined ? `${variable} (with ${baseUrlVariable(name)})` : variable;
});

const afterwards = `
Without a provider, a demonstration runs against a simulator of all of them.

API keys come from the environment or from .env:
  ${keyVariables.join('\n  ')}
For --credential team-a, ${keyVariable('gamma', 'team-a')}.

For programs: npm start --silent -- gamma <generationId> --json

Exit status: 0 archived (also in part, where the execution succeeds), 1 not archived, 2 bad usage, 130 interrupted.`;

const createProgram = (): Command =>
  new Command('npm start --')
    .usage('[provider] [generationId...] [options]')
    .description('Follows generations until they are done and saves what they export.')
    .argument('[provider]', providerNames.join(', '))
    .argument('[generationId...]', "the provider's own ids; several are followed side by side")
    .option('--out <folder>', 'where files and events.jsonl go', 'artifacts')
    .option('--timeout <minutes>', 'give up after so many minutes', minutes)
    .option('--base-url <url>', "another address of the provider's API", webAddress)
    .option('--credential <name>', 'which API key', checked(credentialSchema), 'default')
    .option('--metadata <json>', 'a JSON object to keep with the archive', jsonObject)
    .option('--refresh', 'fetch anew what is stored already', false)
    .option('--json', 'print result events as JSON lines, nothing else', false)
    .addOption(new Option('--allow-insecure', 'let http: and private addresses through, for local tests').default(false))
    .addHelpText('after', afterwards)
    .showHelpAfterError()
    .exitOverride();

/** What may be said without a provider. */
const demonstrationOptions: readonly string[] = ['out', 'json'];

const understand = (program: Command, environment: Readonly<Record<string, string | undefined>>): Request => {
  const [provider, ids = []] = program.processedArgs as [string | undefined, string[] | undefined];
  const options = program.opts<Options>();
  const { out, json } = options;
  if (provider === undefined) {
    const stray = Object.keys(options).find(
      (name) => !demonstrationOptions.includes(name) && program.getOptionValueSource(name) === 'cli',
    );
    const flag = program.options.find((option) => option.attributeName() === stray)?.long;
    if (stray !== undefined) program.error(`error: ${flag ?? stray} needs a provider and a generationId`);
    return { kind: 'demonstration', out, json };
  }
  if (!providerNames.includes(provider))
    program.error(`error: unknown provider '${provider}'; known: ${providerNames.join(', ')}`);
  if (ids.length === 0) program.error(`error: name a generationId of ${provider}`);
  for (const id of ids) {
    const parsed = generationIdSchema.safeParse(id);
    if (!parsed.success)
      program.error(`error: generationId '${id}': ${parsed.error.issues.map(({ message }) => message).join('; ')}`);
  }
  const variable = baseUrlVariable(provider);
  const baseUrl = options.baseUrl ?? environment[variable] ?? '';
  const { title, baseUrl: published } = providerNamed(provider);
  if (baseUrl === '' && published === undefined) {
    program.error(
      `error: ${title} publishes no address of its API, so name yours: --base-url https://… or ${variable}=https://… in .env`,
    );
  }
  if (baseUrl.startsWith('http:') && !options.allowInsecure)
    program.error(`error: the address ${baseUrl} is not encrypted: use https:, or --allow-insecure`);
  return { ...options, kind: 'archive', provider, generationIds: [...new Set(ids)], ...(baseUrl === '' ? {} : { baseUrl }) };
};

/**
 * Understands the command line. Wrong usage is explained on standard error, with the usage.
 *
 * @param args what follows the command's own name
 */
export const parseCommand = (args: readonly string[], environment: Readonly<Record<string, string | undefined>>): Request => {
  const program = createProgram();
  try {
    return understand(program.parse(args, { from: 'user' }), environment);
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return { kind: 'exit', code: error.exitCode === 0 ? exitStatus.archived : exitStatus.badUsage };
  }
};
