import * as z from 'zod';
import { errorCodes } from './error-codes.ts';
import { mayBe, type FileFormat } from './file-formats.ts';

/** What a finished deck may be exported to on request, in the providers' words. */
export const exportAsFormats = ['pdf', 'pptx', 'png'] as const;

/** One of {@link exportAsFormats}. */
export type ExportAs = (typeof exportAsFormats)[number];

/** One of {@link exportAsFormats}. */
export const exportAsFormatSchema = z.enum(
  exportAsFormats,
  `must be one of: ${exportAsFormats.join(', ')}`,
);

/**
 * The file that comes of it. Gamma, Get generation status, `exportUrl`: png is a zip with an image
 * for each card. Of a deck of one card it is the image itself: see {@link fulfils}.
 */
export const fileFormatOf = { pdf: 'pdf', pptx: 'pptx', png: 'zip' } as const satisfies Readonly<
  Record<ExportAs, string>
>;

/** Whether a file of that format is what was asked for. */
export const fulfils = (wanted: ExportAs, found: FileFormat | 'json'): boolean =>
  found !== 'json' && mayBe(fileFormatOf[wanted], found);

const listProblem = 'must be a format or a list of formats';

/** `exportAs` of a trigger event: a format or several, each once. */
export const exportAsSchema = z
  .union(
    [
      exportAsFormatSchema,
      z
        .array(exportAsFormatSchema, listProblem)
        .min(1, 'must not be empty')
        .max(exportAsFormats.length, 'must name each format once'),
    ],
    {
      error: `must be one of ${exportAsFormats.join(', ')}, or a list of them`,
    },
  )
  .transform((value) => (typeof value === 'string' ? [value] : [...new Set(value)]));

/** What came of the request for an export. */
export const exportStartSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('started'), exportId: z.string() }),
  /** Certainly nothing began, and another try may help. */
  z.object({
    kind: z.literal('notNow'),
    message: z.string(),
    retryAfterSeconds: z.number().optional(),
  }),
  /** Nothing began, or that is uncertain: not to be tried again. */
  z.object({ kind: z.literal('failed'), code: z.enum(errorCodes), message: z.string() }),
]);

/** See {@link exportStartSchema}. */
export type ExportStart = z.infer<typeof exportStartSchema>;

/** Why an export whose fate is uncertain is not asked for again. */
export const uncertainExport = (
  format: ExportAs,
  reason: string,
): Extract<ExportStart, { kind: 'failed' }> => ({
  kind: 'failed',
  code: 'ExportUncertain',
  message: `whether the export to ${format} began is not known (${reason}): it may have been charged, and is not asked for again. Send "Generation Started" with its id and exportAs to have it exported anew`,
});

/** Said where the function that asks for exports could not be run, however often it was tried. */
export const neverRanExport: Extract<ExportStart, { kind: 'failed' }> = {
  kind: 'failed',
  code: 'InternalError',
  message:
    'the function that was to ask for the export could not run for many minutes, so none was asked for; docs/runbook.md tells what to do. Send "Generation Started" with its id and exportAs to have it exported',
};
