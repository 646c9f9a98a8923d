import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { LargeDeck } from './large-deck.ts';
import { closed, listening } from './listening.ts';

/**
 * A provider with its file host and a Secrets Manager, in one server: all that the copy function
 * talks to but the bucket.
 */
export interface DeckHost {
  readonly origin: string;
  /** The generation of that id is done, and offers these files. */
  offer(generationId: string, ...decks: readonly LargeDeck[]): void;
  /** As {@link offer}, but each link leads to the file over a redirect to another origin. */
  offerElsewhere(generationId: string, ...decks: readonly LargeDeck[]): void;
  /** Downloads of a generation's files: which file, and from which byte on. */
  downloads(generationId: string): readonly { readonly file: number; readonly from: number }[];
  /** Every request of any kind, as it came. */
  readonly seen: readonly { readonly path: string; readonly headers: IncomingMessage['headers'] }[];
  /**
   * Told of every piece of a file before it is sent, with all that was sent of this generation so
   * far.
   */
  watch: (generationId: string, sentBytes: number) => void;
  /** Bytes per second of each connection, for all downloads that begin from now on. */
  limit: number | undefined;
  close(): Promise<void>;
}

/** The key in the host's Secrets Manager. */
export const hostApiKey = 'key-of-the-deck-host';

const rangeOf = (
  { headers }: IncomingMessage,
  etag: string,
): { from: number; to: number | undefined } => {
  const [, from, to] = /^bytes=(\d+)-(\d*)$/.exec(headers.range ?? '') ?? [];
  if (from === undefined || (headers['if-range'] ?? etag) !== etag)
    return { from: 0, to: undefined };
  return { from: Number(from), to: to === undefined || to === '' ? undefined : Number(to) };
};

/** Bytes that are written at a time where there is a limit: few enough for it to be smooth. */
const limitedPieceBytes = 64 * 1024;

/** Waits until more can be written, or nobody reads any more. */
const drained = async (response: ServerResponse): Promise<void> =>
  new Promise((resolve) => {
    const done = (): void => {
      response.off('drain', done).off('close', done);
      resolve();
    };
    response.on('drain', done).on('close', done);
  });

const answer = (response: ServerResponse, body: unknown, type = 'application/json'): void => {
  response.writeHead(200, { 'content-type': type }).end(JSON.stringify(body));
};

export const startDeckHost = async (): Promise<DeckHost> => {
  const offers = new Map<string, readonly LargeDeck[]>();
  const downloads: { readonly id: string; readonly file: number; readonly from: number }[] = [];
  const sent = new Map<string, number>();
  const seen: { readonly path: string; readonly headers: IncomingMessage['headers'] }[] = [];
  const elsewhere = new Set<string>();

  const sendFile = async (
    request: IncomingMessage,
    response: ServerResponse,
    id: string,
    file: number,
  ): Promise<void> => {
    const deck = offers.get(id)?.[file];
    if (deck === undefined) {
      response.writeHead(404).end();
      return;
    }
    const etag = `"${id}-${file}"`;
    const { from, to } = rangeOf(request, etag);
    downloads.push({ id, file, from });
    const isPart = from > 0 || to !== undefined;
    const end = Math.min(to ?? deck.bytes - 1, deck.bytes - 1);
    response.writeHead(isPart ? 206 : 200, {
      etag,
      'accept-ranges': 'bytes',
      'content-type': 'application/octet-stream',
      'content-length': end - from + 1,
      ...(isPart ? { 'content-range': `bytes ${from}-${end}/${deck.bytes}` } : {}),
    });
    const { limit } = host;
    const pieceBytes = limit === undefined ? Number.POSITIVE_INFINITY : limitedPieceBytes;
    const started = performance.now();
    let written = 0;
    for (const chunk of deck.chunks(from)) {
      const rest = chunk.subarray(0, end - from + 1 - written);
      for (let at = 0; at < rest.length; at += pieceBytes) {
        const piece = rest.subarray(at, Math.min(at + pieceBytes, rest.length));
        written += piece.length;
        const all = (sent.get(id) ?? 0) + piece.length;
        sent.set(id, all);
        host.watch(id, all);
        if (!response.write(piece)) await drained(response);
        if (response.destroyed) return;
        const early =
          limit === undefined ? 0 : (written / limit) * 1000 - (performance.now() - started);
        if (early > 1)
          await new Promise((resolve) => {
            setTimeout(resolve, early);
          });
      }
      if (written > end - from) break;
    }
    response.end();
  };

  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://127.0.0.1');
    const [, kind, id = '', file] = pathname.split('/');
    seen.push({ path: pathname, headers: request.headers });
    if (request.headers['x-amz-target'] === 'secretsmanager.GetSecretValue') {
      request.resume();
      answer(response, { SecretString: hostApiKey }, 'application/x-amz-json-1.1');
    } else if (kind === 'files') {
      sendFile(request, response, id, Number(file)).catch(() => response.destroy());
    } else if (kind === 'moved') {
      response
        .writeHead(302, {
          location: `${host.origin.replace('127.0.0.1', 'localhost')}/files/${id}/${file}`,
        })
        .end();
    } else {
      const job = pathname.split('/').at(-1) ?? '';
      const files = offers.get(job) ?? [];
      const links = files.map((_, index) => ({
        url: `${host.origin}/${elsewhere.has(job) ? 'moved' : 'files'}/${job}/${index}`,
        format: 'pptx',
        variant: index + 1,
      }));
      answer(response, {
        job_id: job,
        status: 'completed',
        output_type: 'deck',
        downloads: links,
        error: null,
      });
    }
  });
  // A download that the client ends early is nothing to talk about.
  server.on('clientError', (_, socket) => socket.destroy());
  const port = await listening(server);

  const host: DeckHost = {
    origin: `http://127.0.0.1:${port}`,
    offer: (id, ...decks) => void offers.set(id, decks),
    offerElsewhere: (id, ...decks) => {
      elsewhere.add(id);
      offers.set(id, decks);
    },
    seen,
    downloads: (id) =>
      downloads.filter((download) => download.id === id).map(({ file, from }) => ({ file, from })),
    watch: () => undefined,
    limit: undefined,
    close: async () => closed(server),
  };
  return host;
};
