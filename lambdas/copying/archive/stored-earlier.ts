import type { CopyInput, StoredArtifact } from '../../contract/copy-state.ts';
import { mayBe } from '../../contract/file-formats.ts';
import { exportKey, objectUri } from '../../contract/keys.ts';
import { ownField } from '../../contract/own-field.ts';
import type { ObjectHead, ObjectStore } from '../../contract/ports.ts';
import { contentTypes, fileFormats, type FileFormat } from '../formats.ts';
import { sumsOf, type Sums } from '../upload/checksums.ts';
import { isStored } from '../upload/stored-object.ts';
import type { FoundManifest } from './manifest.ts';
import type { FilePlace } from './offered-files.ts';

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
    readonly etag: string;
    readonly host: string | undefined;
  },
): StoredArtifact => ({
  bucket,
  key: file.key,
  uri: objectUri(bucket, file.key),
  format: file.format,
  contentType: contentTypes[file.format],
  ...file.sums,
  etag: file.etag,
  ...(file.variant === undefined ? {} : { variant: file.variant }),
  ...(file.host === undefined ? {} : { sourceHost: file.host }),
});

/** See {@link storedEarlier}. */
export interface StoredEarlierOptions {
  readonly input: CopyInput;
  readonly found: FoundManifest | undefined;
  /** Whether the provider says that some of the generation is missing. */
  readonly isPartial: boolean;
  readonly objects: ObjectStore;
  readonly keyPrefix: string;
}

/** The file as the manifest knows it, if it is still there and still what the provider means. */
const fromManifest = async (
  place: FilePlace,
  { input, found, isPartial, objects }: StoredEarlierOptions,
): Promise<StoredArtifact | undefined> => {
  const manifest = found?.manifest;
  if (manifest === undefined || input.generation.refresh) return undefined;
  // What was stored of a partial generation may lack slides that the provider has now.
  if (manifest.providerPartial && !isPartial) return undefined;
  const { format, bytes, variant } = place;
  const artifact = manifest.artifacts.find(
    (stored) =>
      stored.format !== 'json' &&
      stored.variant === variant &&
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
  { format: told, bytes, variant }: FilePlace,
  options: StoredEarlierOptions,
): Promise<StoredArtifact | undefined> => {
  const { input, objects, keyPrefix } = options;
  const isOurs = ({ bytes: length, crc32, metadata = {} }: ObjectHead): boolean =>
    ownField(metadata, notes.execution) === input.execution &&
    crc32 !== undefined &&
    (bytes ?? length) === length;
  const formats = fileFormats.filter((format) => told === undefined || mayBe(told, format));
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
    etag: head.etag,
    host: ownField(head.metadata ?? {}, notes.host),
  });
};

/**
 * A file that is stored and verified already, as it is stored: by an earlier execution, or by this
 * one before it was cut off.
 */
export const storedEarlier = async (
  place: FilePlace,
  options: StoredEarlierOptions,
): Promise<StoredArtifact | undefined> =>
  (await fromManifest(place, options)) ?? (await fromThisExecution(place, options));
