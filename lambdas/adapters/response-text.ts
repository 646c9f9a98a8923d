import type { ApiRequest } from '../contract/ports.ts';
import { createJsonBeginning } from './json-beginning.ts';

/** See {@link readText}. */
export interface ReadTextOptions {
  readonly maxBytes: number;
  /** See {@link ApiRequest.enough}. */
  readonly enough: ApiRequest['enough'];
}

/**
 * Bytes up to which a body is simply held, also where its beginning may be enough: no status
 * without a deck is longer.
 */
const heldBytes = 64 * 1024;

/**
 * JSON is UTF-8 (RFC 8259, 8.1); some hosts send UTF-16. A mark says so, or a NUL beside the first
 * character, which is ASCII in any JSON.
 */
const encodingOf = ([first, second]: Uint8Array): string => {
  if (first === undefined || second === undefined) return 'utf-8';
  if ((first === 0xff && second === 0xfe) || (first !== 0 && second === 0)) return 'utf-16le';
  return (first === 0xfe && second === 0xff) || (first === 0 && second !== 0)
    ? 'utf-16be'
    : 'utf-8';
};

/**
 * Objects and lists in an answer that is parsed whole. An empty one has two bytes in the answer and sixty or
 * more once it is parsed, so that 10 MB of them would fill any function; a deck has one in 60 bytes.
 */
const maxContainers = 500_000;

const [objectStart, listStart] = Buffer.from('{[');

const holdsTooMany = (bytes: Uint8Array): boolean => {
  if (bytes.length <= maxContainers) return false;
  let containers = 0;
  for (const byte of bytes) if (byte === objectStart || byte === listStart) containers += 1;
  return containers > maxContainers;
};

const decoded = (chunks: readonly Uint8Array[]): string | undefined => {
  const bytes = Buffer.concat(chunks);
  if (holdsTooMany(bytes)) return undefined;
  return new TextDecoder(encodingOf(bytes)).decode(bytes);
};

/** A text that is whole, though its transfer is not: an object of JSON ends where it says so itself. */
const wholeObject = (text = ''): string | undefined => {
  if (!/^[\uFEFF\s]*\{/.test(text)) return undefined;
  try {
    JSON.parse(text.replace(/^\uFEFF/, ''));
    return text;
  } catch {
    return undefined;
  }
};

/**
 * The body as text; of a long one whose beginning may be {@link ApiRequest.enough}, what lies near
 * its root, as JSON. `undefined` where it is longer than `maxBytes`, would be larger than memory once it is
 * parsed, breaks off within its JSON, or should be skimmed and is no JSON.
 */
export const readText = async (
  body: AsyncIterable<Uint8Array>,
  { maxBytes, enough }: ReadTextOptions,
): Promise<string | undefined> => {
  const held: Uint8Array[] = [];
  let beginning: ReturnType<typeof createJsonBeginning> | undefined;
  let bytes = 0;
  try {
    for await (const chunk of body) {
      bytes += chunk.length;
      if (bytes > maxBytes) return undefined;
      if (enough === undefined || bytes <= heldBytes) {
        held.push(chunk);
        continue;
      }
      beginning ??= createJsonBeginning();
      for (const piece of held.splice(0)) beginning.write(piece);
      beginning.write(chunk);
      // To leave the loop ends the connection.
      if (enough(beginning.soFar())) break;
    }
  } catch {
    return beginning === undefined ? wholeObject(decoded(held)) : undefined;
  }
  return beginning === undefined ? decoded(held) : JSON.stringify(beginning.soFar());
};
