import type * as z from 'zod';
import type { ExportFile, GenerationStatus, LinkStatus } from '../../polling/status.ts';
import { linkProblem, progressOf, stepOf, unexpected } from '../translating/answer.ts';
import { detailsOf } from '../translating/details.ts';
import { redactLinks } from '../translating/links.ts';
import { questionFields } from '../translating/question.ts';
import { linkSchema, providerIdSchema, statusSchema } from './custom-status-schema.ts';

/** Longest question, in UTF-16 units: a person must be able to answer it from the event alone. */
const maxQuestionLength = 4000;

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
