import * as z from 'zod';
import { exportAsFormatSchema } from '../../contract/export-as.ts';
import { maxTimeoutMinutes, providerNameSchema } from '../../contract/generation.ts';
import { oncePerSecond } from '../../polling/pace.ts';
import type { Trouble } from '../../polling/status.ts';
import type { ExportEndpoint, LinkEndpoint, Provider, ReplyEndpoint } from '../provider.ts';
import { unexpected } from '../translating/answer.ts';
import type { HttpErrorOptions } from '../translating/http-errors.ts';
import { isObjectError } from '../translating/own-error.ts';
import { checkedExportId, checkedLink, checkedStatus } from './custom-status.ts';

const method = <T>() => z.custom<T>((value) => typeof value === 'function', 'must be a function');

/** A title becomes part of state names, construct ids and messages. */
const titleSchema = z
  .string('must be a text')
  .regex(
    /^[A-Za-z][A-Za-z0-9 .-]{0,39}$/,
    'must be a letter, then letters, digits, spaces, "." or "-", at most 40 characters',
  );

const seconds = z.number().positive();

const errorsSchema = z.object({
  title: titleSchema,
  notFoundAdvice: z.string(),
  refusal: method<HttpErrorOptions['refusal']>(),
  isOwnError: method<NonNullable<HttpErrorOptions['isOwnError']>>().optional(),
});

/**
 * Every member has a line, so that a new one breaks the build until it is taken over below.
 * `starting` is left out: that no generation is paid for twice is promised for the archiver's own
 * providers only.
 */
const customProviderSchema = z.object({
  name: providerNameSchema,
  title: titleSchema,
  baseUrl: z.string().optional(),
  defaults: z.object({
    timeoutMinutes: z.int().min(1).max(maxTimeoutMinutes),
    firstCheckSeconds: z.int().min(0).max(3600),
    checkIntervalSeconds: z.number().min(1).max(3600),
  }),
  pace: z
    .object({
      leastSeconds: seconds.optional(),
      throttledSeconds: seconds.optional(),
      lowBurst: z.object({ below: z.number(), intervalSeconds: seconds }).optional(),
    })
    .default({}),
  statusRequest: method<Provider['statusRequest']>(),
  readStatus: method<Provider['readStatus']>(),
  isEnough: method<NonNullable<Provider['isEnough']>>().optional(),
  links: z
    .object({ request: method<LinkEndpoint['request']>(), read: method<LinkEndpoint['read']>() })
    .optional(),
  exporting: z
    .object({
      formats: z.array(exportAsFormatSchema).min(1),
      request: method<ExportEndpoint['request']>(),
      readStarted: method<ExportEndpoint['readStarted']>(),
      errors: errorsSchema,
    })
    .optional(),
  reply: z.object({ request: method<ReplyEndpoint['request']>(), errors: errorsSchema }).optional(),
  readRateLimits: method<NonNullable<Provider['readRateLimits']>>().optional(),
} satisfies Record<Exclude<keyof Provider, 'starting'>, z.ZodType>);

/** The file of an export is asked for by its id: without `links`, it would be paid for and never fetched. */
const exportingNeedsLinks = customProviderSchema.refine(
  ({ exporting, links }) => exporting === undefined || links !== undefined,
  {
    path: ['links'],
    message: 'must be there beside exporting: the file of an export is asked for with it',
  },
);

const budgetSchema = z
  .object({ limit: z.number().positive(), remaining: z.number().nonnegative() })
  .exactOptional();

const rateLimitsSchema = z.object({
  burst: budgetSchema,
  hourly: budgetSchema,
  daily: budgetSchema,
});

const defaultOf = (value: unknown): unknown =>
  typeof value === 'object' && value !== null ? Reflect.get(value, 'default') : undefined;

/**
 * What a module exports by default; a CommonJS module that was an ES module before has it one level
 * deeper.
 */
const defaultExport = (module: unknown): unknown =>
  defaultOf(defaultOf(module)) ?? defaultOf(module);

const orElse = <Value>(fallback: Value, translate: () => Value): Value => {
  try {
    return translate();
  } catch {
    return fallback;
  }
};

const errorName = (error: unknown): string => (error instanceof Error ? error.name : typeof error);

/** Where its reading of an error throws, the answer is read as if it were not there. */
const guardedErrors = (errors: HttpErrorOptions): HttpErrorOptions => ({
  ...errors,
  refusal: (status, said) => orElse(undefined, () => errors.refusal(status, said)),
  isOwnError: (body) =>
    orElse(isObjectError(body), () => errors.isOwnError?.(body) ?? isObjectError(body)),
});

/**
 * A provider from outside this package. It is trusted with the API key, as the team that deploys it wrote
 * it, but not with the rules: whatever its translation throws or returns is checked and cleaned as
 * the archiver's own translations do it.
 *
 * @param module what its module exports; the provider is the default export
 * @throws with everything that is wrong, where that is not a provider
 */
export const customProvider = (module: unknown): Provider => {
  const given = defaultExport(module);
  if (given === undefined)
    throw new Error('has no default export: export a Provider with "export default"');
  const parsed = exportingNeedsLinks.safeParse(given);
  if (!parsed.success) {
    const problems = parsed.error.issues.map(
      ({ path, message }) => `${path.map(String).join('.') || 'it'}: ${message}`,
    );
    throw new Error(`has a default export that is no Provider: ${problems.join('; ')}`);
  }
  const { name, title, baseUrl, defaults, isEnough, readRateLimits } = parsed.data;
  // Checked above; called on the object that the module exported, so that its methods may use
  // `this`.
  const provider = given as Provider;
  const { links, exporting, reply } = provider;
  /** Whatever a translation throws may quote the answer, a signed link included. */
  const guarded = <Status>(translate: () => Status): Status | Trouble => {
    try {
      return translate();
    } catch (error) {
      return unexpected(title, `its translation failed with ${errorName(error)}`);
    }
  };
  return {
    name,
    title,
    ...(baseUrl === undefined ? {} : { baseUrl }),
    defaults,
    pace: { leastSeconds: oncePerSecond, ...provider.pace },
    statusRequest: (options) => provider.statusRequest(options),
    readStatus: (answer) => guarded(() => checkedStatus(title, provider.readStatus(answer))),
    ...(links === undefined
      ? {}
      : {
          links: {
            request: (options) => links.request(options),
            read: (answer) => guarded(() => checkedLink(title, links.read(answer))),
          },
        }),
    ...(reply === undefined
      ? {}
      : {
          reply: {
            request: (options) => reply.request(options),
            errors: guardedErrors(reply.errors),
          },
        }),
    ...(exporting === undefined
      ? {}
      : {
          exporting: {
            formats: exporting.formats,
            request: (options) => exporting.request(options),
            readStarted: (body) =>
              checkedExportId(orElse(undefined, () => exporting.readStarted(body))),
            errors: guardedErrors(exporting.errors),
          },
        }),
    // Where these two throw, the answer is read as if they were not there.
    ...(isEnough === undefined
      ? {}
      : { isEnough: (beginning) => orElse(false, () => isEnough.call(provider, beginning)) }),
    ...(readRateLimits === undefined
      ? {}
      : {
          readRateLimits: (headers) =>
            rateLimitsSchema.safeParse(
              orElse(undefined, () => readRateLimits.call(provider, headers)),
            ).data,
        }),
  };
};
