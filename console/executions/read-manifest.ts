import * as z from 'zod';
import { folderSchema } from '../../lambdas/contract/folder.ts';
import { metadataSchema } from '../../lambdas/contract/generation.ts';
import { artifactSchema } from '../../lambdas/contract/results.ts';
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
export const readFolder = (text: string): string | undefined => {
  try {
    return folderNoteSchema.safeParse(JSON.parse(text)).data?.folder;
  } catch {
    return undefined;
  }
};

/**
 * Reads a manifest. @returns `undefined` where it is none, or lists objects of another bucket
 *
 * @param bucket where it was found
 */
export const readArchive = (text: string, bucket: string): Archive | undefined => {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const { data } = manifestSchema.safeParse(value);
  if (data === undefined) return undefined;
  const document = { ...data.document, format: 'json', contentType: 'application/json' };
  const isListed = data.artifacts.some(({ key }) => key === document.key);
  const files = isListed ? data.artifacts : [...data.artifacts, document];
  if (files.some((file) => file.bucket !== bucket)) return undefined;
  const { provider, generationId, metadata, archivedAt, outcome } = data;
  return { provider, generationId, metadata, archivedAt, isPartial: outcome === 'partial', files };
};
