import { z } from 'zod';
import type { ExportFile, GenerationStatus } from '../polling/status.ts';
import { linkProblem, maxWordLength, optionalField, progressOf, unexpected } from './answer.ts';
import { detailsOf } from './details.ts';
import { reduceLinks } from './links.ts';
import { providerText } from './text.ts';

/** Longest question, in UTF-16 units: a person must be able to answer it from the event alone. */
const maxQuestionLength = 4000;

const message = z.string().transform((text) => providerText(text));

const said = z.string().transform((word) => providerText(word, maxWordLength) || '(blank)');

const details = z.record(z.string(), z.unknown()).default({});

const exportSchema = z.object({
  url: z.string(),
  format: z.enum(['pdf', 'pptx', 'zip']).exactOptional(),
  // Becomes part of a key.
  variant: z.string().regex(/^(?!\.+$)[A-Za-z0-9._-]{1,64}$/).exactOptional(),
  bytes: z.int().positive().exactOptional(),
}) satisfies z.ZodType<ExportFile>;

const refusalCodes = ['CredentialMissing', 'Unauthorized', 'PlanNotEligible', 'InsufficientCredits', 'InvalidRequest'] as const;

const statusSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('pending'),
    said,
    progress: optionalField(z.number()),
    unknownStatus: z.boolean().exactOptional(),
  }),
  z.object({
    kind: z.literal('awaitingInput'),
    said,
    question: z.string().transform((text) => providerText(text, maxQuestionLength)),
    details,
  }),
  z.object({ kind: z.literal('exportPending'), said, details, remedy: message }),
  z.object({
    kind: z.literal('ready'),
    said,
    partial: z.boolean().default(false),
    exports: z.array(exportSchema),
    document: z.unknown().optional(),
    title: message.exactOptional(),
    completedAt: optionalField(z.iso.datetime({ offset: true })),
    details,
  }),
  z.object({ kind: z.literal('failed'), said, message, details }),
  z.object({ kind: z.literal('notFound'), message }),
  z.object({ kind: z.literal('refused'), code: z.enum(refusalCodes), message }),
  z.object({ kind: z.literal('throttled'), message }),
  z.object({ kind: z.literal('unavailable'), code: z.enum(['ProviderUnavailable', 'UnexpectedResponse']), message }),
]);

type Checked = z.infer<typeof statusSchema>;

/** Keys are told apart by the variant, and folders do not always know the case of letters. */
const exportProblem = (title: string, exports: readonly ExportFile[]): GenerationStatus | undefined => {
  for (const [index, { url }] of exports.entries()) {
    const problem = linkProblem(title, `exports.${index}.url`, url);
    if (problem !== undefined) return problem;
  }
  const variants = new Set(exports.map(({ variant }) => variant?.toLowerCase()));
  const isAmbiguous = exports.length > 1 && (variants.size < exports.length || variants.has(undefined));
  return isAmbiguous ? unexpected(title, 'several exports need a variant each, all of them different') : undefined;
};

const cleaned = (title: string, status: Checked): GenerationStatus => {
  switch (status.kind) {
    case 'awaitingInput':
    case 'exportPending':
    case 'failed':
      return { ...status, details: detailsOf(status.details) };
    case 'ready': {
      const downloadLinks = status.exports.map(({ url }) => url);
      const { completedAt, document = {}, ...rest } = status;
      return (
        exportProblem(title, status.exports) ?? {
          ...rest,
          document: reduceLinks(document, { downloadLinks }),
          details: detailsOf(status.details, downloadLinks),
          ...(completedAt === undefined ? {} : { completedAt: new Date(completedAt).toISOString() }),
        }
      );
    }
    case 'pending': {
      const { progress, ...rest } = status;
      return { ...rest, ...progressOf(progress, 1) };
    }
    case 'notFound':
    case 'refused':
    case 'throttled':
    case 'unavailable':
      return status;
  }
};

/**
 * A status from a translation that this package does not know: its shape is checked, its texts are cleaned, and signed links
 * are reduced wherever they do not belong.
 */
export const checkedStatus = (title: string, value: unknown): GenerationStatus => {
  const parsed = statusSchema.safeParse(value);
  if (parsed.success) return cleaned(title, parsed.data);
  const [issue] = parsed.error.issues;
  return unexpected(title, `its translation gave a wrong status: ${issue?.path.map(String).join('.') || 'kind'}: ${issue?.message ?? 'invalid'}`);
};
