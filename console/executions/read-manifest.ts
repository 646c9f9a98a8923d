import * as z from 'zod';
import { folderSchema } from '../../lambdas/contract/folder.ts';
import { metadataSchema } from '../../lambdas/contract/generation.ts';
import { artifactSchema } from '../../lambdas/contract/results.ts';
import { readJson } from '../../local/read-json.ts';
import type { Archive } from '../backend.ts';

const fileSchema = artifactSchema.pick({ bucket: true, key: true, bytes: true, sha256: true });

/** What is read of a manifest (docs/events.md, "Results"): versions to come may have more. */
const manifestSchema = z.object({
  provider: z.string(),
  generationId: z.string(),
  metadata: metadataSchema.catch({}),
  outcome: z.enum(['archived', 'partial']),
  artifacts: z.array(artifactSchema).min(1),
  document: fileSchema,
  archivedAt: z.string(),
});

const folderNoteSchema = z.object({ folder: folderSchema });

/** Reads the note of a folder; `undefined` where it names none. */
export const readFolder = (text: string | undefined): string | undefined =>
  readJson(folderNoteSchema, text)?.folder;

/**
 * Reads a manifest. @returns `undefined` where it is none, or lists objects of another bucket
 *
 * @param bucket where it was found
 */
export const readArchive = (text: string | undefined, bucket: string): Archive | undefined => {
  const data = readJson(manifestSchema, text);
  if (data === undefined) return undefined;
  const document = { ...data.document, format: 'json', contentType: 'application/json' };
  const isListed = data.artifacts.some(({ key }) => key === document.key);
  const files = isListed ? data.artifacts : [...data.artifacts, document];
  if (files.some((file) => file.bucket !== bucket)) return undefined;
  const { provider, generationId, metadata, archivedAt, outcome } = data;
  return { provider, generationId, metadata, archivedAt, isPartial: outcome === 'partial', files };
};
