import { crc32 } from 'node:zlib';
import { ArchiverError } from '../../contract/error-codes.ts';
import type {
  ObjectDescription,
  ObjectHead,
  ObjectStore,
  WriteCondition,
  WriteOutcome,
} from '../../contract/ports.ts';
import { crc32Text, sumsOf, type Sums } from './checksums.ts';
import { hasSameTags } from './tagged.ts';

/** What S3 itself tells of an object's bytes: length and base64 CRC-32. */
export type ObjectSums = Pick<Sums, 'bytes' | 'crc32'>;

/**
 * What is known of a file that is to be stored. A file that was received over several invocations
 * has no SHA-256 before it is read back.
 */
export type ExpectedSums = ObjectSums & Partial<Pick<Sums, 'sha256'>>;

/** What is known of an object that was stored earlier. */
export type KnownObject = Sums & { readonly etag?: string | undefined };

/** The store took the bytes. `crc32`: of the whole object, where the store says it. */
type Written = Extract<WriteOutcome, { kind: 'stored' }>;

/**
 * What came of storing something without overwriting anything unseen. `kept`: the very bytes were
 * there already, and have been hashed. `sendAgain`: see {@link WriteOutcome}.
 */
export type WriteResult =
  | Written
  | { readonly kind: 'kept'; readonly etag: string; readonly sha256: string }
  | Extract<WriteOutcome, { kind: 'sendAgain' }>;

/**
 * Times that a write gives way to another one before it gives up: concurrent copies of one
 * generation are few.
 */
const writeRounds = 4;

/** Length and CRC-32 are no identity: other bytes can have the same. But what differs here is another object. */
const mayBe = (head: ObjectHead, { bytes, crc32: expected }: ObjectSums): boolean =>
  head.bytes === bytes && (head.crc32 ?? expected) === expected;

/**
 * Whether the object under the key is still the one that was stored. The same ETag is proof; under
 * another one, the object is read and hashed.
 */
export const isStored = async (
  objects: ObjectStore,
  key: string,
  known: KnownObject,
): Promise<boolean> => {
  const head = await objects.head(key);
  if (head === undefined || !mayBe(head, known)) return false;
  if (known.etag !== undefined && head.etag === known.etag) return true;
  return (await sumsOf(await objects.readStream(key))).sha256 === known.sha256;
};

/** Whether an object carries the notes that this write would leave beside it. */
const hasNotes = ({ metadata = {} }: ObjectHead, notes: ObjectDescription['metadata']): boolean =>
  notes !== undefined &&
  Object.keys(notes).length > 0 &&
  Object.entries(notes).every(
    ([name, value]) => Object.hasOwn(metadata, name) && metadata[name] === value,
  );

/** What a write is about. */
export interface WriteOf {
  readonly objects: ObjectStore;
  readonly key: string;
  readonly expected: ExpectedSums;
  readonly description: ObjectDescription;
}

/**
 * Whether an object holds the bytes that are to be written, by hashing it. Where the SHA-256 of the
 * bytes is not known, only an object that this very execution has noted beside can be: one whose
 * write succeeded though its answer was lost.
 */
const keptObject = async (
  head: ObjectHead | undefined,
  { objects, key, expected, description }: WriteOf,
): Promise<Extract<WriteResult, { kind: 'kept' }> | undefined> => {
  if (head === undefined || !mayBe(head, expected)) return undefined;
  if (!hasSameTags(head, description)) return undefined;
  if (expected.sha256 === undefined && !hasNotes(head, description.metadata)) return undefined;
  const found = await sumsOf(await objects.readStream(key));
  const isSame =
    found.bytes === expected.bytes &&
    found.crc32 === expected.crc32 &&
    (expected.sha256 ?? found.sha256) === found.sha256;
  return isSame ? { kind: 'kept', etag: head.etag, sha256: found.sha256 } : undefined;
};

/**
 * Writes an object without ever overwriting one unseen: first only where nothing is, then only over
 * the very object that was there. An object that already holds the same bytes is left alone: it is
 * ours, from a try whose answer was lost or from another copy.
 *
 * @param write sends the bytes under a condition
 * @throws StorageFailed where other writes keep coming first
 */
export const writeOnce = async (
  of: WriteOf,
  write: (condition: WriteCondition) => Promise<WriteOutcome>,
): Promise<WriteResult> => {
  const { objects, key } = of;
  let condition: WriteCondition = { absent: true };
  for (let round = 1; round <= writeRounds; round += 1) {
    const outcome = await write(condition);
    if (outcome.kind === 'stored') return outcome;
    const there = await objects.head(key);
    const kept = await keptObject(there, of);
    if (kept !== undefined) return kept;
    if (outcome.kind === 'sendAgain') return outcome;
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
 * Compares what the store says it has with what was sent: by its answer to the write, or, where
 * that tells no checksum, by looking at the object. An object that another copy has put in its
 * place meanwhile is no failure of this write: the manifest, before which every object is looked
 * at, settles which one counts.
 *
 * @param written the answer to our write
 * @throws StorageFailed where the object is missing or differs
 */
export const checkWritten = async (
  { objects, key, expected }: Omit<WriteOf, 'description'>,
  written: Written,
): Promise<void> => {
  if (written.crc32 !== undefined) {
    if (written.crc32 === expected.crc32) return;
    throw differs(key, { crc32: written.crc32 }, expected);
  }
  const head = await objects.head(key);
  if (head === undefined)
    throw new ArchiverError('StorageFailed', `"${key}" is not there after it was written`);
  if (head.etag === written.etag && !mayBe(head, expected)) throw differs(key, head, expected);
};

/**
 * Stores a small object, verified; the same bytes are not written again (a conditional write finds
 * them there).
 *
 * @returns its ETag
 */
export const putVerified = async (
  objects: ObjectStore,
  key: string,
  body: Buffer,
  description: ObjectDescription,
): Promise<string> => {
  const expected = { ...(await sumsOf([body])), crc32: crc32Text(crc32(body)) };
  const of = { objects, key, expected, description };
  const result = await writeOnce(of, async (condition) =>
    objects.put(key, body, expected.crc32, description, condition),
  );
  if (result.kind === 'sendAgain')
    throw new ArchiverError(
      'StorageFailed',
      `"${key}" met other writes at the same moment, again and again; start the generation again`,
    );
  if (result.kind === 'stored') await checkWritten(of, result);
  return result.etag;
};
