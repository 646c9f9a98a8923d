import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Answers one request. */
export type Reply = (request: IncomingMessage, response: ServerResponse) => void;

/** A request as the server saw it. */
export interface SeenRequest {
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
}

/** A real HTTP server on 127.0.0.1 whose paths answer from scripts. */
export interface FileServer {
  readonly origin: string;
  readonly seen: SeenRequest[];
  /** Answers in turn; the last one answers everything after it. */
  script(path: string, ...replies: readonly Reply[]): string;
  close(): Promise<void>;
}

export const startFileServer = async (): Promise<FileServer> => {
  const scripts = new Map<string, Reply[]>();
  const seen: SeenRequest[] = [];
  const server = createServer((request, response) => {
    const path = (request.url ?? '').split('?', 1)[0] ?? '';
    seen.push({ path: request.url ?? '', headers: request.headers });
    const replies = scripts.get(path);
    const reply = replies !== undefined && replies.length > 1 ? replies.shift() : replies?.[0];
    if (reply === undefined) response.writeHead(418).end('not in the script');
    else reply(request, response);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  const origin = `http://127.0.0.1:${port}`;
  return {
    origin,
    seen,
    script: (path, ...replies) => {
      scripts.set(path, [...replies]);
      return `${origin}${path}`;
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
    },
  };
};

/** How a file is served. */
export interface FileOptions {
  /** Default: a strong ETag. */
  readonly etag?: string | null;
  readonly ranges?: boolean;
  /** The connection is cut when this byte of the file would be sent. */
  readonly cutAt?: number;
  /** As `cutAt`, but the connection stays open and silent. */
  readonly stallAt?: number;
  /** `length` (default), chunks, or an end that is only the end of the connection. */
  readonly framing?: 'length' | 'chunked' | 'close';
  /** A `Content-Length` that is not true. */
  readonly announcedBytes?: number;
  readonly headers?: Readonly<Record<string, string>>;
}

const requestedOffset = (request: IncomingMessage): number | undefined => {
  const [, offset] = /^bytes=(\d+)-$/.exec(request.headers.range ?? '') ?? [];
  return offset === undefined ? undefined : Number(offset);
};

/** Serves a file, with `Range` and `If-Range` as RFC 9110 has them. */
export const file =
  (bytes: Buffer, options: FileOptions = {}): Reply =>
  (request, response) => {
    const {
      etag = '"v1"',
      ranges = true,
      framing = 'length',
      cutAt,
      stallAt,
      announcedBytes,
    } = options;
    const offset = requestedOffset(request);
    const isResumed =
      ranges && offset !== undefined && request.headers['if-range'] === (etag ?? undefined);
    if (isResumed && offset >= bytes.length) {
      response.writeHead(416, { 'content-range': `bytes */${bytes.length}` }).end();
      return;
    }
    const start = isResumed ? offset : 0;
    const length = (announcedBytes ?? bytes.length) - start;
    const headers: Record<string, string> = {
      'content-type': 'application/octet-stream',
      ...(etag === null ? {} : { etag }),
      ...(framing === 'length' ? { 'content-length': String(length) } : {}),
      ...(framing === 'close' ? { connection: 'close' } : {}),
      ...(isResumed
        ? { 'content-range': `bytes ${start}-${bytes.length - 1}/${bytes.length}` }
        : {}),
      ...options.headers,
    };
    if (framing === 'close') response.useChunkedEncodingByDefault = false;
    response.writeHead(isResumed ? 206 : 200, headers);
    const stop = cutAt ?? stallAt;
    const isStopped = stop !== undefined && stop < bytes.length;
    const part = bytes.subarray(start, isStopped ? Math.max(stop, start) : bytes.length);
    if (!isStopped && announcedBytes === undefined) {
      response.end(part);
      return;
    }
    response.flushHeaders();
    response.write(part, () => {
      if (stallAt === undefined) response.destroy();
    });
    if (part.length === 0 && stallAt === undefined) response.destroy();
  };

/** Answers with a status and a short body. */
export const status =
  (code: number, headers: Readonly<Record<string, string>> = {}, body = ''): Reply =>
  (_, response) => {
    response.writeHead(code, headers).end(body);
  };

/** Redirects. */
export const redirect = (location: string, code = 302): Reply => status(code, { location });
