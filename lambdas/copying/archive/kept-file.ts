import { mayBe } from '../../contract/file-formats.ts';
import { exportKey, objectUri } from '../../contract/keys.ts';
import type { ObjectHead, ObjectStore } from '../../contract/ports.ts';
import type { CopyInput, StoredArtifact } from '../../contract/state.ts';
import { contentTypes, fileFormats, type FileFormat } from '../formats.ts';
import { sumsOf, type Sums } from '../upload/checksums.ts';
import { isStored } from '../upload/stored-object.ts';
import type { Slot } from './export-slots.ts';
import type { FoundManifest } from './manifest.ts';

/** Names of the notes that every exported file carries as S3 metadata. */
const notes = { execution: 'execution', host: 'source-host' } as const;

/**
 * What is noted beside the bytes of an exported file. A key gets its object only when all of it is
 * there and verified, so an object that names an execution is the whole proof that this execution
 * has stored that file.
 *
 * @param of.execution ARN of the execution that stores it
 * @param of.host host that it came from
 */
export const metadataOf = (of: {
  readonly execution: string;
  readonly host: string;
}): Readonly<Record<string, string>> => ({
  [notes.execution]: of.execution,
  [notes.host]: of.host,
});

/** A stored file as the manifest and the progress of a copy have it. */
export const storedArtifact = (
  bucket: string,
  file: {
    readonly key: string;
    readonly format: FileFormat;
    readonly variant: string | undefined;
    readonly sums: Sums;
    readonly host: string | undefined;
  },
): StoredArtifact => ({
  bucket,
  key: file.key,
  uri: objectUri(bucket, file.key),
  format: file.format,
  contentType: contentTypes[file.format],
  ...file.sums,
  ...(file.variant === undefined ? {} : { variant: file.variant }),
  ...(file.host === undefined ? {} : { sourceHost: file.host }),
});

/** See {@link keptFile}. */
export interface KeptOptions {
  readonly input: CopyInput;
  readonly found: FoundManifest | undefined;
  /** Whether the provider says that some of the generation is missing. */
  readonly isPartial: boolean;
  readonly objects: ObjectStore;
  readonly keyPrefix: string;
}

/** The file as the manifest knows it, if it is still there and still what the provider means. */
const fromManifest = async (
  slot: Slot,
  { input, found, isPartial, objects }: KeptOptions,
): Promise<StoredArtifact | undefined> => {
  const manifest = found?.manifest;
  if (manifest === undefined || input.generation.refresh) return undefined;
  // What was stored of a partial generation may lack slides that the provider has now.
  if (manifest.providerPartial && !isPartial) return undefined;
  const { format, bytes } = slot.file;
  const artifact = manifest.artifacts.find(
    (stored) =>
      stored.format !== 'json' &&
      stored.variant === slot.variant &&
      (format === undefined || mayBe(format, stored.format)) &&
      (bytes ?? stored.bytes) === stored.bytes,
  );
  return artifact !== undefined && (await isStored(objects, artifact.key, artifact))
    ? artifact
    : undefined;
};

/**
 * The file as an earlier invocation of this execution stored it that was cut off before it could
 * tell. The sums come from the bucket, where reading is fast, not from the provider again.
 */
const fromThisExecution = async (
  { file, variant }: Slot,
  options: KeptOptions,
): Promise<StoredArtifact | undefined> => {
  const { input, objects, keyPrefix } = options;
  const isOurs = ({ bytes, crc32, metadata = {} }: ObjectHead): boolean =>
    metadata[notes.execution] === input.execution &&
    crc32 !== undefined &&
    (file.bytes ?? bytes) === bytes;
  const named = file.format;
  const formats = fileFormats.filter((format) => named === undefined || mayBe(named, format));
  const looked = await Promise.all(
    formats.map(async (format) => {
      const key = exportKey(keyPrefix, input.generation, format, variant);
      return { format, key, head: await objects.head(key) };
    }),
  );
  const ours = looked.filter(({ head }) => head !== undefined && isOurs(head));
  const [only] = ours;
  if (only?.head === undefined || ours.length > 1) return undefined;
  const { format, key, head } = only;
  const sums = await sumsOf(await objects.readStream(key));
  if (sums.bytes !== head.bytes || sums.crc32 !== head.crc32) return undefined;
  return storedArtifact(objects.bucket, {
    key,
    format,
    variant,
    sums,
    host: head.metadata?.[notes.host],
  });
};

/**
 * The file, if it is stored and verified already: by an earlier execution, or by this one before it
 * was cut off.
 */
export const keptFile = async (
  slot: Slot,
  options: KeptOptions,
): Promise<StoredArtifact | undefined> =>
  (await fromManifest(slot, options)) ?? (await fromThisExecution(slot, options));
