import * as z from 'zod';
import { fileFormats } from '../../contract/file-formats.ts';
import type { ExportFile, GenerationStatus, LinkStatus } from '../../polling/status.ts';
import {
  linkProblem,
  maxWordLength,
  optionalField,
  progressOf,
  stepOf,
  unexpected,
} from '../translating/answer.ts';
import { detailsOf } from '../translating/details.ts';
import { redactLinks } from '../translating/links.ts';
import { questionFields } from '../translating/question.ts';
import { providerText } from '../translating/text.ts';

/** Longest question, in UTF-16 units: a person must be able to answer it from the event alone. */
const maxQuestionLength = 4000;

/** Most files of one generation: ten times what is archived. */
const maxFiles = 1000;

const message = z.string().transform((text) => providerText(text));

const said = z.string().transform((word) => providerText(word, maxWordLength) || '(blank)');

const details = z.record(z.string(), z.unknown()).default({});

/** A module may call a JPEG by its other name. */
const fileFormat = z.preprocess((value) => (value === 'jpeg' ? 'jpg' : value), z.enum(fileFormats));

/**
 * An id that a provider gives of a deck or of an export. It becomes part of a request and lies in the
 * state data: no link, no text, nothing that climbs out of a path.
 */
const providerIdSchema = z
  .string()
  .regex(/^[A-Za-z0-9._~:@+=,/-]{1,300}$/)
  .refine((id) => !/^https?:|\/\/|(^|\/)\.{1,2}(\/|$)/i.test(id));

const exportSchema = z
  .object({
    url: z.string().exactOptional(),
    linkId: z.string().min(1).exactOptional(),
    format: fileFormat.exactOptional(),
    // Becomes part of a key.
    variant: z
      .string()
      .regex(/^(?!\.+$)[A-Za-z0-9._-]{1,64}$/)
      .exactOptional(),
    bytes: z.int().positive().exactOptional(),
  })
  .transform(({ url, linkId, ...facts }, context): ExportFile => {
    if (url !== undefined) return { ...facts, url, ...(linkId === undefined ? {} : { linkId }) };
    if (linkId !== undefined) return { ...facts, linkId };
    context.addIssue('needs a url, or a linkId to ask for one');
    return z.NEVER;
  });

const refusalCodes = [
  'CredentialMissing',
  'Unauthorized',
  'PlanNotEligible',
  'InsufficientCredits',
  'InvalidRequest',
] as const;

const troubles = [
  z.object({ kind: z.literal('notFound'), message }),
  z.object({ kind: z.literal('refused'), code: z.enum(refusalCodes), message }),
  z.object({ kind: z.literal('throttled'), message }),
  z.object({
    kind: z.literal('unavailable'),
    code: z.enum(['ProviderUnavailable', 'UnexpectedResponse']),
    message,
  }),
] as const;

const statusSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('pending'),
    said,
    progress: optionalField(z.number()),
    phase: optionalField(z.string()),
    step: optionalField(z.string()),
    unknownStatus: z.boolean().exactOptional(),
  }),
  z.object({
    kind: z.literal('awaitingInput'),
    said,
    question: z.string(),
    details,
  }),
  z.object({
    kind: z.literal('exportPending'),
    said,
    details,
    remedy: message,
    deck: optionalField(z.object({ id: providerIdSchema, document: z.unknown().optional() })),
  }),
  z.object({
    kind: z.literal('ready'),
    said,
    partial: z.boolean().default(false),
    exports: z.array(exportSchema).max(maxFiles),
    document: z.unknown().optional(),
    unfinished: optionalField(z.literal(true)),
    deckId: optionalField(providerIdSchema),
    title: message.exactOptional(),
    completedAt: optionalField(z.iso.datetime({ offset: true })),
    details,
  }),
  z.object({ kind: z.literal('failed'), said, message, details }),
  ...troubles,
]);

const linkSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('link'), url: z.string() }),
  z.object({ kind: z.literal('noLink'), message, isFinal: z.literal(true).optional() }),
  ...troubles,
]);

type Checked = z.infer<typeof statusSchema>;

const areDistinct = (names: readonly (string | undefined)[]): boolean =>
  new Set(names).size === names.length && !names.includes(undefined);

/**
 * Keys are told apart by the variant, or by the format where no file has a variant; folders do not
 * always know the case of letters.
 */
const exportProblem = (
  title: string,
  exports: readonly ExportFile[],
): GenerationStatus | undefined => {
  for (const [index, file] of exports.entries()) {
    const problem =
      'url' in file ? linkProblem(title, `exports.${index}.url`, file.url) : undefined;
    if (problem !== undefined) return problem;
  }
  const variants = exports.map(({ variant }) => variant?.toLowerCase());
  const isOneDeck =
    variants.every((variant) => variant === undefined) &&
    areDistinct(exports.map(({ format }) => format));
  if (exports.length < 2 || isOneDeck || areDistinct(variants)) return undefined;
  return unexpected(
    title,
    'several exports need a variant each, all of them different; or a format each, all different',
  );
};

const cleaned = (title: string, status: Checked): GenerationStatus => {
  switch (status.kind) {
    case 'awaitingInput':
      return {
        ...status,
        ...questionFields(status.question, maxQuestionLength),
        details: detailsOf(status.details),
      };
    case 'failed':
      return { ...status, details: detailsOf(status.details) };
    case 'exportPending': {
      const { deck, ...rest } = status;
      return {
        ...rest,
        details: detailsOf(status.details),
        ...(deck === undefined
          ? {}
          : { deck: { id: deck.id, document: redactLinks(deck.document ?? {}) } }),
      };
    }
    case 'ready': {
      const downloadLinks = status.exports.flatMap((file) => ('url' in file ? [file.url] : []));
      const { completedAt, document = {}, deckId, unfinished, ...rest } = status;
      return (
        exportProblem(title, status.exports) ?? {
          ...rest,
          document: redactLinks(document, { downloadLinks }),
          details: detailsOf(status.details, downloadLinks),
          ...(deckId === undefined ? {} : { deckId }),
          ...(unfinished === undefined ? {} : { unfinished }),
          ...(completedAt === undefined
            ? {}
            : { completedAt: new Date(completedAt).toISOString() }),
        }
      );
    }
    case 'pending': {
      const { progress, phase, step, ...rest } = status;
      return { ...rest, ...progressOf(progress, 1), ...stepOf(step, phase) };
    }
    case 'notFound':
    case 'refused':
    case 'throttled':
    case 'unavailable':
      return status;
  }
};

const notUnderstood = (title: string, what: string, error: z.ZodError) => {
  const [issue] = error.issues;
  return unexpected(
    title,
    `its translation gave ${what}: ${issue?.path.map(String).join('.') || 'kind'}: ${issue?.message ?? 'invalid'}`,
  );
};

/**
 * A status from a translation that this package does not know: its shape is checked, its texts are
 * cleaned, and signed links are reduced wherever they do not belong.
 */
export const checkedStatus = (title: string, value: unknown): GenerationStatus => {
  const parsed = statusSchema.safeParse(value);
  return parsed.success
    ? cleaned(title, parsed.data)
    : notUnderstood(title, 'a wrong status', parsed.error);
};

/** The id of an export that such a translation read from an answer; `undefined` where it is none. */
export const checkedExportId = (value: unknown): string | undefined =>
  providerIdSchema.safeParse(value).data;

/** The same for what such a translation makes of the answer to a request for a link. */
export const checkedLink = (title: string, value: unknown): LinkStatus => {
  const parsed = linkSchema.safeParse(value);
  if (!parsed.success) return notUnderstood(title, 'a wrong link', parsed.error);
  const status = parsed.data;
  return (status.kind === 'link' ? linkProblem(title, 'url', status.url) : undefined) ?? status;
};
