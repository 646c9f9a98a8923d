import { pipeline, Readable, type Duplex } from 'node:stream';
import * as zlib from 'node:zlib';
import { compressionsOf, type Compression } from '../contract/content-coding.ts';
import { beginsWith, brandOf, compressedStarts, fileStarts } from '../contract/file-signatures.ts';

/** Codings one over the other that are undone; more are an attack. */
const maxCodings = 3;

/** Bytes at the start of a body that tell whether it is compressed at all. */
const signBytes = 16;

/** The third byte of gzip: its one method, "deflate" (RFC 1952, 2.3.1). */
const gzipMethod = 8;

/** The first byte of what zlib makes with its usual window. */
const wrappedStart = 0x78;

/** What compressed bytes never begin with: nothing but ASCII that can be read. */
const isText = (head: Buffer): boolean => {
  const text = beginsWith(head, Buffer.from('\uFEFF')) ? head.subarray(3) : head;
  return text.every((byte) => (byte >= 0x20 && byte < 0x7f) || [0x09, 0x0a, 0x0d].includes(byte));
};

/** Whether a head is that of zlib (RFC 1950, 2.2). */
const isWrapped = ([first = 0, second = 0]: Uint8Array): boolean =>
  (first & 0x0f) === 8 && (first * 256 + second) % 31 === 0;

/** "deflate" is wrapped as RFC 1950 has it, or, as many servers send it, is not. */
const inflate = (head: Buffer): Duplex =>
  isWrapped(head) ? zlib.createInflate() : zlib.createInflateRaw();

/** Makes what undoes a coding. @returns nothing where this Node.js cannot undo it */
const decoderOf = (coding: Compression): ((head: Buffer) => Duplex) | undefined => {
  switch (coding) {
    case 'gzip':
    case 'x-gzip':
      return () => zlib.createGunzip();
    case 'deflate':
      return inflate;
    case 'br':
      return () => zlib.createBrotliDecompress();
    case 'zstd':
      // Not in every Node.js that runs the archiver by hand.
      return 'createZstdDecompress' in zlib ? () => zlib.createZstdDecompress() : undefined;
    case 'compress':
    case 'x-compress':
    case 'dcb':
    case 'dcz':
      return undefined;
  }
};

/** The coding that the bytes show by themselves. Brotli and bare "deflate" have no sign. */
const shownCoding = (head: Buffer): Compression | undefined => {
  if (beginsWith(head, compressedStarts.gzip) && head[2] === gzipMethod) return 'gzip';
  if (beginsWith(head, compressedStarts.zstd)) return 'zstd';
  return head[0] === wrappedStart && isWrapped(head) ? 'deflate' : undefined;
};

/** Whether it is a file as it is: a byte-order mark and line ends may stand before its first bytes. */
const isFile = (head: Buffer): boolean => {
  const before = /^(?:\xef\xbb\xbf)?[\r\n]*/.exec(head.toString('latin1'))?.[0] ?? '';
  const file = head.subarray(before.length);
  return (
    brandOf(file) !== undefined ||
    Object.values(fileStarts).some((start) => beginsWith(file, start))
  );
};

/** Codings whose bytes always begin with their sign. */
export const hasSign = (coding: Compression | undefined): boolean =>
  coding === 'gzip' || coding === 'x-gzip' || coding === 'zstd';

/**
 * The codings that have to be undone: what is named, unless the bytes show that the last one is
 * another, that there is one, or that there is none.
 *
 * @param head see {@link begin}
 */
export const codingsOf = (header: string | undefined, head: Buffer): readonly Compression[] => {
  if (isText(head) || isFile(head)) return [];
  const named = compressionsOf(header);
  const shown = shownCoding(head);
  if (shown === undefined && hasSign(named.at(-1))) return [];
  // Two bytes are no proof against a name.
  const isUnsure = shown === 'deflate' && named.at(-1) === 'br';
  return shown === undefined || isUnsure ? named : [...named.slice(0, -1), shown];
};

/** A body whose first bytes were read already, and after which it may have broken. */
async function* following(
  head: Buffer,
  rest: AsyncIterator<Uint8Array>,
  broke?: Begun['broke'],
): AsyncGenerator<Uint8Array> {
  try {
    yield head;
    if (broke !== undefined) throw broke.error;
    for (let next = await rest.next(); next.done !== true; next = await rest.next())
      yield next.value;
  } finally {
    await rest.return?.();
  }
}

/** A body of which the first bytes were looked at. */
export interface Begun {
  /** As many of them as show whether it is compressed. */
  readonly head: Buffer;
  /** All of it; throws at the end of what there is, where it broke. */
  readonly whole: AsyncGenerator<Uint8Array>;
  /** Why the head is shorter than it should be. */
  readonly broke?: { readonly error: unknown };
}

/**
 * @param maxReads pieces of the body that are waited for, at most
 * @throws where the connection breaks before there is any byte
 */
export const begin = async (
  body: AsyncIterable<Uint8Array>,
  maxReads = signBytes,
): Promise<Begun> => {
  const source = body[Symbol.asyncIterator]();
  let read = Buffer.alloc(0);
  let broke: Begun['broke'];
  for (let reads = 0; reads < maxReads && read.length < signBytes; reads += 1) {
    try {
      const next = await source.next();
      if (next.done === true) break;
      read = Buffer.concat([read, next.value]);
    } catch (error) {
      // An answer may be whole by then.
      if (read.length === 0) throw error;
      broke = { error };
      break;
    }
  }
  return {
    head: read.subarray(0, signBytes),
    whole: following(read, source, broke),
    ...(broke === undefined ? {} : { broke }),
  };
};

/**
 * A body with codings undone, and what lies below them: what was compressed twice is often named
 * once. Nothing is read before the first piece is asked for.
 *
 * @param depth codings that were undone already
 * @returns `undefined` where they cannot be undone here
 */
export const undone = (
  { head, whole }: Begun,
  codings: readonly Compression[],
  depth = 0,
): AsyncGenerator<Uint8Array> | undefined => {
  const makers = codings.toReversed().map(decoderOf);
  const known = makers.filter((make) => make !== undefined);
  if (known.length < makers.length || depth + makers.length > maxCodings) return undefined;
  const decoded = async function* (): AsyncGenerator<Uint8Array> {
    const decoders = known.map((make) => make(head));
    const last = decoders.at(-1);
    if (last === undefined) return yield* whole;
    // Its errors reach the reader of the last one.
    pipeline([Readable.from(whole), ...decoders], () => undefined);
    yield* unpacked(undefined, last, depth + codings.length);
  };
  return decoded();
};

/**
 * A body with the compression undone that some proxies add whatever was asked for. It is undone
 * piece by piece: the reader decides how much of it, so that a few bytes which unpack to
 * gigabytes cost no more than what is read. A body that is named compressed and is plain text is
 * given as it is.
 *
 * @param header the answer's `Content-Encoding`
 * @param depth codings that were undone already
 * @throws while it is read, where it breaks off or is not what it is named
 */
export async function* unpacked(
  header: string | undefined,
  body: AsyncIterable<Uint8Array>,
  depth = 0,
): AsyncGenerator<Uint8Array> {
  const begun = await begin(body);
  const codings = codingsOf(header, begun.head);
  if (codings.length === 0) return yield* begun.whole;
  const plain = undone(begun, codings, depth);
  if (plain === undefined) {
    await begun.whole.return(undefined);
    throw new Error('the answer is compressed in a way that is not known');
  }
  yield* plain;
}
