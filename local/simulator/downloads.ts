import type { IncomingMessage, ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import { contentTypes } from '../../lambdas/copying/formats.ts';
import type { LinkBook, ServedFile } from './files.ts';
import { sendPage, sendText } from './replies.ts';
import type { DownloadBehaviour } from './types.ts';

/** A refusal as an object store words it. */
const refuse = (response: ServerResponse, status: number, code: string): void => {
  sendText(
    response,
    status,
    { 'content-type': 'application/xml' },
    `<?xml version="1.0"?><Error><Code>${code}</Code></Error>`,
  );
};

/** First byte of the range that is to be sent; `undefined` where the whole file is. */
const offsetOf = (
  request: IncomingMessage,
  file: ServedFile,
  behaviour: DownloadBehaviour,
): number | undefined => {
  const start = /^bytes=(?<start>\d+)-$/.exec(request.headers.range ?? '')?.groups?.['start'];
  if (start === undefined || behaviour.noRanges === true) return undefined;
  const validator = request.headers['if-range'];
  return validator === undefined || validator === file.etag ? Number(start) : undefined;
};

/** The part of the file that is sent, and as what. */
const partOf = (
  offset: number | undefined,
  total: number,
  { wholeAs, partBytes = total, hidesLength }: DownloadBehaviour,
): { status: number; first: number; end: number; range: Record<string, string> } => {
  const first = offset ?? 0;
  const isPart = offset !== undefined || wholeAs === 206 || partBytes < total;
  const end = Math.min(first + partBytes, total);
  const length = hidesLength === true ? '*' : total;
  return {
    status: isPart ? 206 : (wholeAs ?? 200),
    first,
    end,
    range: isPart ? { 'content-range': `bytes ${first}-${end - 1}/${length}` } : {},
  };
};

const framingOf = (
  { framing, statedLength }: DownloadBehaviour,
  bytes: number,
): Record<string, string | number> => {
  if (framing === 'chunked') return { 'transfer-encoding': 'chunked' };
  return framing === 'close'
    ? { connection: 'close' }
    : { 'content-length': statedLength ?? bytes };
};

/** The bytes as they travel. */
const encoded = (bytes: Uint8Array, { gzip = false, base64 }: DownloadBehaviour): Uint8Array => {
  if (base64 === true) return Buffer.from(Buffer.from(bytes).toString('base64'));
  return gzip === false ? bytes : gzipSync(bytes);
};

const sendFile = (
  request: IncomingMessage,
  response: ServerResponse,
  file: ServedFile,
  behaviour: DownloadBehaviour,
): void => {
  const total = file.content.byteLength;
  const offset = offsetOf(request, file, behaviour);
  if (offset !== undefined && behaviour.refusesParts !== undefined) {
    refuse(response, behaviour.refusesParts, 'NotImplemented');
    return;
  }
  if (offset !== undefined && offset >= total) {
    response.writeHead(416, { 'content-range': `bytes */${total}`, 'content-length': 0 }).end();
    return;
  }
  const { status, first, end, range } = partOf(offset, total, behaviour);
  const rest = file.content.subarray(first, end);
  const body = encoded(rest, behaviour);
  if (behaviour.framing === 'close') response.useChunkedEncodingByDefault = false;
  response.writeHead(status, {
    'content-type': contentTypes[file.format],
    ...framingOf(behaviour, body.byteLength),
    etag: file.etag,
    ...(behaviour.noRanges === true ? {} : { 'accept-ranges': 'bytes' }),
    ...range,
    ...(behaviour.gzip === true ? { 'content-encoding': 'gzip' } : {}),
    ...(behaviour.headBytes === undefined
      ? {}
      : { 'content-security-policy': 'x'.repeat(behaviour.headBytes) }),
    ...behaviour.headers,
  });
  const { cutAfter, stallAfter, statedLength = body.byteLength } = behaviour;
  if (stallAfter !== undefined) {
    response.write(body.subarray(0, stallAfter));
  } else if (cutAfter !== undefined || statedLength > body.byteLength) {
    response.write(body.subarray(0, cutAfter), () => response.socket?.destroySoon());
  } else {
    response.end(body.subarray(0, statedLength));
  }
};

/** The place that a file is moved to, which serves it without further ado. */
const isMoved = (path: string): boolean => path.startsWith('/assets/moved/');

/**
 * Serves a link with `Range`, `If-Range` and a strong `ETag`, as object stores do; 403 where the
 * signature is unknown or its time is over.
 *
 * @returns the generation that the link belongs to
 */
export const serveDownload = (
  request: IncomingMessage,
  response: ServerResponse,
  links: LinkBook,
  path: string,
): string | undefined => {
  const link = links.find(path);
  if (link === undefined || link === 'expired') {
    refuse(response, 403, link === 'expired' ? 'AccessDenied' : 'SignatureDoesNotMatch');
    return undefined;
  }
  if (request.method !== 'GET') {
    refuse(response, 405, 'MethodNotAllowed');
    return link.generationId;
  }
  const behaviour = isMoved(path) ? {} : link.file.nextBehaviour(links.ageOf(link.file));
  if (behaviour.movedTo !== undefined) {
    const folder = `/assets/moved/${links.issued()}/`;
    links.alias(`${folder}${encodeURIComponent(behaviour.movedTo)}`, path);
    // Each byte is a character of the header.
    const location = Buffer.from(`${folder}${behaviour.movedTo}`, 'utf8').toString('latin1');
    response.writeHead(302, { location, 'content-length': 0 }).end();
  } else if (behaviour.redirect !== undefined) {
    response.writeHead(302, { location: behaviour.redirect, 'content-length': 0 }).end();
  } else if (behaviour.status !== undefined) {
    sendText(
      response,
      behaviour.status,
      { 'content-type': 'text/plain', ...behaviour.headers },
      'not now',
    );
  } else if (behaviour.html === true) {
    sendPage(response, 200, behaviour.headers ?? {});
  } else if (behaviour.empty === true) {
    response
      .writeHead(200, { 'content-type': contentTypes[link.file.format], 'content-length': 0 })
      .end();
  } else {
    sendFile(request, response, link.file, behaviour);
  }
  return link.generationId;
};
