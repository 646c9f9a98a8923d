import { crc32 } from 'node:zlib';
import { ArchiverError } from '../../contract/error-codes.ts';
import type {
  ObjectDescription,
  ObjectStore,
  WriteCondition,
  WriteOutcome,
} from '../../contract/ports.ts';
import { crc32Text, sumsOf, type Sums } from './checksums.ts';

/** What identifies an object's bytes to S3: length and base64 CRC-32. */
export type ObjectSums = Pick<Sums, 'bytes' | 'crc32'>;

/**
 * Times that a write gives way to another one before it gives up: concurrent copies of one
 * generation are few.
 */
const writeRounds = 4;

/**
 * Whether the object under the key has these sums. A store that kept no checksum has the object
 * read and summed.
 */
export const isStored = async (
  objects: ObjectStore,
  key: string,
  sums: ObjectSums,
): Promise<boolean> => {
  const head = await objects.head(key);
  if (head === undefined || head.bytes !== sums.bytes) return false;
  return (head.crc32 ?? (await sumsOf(await objects.readStream(key))).crc32) === sums.crc32;
};

/** A write that was done. */
type Stored = Extract<WriteOutcome, { kind: 'stored' }>;

/**
 * Writes an object without ever overwriting one unseen: first only where nothing is, then only over
 * the very object that was there. An object that already has our bytes is left alone: it is ours,
 * from a try whose answer was lost or from another copy.
 *
 * @param write sends the bytes under a condition
 * @returns what the store says of the new object, or `undefined` where our bytes were there already
 * @throws StorageFailed where other writes keep coming first
 */
export const writeOnce = async (
  objects: ObjectStore,
  key: string,
  sums: ObjectSums,
  write: (condition: WriteCondition) => Promise<WriteOutcome>,
): Promise<Stored | undefined> => {
  let condition: WriteCondition = { absent: true };
  for (let round = 1; round <= writeRounds; round += 1) {
    const outcome = await write(condition);
    if (outcome.kind === 'stored') return outcome;
    const there = await objects.head(key);
    if (there?.bytes === sums.bytes && there.crc32 === sums.crc32) return undefined;
    condition = there === undefined ? { absent: true } : { etag: there.etag };
  }
  throw new ArchiverError(
    'StorageFailed',
    `"${key}" was changed ${writeRounds} times while it was written; start the generation again`,
  );
};

const differs = (
  key: string,
  found: { readonly bytes?: number; readonly crc32: string | undefined },
  sums: ObjectSums,
): ArchiverError => {
  const bytes = found.bytes === undefined ? '' : `${found.bytes} bytes and `;
  const what = `${bytes}CRC-32 ${found.crc32 ?? 'unknown'} in place of ${sums.bytes} bytes and ${sums.crc32}`;
  return new ArchiverError('StorageFailed', `"${key}" was stored with ${what}`);
};

/**
 * Compares what the store says it has with what we sent: by its answer to the write, or, where that
 * tells no checksum, by looking at the object. An object that another copy has put in its place
 * meanwhile is no failure of this write: the manifest, before which every object is looked at,
 * settles which one counts.
 *
 * @param written the answer to our write
 * @throws StorageFailed where the object is missing or differs
 */
export const checkStored = async (
  objects: ObjectStore,
  key: string,
  sums: ObjectSums,
  written: Stored | undefined,
): Promise<void> => {
  if (written?.crc32 !== undefined) {
    if (written.crc32 === sums.crc32) return;
    throw differs(key, { crc32: written.crc32 }, sums);
  }
  const head = await objects.head(key);
  if (head === undefined)
    throw new ArchiverError('StorageFailed', `"${key}" is not there after it was written`);
  if (written !== undefined && head.etag !== written.etag) return;
  if (head.bytes !== sums.bytes || (head.crc32 ?? sums.crc32) !== sums.crc32)
    throw differs(key, head, sums);
};

/**
 * Stores a small object, verified; the same bytes are not written again (a conditional write finds
 * them there).
 */
export const putVerified = async (
  objects: ObjectStore,
  key: string,
  body: Buffer,
  description: ObjectDescription,
): Promise<void> => {
  const sums = { bytes: body.length, crc32: crc32Text(crc32(body)) };
  const written = await writeOnce(objects, key, sums, async (condition) =>
    objects.put(key, body, sums.crc32, description, condition),
  );
  await checkStored(objects, key, sums, written);
};
