import { compressionsOf } from '../contract/content-coding.ts';
import type { Response } from './response.ts';
import { begin, codingsOf, undone } from './unpack.ts';

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
  const begun = await begin(copied(body));
  const { head, whole } = begun;
  const codings = codingsOf(header, head);
  if (codings.length === 0)
    return { ...response, headers: without(headers, ['content-encoding']), body: whole };
  const plain = undone(begun, codings);
  if (plain === undefined) return { ...response, body: whole };
  return {
    ...response,
    // Like chunks, a coding has an end of its own.
    headers: { ...without(headers, ofTheCoding), 'transfer-encoding': 'chunked' },
    body: plain,
  };
};
