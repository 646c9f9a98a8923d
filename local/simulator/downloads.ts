import type { IncomingMessage, ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import type { LinkBook, ServedFile } from './files.ts';
import { sendPage, sendText } from './replies.ts';
import type { DownloadBehaviour } from './types.ts';

/** Content types by format. */
const contentTypes: Readonly<Record<ServedFile['format'], string>> = {
  pdf: 'application/pdf',
  pptx: 'application/vnd.openxmlformats-officedocument.presentationml.presentation',
  zip: 'application/zip',
};

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

const sendFile = (
  request: IncomingMessage,
  response: ServerResponse,
  file: ServedFile,
  behaviour: DownloadBehaviour,
): void => {
  const total = file.content.byteLength;
  const offset = offsetOf(request, file, behaviour);
  if (offset !== undefined && offset >= total) {
    response.writeHead(416, { 'content-range': `bytes */${total}`, 'content-length': 0 }).end();
    return;
  }
  const rest = file.content.subarray(offset ?? 0);
  const body = behaviour.gzip === true ? gzipSync(rest) : rest;
  response.writeHead(offset === undefined ? 200 : 206, {
    'content-type': contentTypes[file.format],
    'content-length': behaviour.statedLength ?? body.byteLength,
    etag: file.etag,
    ...(behaviour.noRanges === true ? {} : { 'accept-ranges': 'bytes' }),
    ...(offset === undefined ? {} : { 'content-range': `bytes ${offset}-${total - 1}/${total}` }),
    ...(behaviour.gzip === true ? { 'content-encoding': 'gzip' } : {}),
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
  const behaviour = link.file.nextBehaviour();
  if (behaviour.redirect !== undefined) {
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
