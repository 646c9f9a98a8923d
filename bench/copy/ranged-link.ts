/**
 * What the archiver does not do, for comparison: a large file fetched in ranges over several
 * connections at once, handed on in order. See docs/decisions/2026-11-22-copying-one-connection.md
 * for what came of it.
 */
import { Agent, request } from 'undici';
import type { OpenDownload, OpenLink } from '../../lambdas/contract/ports.ts';

/** Connections at once, as many as parts that are uploaded at once. */
const connections = 4;

/** Bytes of a range: a part's. */
const rangeBytes = 8 * 1024 * 1024;

/** Files below are one range or two. */
const smallestFile = 4 * rangeBytes;

const dispatcher = new Agent({ connections, pipelining: 1 });

const fetchRange = async (url: string, from: number, to: number, etag: string): Promise<Buffer> => {
  const { statusCode, body } = await request(url, {
    dispatcher,
    headers: { range: `bytes=${from}-${to}`, 'if-range': etag },
  });
  if (statusCode !== 206) throw new Error(`the host answered ${statusCode} in place of a range`);
  return Buffer.from(await body.arrayBuffer());
};

async function* inRanges(
  url: string,
  totalBytes: number,
  etag: string,
): AsyncGenerator<Uint8Array> {
  const starts = Array.from(
    { length: Math.ceil(totalBytes / rangeBytes) },
    (_, index) => index * rangeBytes,
  );
  const under = new Map<number, Promise<Buffer>>();
  for (const [index, start] of starts.entries()) {
    for (const ahead of starts.slice(index, index + connections)) {
      if (!under.has(ahead))
        under.set(
          ahead,
          fetchRange(url, ahead, Math.min(ahead + rangeBytes, totalBytes) - 1, etag),
        );
    }
    const bytes = await under.get(start);
    under.delete(start);
    if (bytes !== undefined) yield bytes;
  }
}

const isRanged = ({ status, headers }: OpenDownload): boolean =>
  status === 200 &&
  headers['accept-ranges'] === 'bytes' &&
  headers['etag'] !== undefined &&
  Number(headers['content-length']) >= smallestFile;

/** Opens a link as it is, and takes a large file's body over several connections. */
export const rangedLink =
  (openLink: OpenLink): OpenLink =>
  async (asked) => {
    const outcome = await openLink(asked);
    if (outcome.kind !== 'open' || !isRanged(outcome.download)) return outcome;
    const { download } = outcome;
    download.close();
    const { 'content-length': length, etag = '' } = download.headers;
    return {
      kind: 'open',
      download: {
        ...download,
        body: inRanges(asked.url, Number(length), etag),
        close: () => undefined,
      },
    };
  };
