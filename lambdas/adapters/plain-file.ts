import { compressionsOf } from '../contract/content-coding.ts';
import type { Response } from './response.ts';
import { codingsOf, following, isUndone, signBytes, unpacked } from './unpack.ts';

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

/** The first bytes of a body, and all of it. */
const begin = async (body: AsyncIterable<Uint8Array>) => {
  const source = copied(body);
  let head = Buffer.alloc(0);
  while (head.length < signBytes) {
    const next = await source.next();
    if (next.done === true) break;
    head = Buffer.concat([head, next.value]);
  }
  return { head: head.subarray(0, signBytes), whole: following(head, source) };
};

/**
 * An answer whose `Content-Encoding` names a compression, as the file that it holds. Hosts name one over
 * bytes that are plain (an object that was stored with a wrong header), or compress though they are
 * asked not to: the first bytes tell which. What is unpacked has no length, and no part of it can be asked
 * for; that it is whole, its coding shows. What cannot be undone is left as it is, with its header.
 *
 * @throws where the connection breaks before the first bytes are there
 */
export const asPlainFile = async (response: Response): Promise<Response> => {
  const { status, headers, body } = response;
  const header = headers['content-encoding'];
  const isFile = status === 200 || status === 203;
  if (!isFile || compressionsOf(header).length === 0) return response;
  const { head, whole } = await begin(body);
  const codings = codingsOf(header, head);
  if (codings.length === 0)
    return { ...response, headers: without(headers, ['content-encoding']), body: whole };
  if (!isUndone(codings, head)) return { ...response, body: whole };
  return {
    ...response,
    // Like chunks, a coding has an end of its own.
    headers: { ...without(headers, ofTheCoding), 'transfer-encoding': 'chunked' },
    body: unpacked(header, whole),
  };
};
