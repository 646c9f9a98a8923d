import * as z from 'zod';
import { exportAsFormatSchema, exportStartSchema } from './export-as.ts';
import { fileFormats } from './file-formats.ts';
import { generationSchema } from './generation.ts';
import { artifactSchema, problemSchema, resultSchema } from './results.ts';
import { pollSchema } from './state.ts';

/**
 * A multipart upload that one invocation began and the next goes on with. The parts themselves are
 * listed from S3, so that this stays small whatever the size of the file (state data is limited to
 * 256 KiB). Holds no link.
 */
export const openUploadSchema = z.object({
  key: z.string(),
  uploadId: z.string(),
  /** Bytes stored in parts so far. */
  bytes: z.int().nonnegative(),
  /** CRC-32 of those bytes, as an unsigned number. */
  crc32: z.int().nonnegative(),
  /**
   * The strong validator (ETag or Last-Modified) of the download, which the next request sends as
   * `If-Range`.
   */
  validator: z.string(),
  /** Length of the whole file as the server told, where it did. */
  totalBytes: z.int().positive().optional(),
  format: z.enum(fileFormats),
  /** The file's name for `Content-Disposition`. */
  fileName: z.string(),
});

/** See {@link openUploadSchema}. */
export type OpenUpload = z.infer<typeof openUploadSchema>;

/** An artifact with what the archiver needs to recognise it again in the bucket. */
export const storedArtifactSchema = artifactSchema.extend({
  /**
   * Base64 of the big-endian CRC-32 of the whole object: what S3 itself computed and answers to
   * HeadObject.
   */
  crc32: z.string(),
  /**
   * The object's ETag, which changes with its bytes: who finds the same one need not hash the object
   * to know it again. Absent in manifests of earlier versions.
   */
  etag: z.string().optional(),
  /** Host that the file came from; absent for the status document. */
  sourceHost: z.string().optional(),
});

/** See {@link storedArtifactSchema}. */
export type StoredArtifact = z.infer<typeof storedArtifactSchema>;

/** How far a copy got when its invocation had to end. */
export const copyProgressSchema = z.object({
  /**
   * Files that are stored and verified in this execution, by their place among the provider's
   * exports.
   */
  stored: z.record(z.string(), storedArtifactSchema),
  /** Files that failed for good in this execution. */
  failed: z.record(z.string(), problemSchema),
  /** Formats that this execution asked the provider to export: none is asked for twice. */
  asked: z.array(exportAsFormatSchema).optional(),
  /** The provider's ids of the exports that began. */
  exports: z.partialRecord(exportAsFormatSchema, z.string()).optional(),
  /** The upload that was interrupted, and of which file. */
  open: openUploadSchema.extend({ file: z.string() }).optional(),
  /**
   * Since when a file is waited for whose link serves nothing, or an export that is not done, by
   * the file's place among the exports, ISO 8601.
   */
  lateSince: z.record(z.string(), z.iso.datetime()).optional(),
  /** The provider has just refused an export for the moment: none is asked for before, ISO 8601. */
  askNotBefore: z.iso.datetime().optional(),
  /** The next invocation has nothing to do before, ISO 8601. */
  resumeAt: z.iso.datetime().optional(),
});

/** See {@link copyProgressSchema}. */
export type CopyProgress = z.infer<typeof copyProgressSchema>;

/** An export to ask for: the provider's id of the deck, and the format. */
const exportOrderSchema = z.object({ deckId: z.string(), format: exportAsFormatSchema });

/** What the machine does after a copy: the one field that its Choice compares. */
export const copyNextValues = ['succeed', 'fail', 'more', 'export', 'checkAgain'] as const;

/**
 * State data `$.copy`: what the last copy returned. `more`: its time was up, or a file is not there
 * yet; invoke it again with this, after `waitSeconds` where they are told. `export`: ask the provider for a format that is wanted and not there, once, and invoke it
 * again. `checkAgain`: the provider no longer says "completed", so go back to checking, after `waitSeconds`.
 */
export const copySchema = z.object({
  next: z.enum(copyNextValues),
  progress: copyProgressSchema.optional(),
  /**
   * With `more` and `checkAgain`: whole seconds before the next copy or check. A machine that does
   * not know them may go on at once: the next copy then waits itself.
   */
  waitSeconds: z.int().positive().optional(),
  /** With `export`: what to ask for. */
  export: exportOrderSchema.optional(),
  /** The event to announce: with `succeed` and `fail`. */
  result: resultSchema.optional(),
});

/** See {@link copySchema}. */
export type Copy = z.infer<typeof copySchema>;

/** What the machine hands to the copy function. `copy` is empty before the first copy. */
export const copyInputSchema = z.object({
  generation: generationSchema,
  poll: pollSchema,
  copy: copySchema.partial().extend({
    /**
     * What came of the export that the last copy asked for; absent where its function ended without
     * an answer.
     */
    started: exportStartSchema.optional(),
  }),
  execution: z.string(),
});

/** See {@link copyInputSchema}. */
export type CopyInput = z.infer<typeof copyInputSchema>;

/** What the machine hands to the function that asks for an export. */
export const exportInputSchema = z.object({
  generation: generationSchema,
  copy: z.object({ export: exportOrderSchema }),
  execution: z.string(),
});
