import { compressionsOf } from '../contract/content-coding.ts';
import { decodedBase64, isBase64File } from './base64-file.ts';
import type { Response } from './response.ts';
import { begin, codingsOf, hasSign, undone } from './unpack.ts';

/** What describes the compressed bytes, and not those of the file. */
const ofTheCoding: readonly string[] = [
  'content-encoding',
  'content-length',
  'content-range',
  'etag',
  'last-modified',
  'accept-ranges',
];

const without = (headers: Response['headers'], names: readonly string[]): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !names.includes(name)));

/** The memory of a chunk is used again as soon as the next one is asked for; streams ask ahead. */
async function* copied(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const chunk of body) yield Buffer.from(chunk);
}

/** A file that comes as text. Base64 has no end of its own: where the transfer shows none, neither does the file's. */
const fromBase64 = (response: Response, text: AsyncIterable<Uint8Array>): Response => {
  const { headers } = response;
  const hasEnd =
    /\bchunked\s*$/i.test(headers['transfer-encoding'] ?? '') ||
    headers['content-length'] !== undefined;
  return {
    ...response,
    headers: {
      ...without(headers, [...ofTheCoding, 'transfer-encoding']),
      ...(hasEnd ? { 'transfer-encoding': 'chunked' } : {}),
    },
    body: decodedBase64(text),
  };
};

/**
 * An answer whose bytes are compressed, as the file that they hold. Hosts name a compression over
 * bytes that are plain (an object that was stored with a wrong header), compress though they are
 * asked not to, or serve an object that was stored compressed without saying so: the first bytes
 * tell which, as no file that is archived begins like a compressed one. What is unpacked has no
 * length, and no part of it can be asked for; that it is whole, its coding shows. What cannot be
 * undone is left as it is, with its header. A file in base64 is that file.
 *
 * @throws where the connection breaks before the first bytes are there
 */
export const asPlainFile = async (response: Response): Promise<Response> => {
  const { status, headers, body } = response;
  const isFile = status === 200 || status === 203;
  if (!isFile) return response;
  const header = headers['content-encoding'];
  const isNamed = compressionsOf(header).length > 0;
  // A host that sends a byte at a time does not hold up the copy.
  const { head, whole, broke } = await begin(body, isNamed ? undefined : 1);
  // What they are cannot be told of fewer: the bytes that follow would be taken for plain ones.
  if (broke !== undefined) throw broke.error;
  if (isBase64File(head)) return fromBase64(response, whole);
  const shown = codingsOf(header, head);
  const codings = isNamed ? shown : shown.filter(hasSign);
  if (codings.length === 0)
    return { ...response, headers: without(headers, ['content-encoding']), body: whole };
  const plain = undone({ head, whole: copied(whole) }, codings);
  if (plain === undefined) return { ...response, body: whole };
  return {
    ...response,
    // Like chunks, a coding has an end of its own.
    headers: { ...without(headers, ofTheCoding), 'transfer-encoding': 'chunked' },
    body: plain,
  };
};
