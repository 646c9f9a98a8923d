import { crc32 } from 'node:zlib';
import * as z from 'zod';
import { storedArtifactSchema } from '../../contract/copy-state.ts';
import { ArchiverError, errorCodes } from '../../contract/error-codes.ts';
import { folderSchema } from '../../contract/folder.ts';
import {
  credentialSchema,
  generationIdSchema,
  metadataSchema,
  providerNameSchema,
} from '../../contract/generation.ts';
import type { ObjectStore, WriteCondition } from '../../contract/ports.ts';
import { generationDetailsSchema, objectLocationSchema } from '../../contract/results.ts';
import { tagsSchema } from '../../contract/tags.ts';
import { crc32Text, sumsOf } from '../upload/checksums.ts';
import { isStored, type KnownObject } from '../upload/stored-object.ts';
import { tagged } from '../upload/tagged.ts';

/** A file that could not be saved. */
export const failureSchema = z.object({
  /** The file's place among the provider's exports: its variant, or `1` for an only file. */
  file: z.string(),
  variant: z.string().optional(),
  code: z.enum(errorCodes),
  message: z.string(),
});

/** See {@link failureSchema}. */
export type Failure = z.infer<typeof failureSchema>;

/**
 * The manifest: what the archive of one generation consists of. It is written last, so where it is
 * and matches, the archive is complete. Holds no API key and no download link.
 */
export const manifestSchema = z.object({
  version: z.literal('1'),
  provider: providerNameSchema,
  generationId: generationIdSchema,
  credential: credentialSchema,
  metadata: metadataSchema,
  /** Where its files lie, after the stack's prefix. */
  folder: folderSchema.optional(),
  /** S3 object tags of every object, this one included. */
  tags: tagsSchema.optional(),
  outcome: z.enum(['archived', 'partial']),
  /** The provider itself said that some of it is missing. */
  providerPartial: z.boolean(),
  generation: generationDetailsSchema,
  artifacts: z.array(storedArtifactSchema).min(1),
  /** The provider's status document, `generation.json`. */
  document: objectLocationSchema.extend({
    bytes: z.int().nonnegative(),
    sha256: z.string(),
    crc32: z.string(),
    etag: z.string().optional(),
  }),
  failures: z.array(failureSchema),
  timing: z.object({
    requestedAt: z.string(),
    detectedAt: z.string().optional(),
    completedAt: z.string().optional(),
  }),
  /** When this manifest was made, ISO 8601. */
  archivedAt: z.string(),
});

/** See {@link manifestSchema}. */
export type Manifest = z.infer<typeof manifestSchema>;

/** What lies under the manifest's key. `manifest` is absent where it cannot be understood. */
export interface FoundManifest {
  readonly etag: string;
  readonly manifest?: Manifest;
}

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
};

/**
 * Reads the manifest of a generation; one of another generation, bucket or version counts as not
 * understood.
 */
export const readManifest = async (
  objects: ObjectStore,
  key: string,
  owner: { readonly provider: string; readonly generationId: string },
): Promise<FoundManifest | undefined> => {
  const found = await objects.read(key);
  if (found === undefined) return undefined;
  const { etag } = found;
  const { data: manifest } = manifestSchema.safeParse(parse(found.body.toString('utf8')));
  if (manifest === undefined) return { etag };
  const isOwn =
    manifest.provider === owner.provider && manifest.generationId === owner.generationId;
  const isHere = [...manifest.artifacts, manifest.document].every(
    ({ bucket }) => bucket === objects.bucket,
  );
  return isOwn && isHere ? { etag, manifest } : { etag };
};

/** Whether everything that the manifest lists is in the bucket, with the bytes that it tells. */
export const isIntact = async (
  objects: ObjectStore,
  { artifacts, document }: Manifest,
): Promise<boolean> => {
  for (const stored of [...artifacts, document]) {
    if (!(await isStored(objects, stored.key, stored))) return false;
  }
  return true;
};

/**
 * The sums of what is stored now: another copy of the same generation may have put its own, equally
 * verified file there.
 */
const asStored = async <Stored extends KnownObject & { readonly key: string }>(
  objects: ObjectStore,
  stored: Stored,
): Promise<Stored> => {
  if (await isStored(objects, stored.key, stored)) return stored;
  const head = await objects.head(stored.key);
  if (head === undefined) {
    throw new ArchiverError(
      'StorageFailed',
      `"${stored.key}" vanished while the generation was being archived; start it again`,
    );
  }
  return {
    ...stored,
    ...(await sumsOf(await objects.readStream(stored.key))),
    etag: head.etag,
  };
};

/** Objects that are looked at side by side. */
const groupSize = 10;

const inGroups = async <Item, Made>(
  items: readonly Item[],
  make: (item: Item) => Promise<Made>,
): Promise<Made[]> => {
  const made: Made[] = [];
  for (let at = 0; at < items.length; at += groupSize)
    made.push(...(await Promise.all(items.slice(at, at + groupSize).map(make))));
  return made;
};

const describeStored = async (objects: ObjectStore, manifest: Manifest): Promise<Manifest> => {
  const [document, artifacts] = await Promise.all([
    asStored(objects, manifest.document),
    inGroups(manifest.artifacts, async (artifact) => asStored(objects, artifact)),
  ]);
  return { ...manifest, artifacts, document };
};

/** Times that a manifest gives way to another one. */
const writeRounds = 5;

/** Whether the other copy's manifest says at least as much as ours. */
const isAsGood = (other: Manifest, ours: Manifest): boolean =>
  other.outcome === 'archived' || ours.outcome === 'partial';

/**
 * Writes the manifest over what was found before, and nothing else. Where another copy of the
 * generation was quicker, its manifest is adopted if it matches the bucket; else ours replaces it,
 * describing what is stored at that moment. So whichever copy comes last, the manifest and the
 * objects agree.
 *
 * @returns the manifest that counts
 * @throws StorageFailed
 */
export const writeManifest = async (
  objects: ObjectStore,
  key: string,
  ours: Manifest,
  before: FoundManifest | undefined,
): Promise<Manifest> => {
  let condition: WriteCondition = before === undefined ? { absent: true } : { etag: before.etag };
  for (let round = 1; round <= writeRounds; round += 1) {
    const manifest = await describeStored(objects, ours);
    const body = Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`);
    const outcome = await objects.put(
      key,
      body,
      crc32Text(crc32(body)),
      tagged({ contentType: 'application/json' }, manifest.tags),
      condition,
    );
    if (outcome.kind === 'stored') return manifest;
    const other = await readManifest(objects, key, ours);
    const theirs = other?.manifest;
    if (theirs !== undefined && isAsGood(theirs, ours) && (await isIntact(objects, theirs)))
      return theirs;
    condition = other === undefined ? { absent: true } : { etag: other.etag };
  }
  throw new ArchiverError(
    'StorageFailed',
    `"${key}" was changed ${writeRounds} times while it was written; start the generation again`,
  );
};
