import * as z from 'zod';
import { fileFormats } from '../../contract/file-formats.ts';
import type { ExportFile } from '../../polling/status.ts';
import { maxWordLength, optionalField } from '../translating/answer.ts';
import { providerText } from '../translating/text.ts';

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
export const providerIdSchema = z
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

/** A status that a translation may give. */
export const statusSchema = z.discriminatedUnion('kind', [
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

/** What a translation may make of the answer to a request for a link. */
export const linkSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('link'), url: z.string() }),
  z.object({ kind: z.literal('noLink'), message, isFinal: z.literal(true).optional() }),
  ...troubles,
]);
