import type { ServerResponse } from 'node:http';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import type { JsonObject } from '../../lambdas/contract/json.ts';
import { foreignAnswers, type ForeignName } from './foreign-answers.ts';
import type { Coding } from './types.ts';

/** Headers to send. */
export type ReplyHeaders = Readonly<Record<string, string | number>>;

/** Compresses a text as a proxy on the way would. */
const packed: Readonly<Record<Coding, (text: string) => Buffer>> = {
  gzip: (text) => gzipSync(text),
  deflate: (text) => deflateSync(text),
  br: (text) => brotliCompressSync(text),
};

/** A text as it is sent, in the coding that the headers name. */
const bytesOf = (text: string, headers: ReplyHeaders): Buffer => {
  const coding = headers['content-encoding'];
  const isKnown = coding === 'gzip' || coding === 'deflate' || coding === 'br';
  return isKnown ? packed[coding](text) : Buffer.from(text);
};

/** Sends text. */
export const sendText = (
  response: ServerResponse,
  status: number,
  headers: ReplyHeaders,
  text: string,
): void => {
  const body = bytesOf(text, headers);
  response.writeHead(status, { 'content-length': body.byteLength, ...headers });
  response.end(body);
};

/** Sends a JSON document. */
export const sendJson = (
  response: ServerResponse,
  status: number,
  headers: ReplyHeaders,
  body: JsonObject,
): void => {
  sendText(
    response,
    status,
    { 'content-type': 'application/json', ...headers },
    JSON.stringify(body),
  );
};

/** Sends what something in front of the API would. */
export const sendForeign = (
  response: ServerResponse,
  status: number,
  headers: ReplyHeaders,
  name: ForeignName,
): void => {
  const { type, body } = foreignAnswers[name];
  sendText(response, status, { 'content-type': type, ...headers }, body(status));
};

/** Sends what a proxy in front of the API would: a page, no JSON. */
export const sendPage = (response: ServerResponse, status: number, headers: ReplyHeaders): void =>
  sendForeign(response, status, headers, 'page');

/**
 * Sends the first half of a JSON document; `whole` pretends that it is all, else the connection
 * breaks.
 */
export const sendTruncated = (
  response: ServerResponse,
  headers: ReplyHeaders,
  body: JsonObject,
  whole: boolean,
): void => {
  const text = JSON.stringify(body);
  if (whole) {
    const half = text.slice(0, Math.floor(text.length / 2));
    sendText(response, 200, { 'content-type': 'application/json', ...headers }, half);
    return;
  }
  const bytes = bytesOf(text, headers);
  response.writeHead(200, {
    'content-type': 'application/json',
    'content-length': bytes.byteLength,
    ...headers,
  });
  response.write(bytes.subarray(0, Math.floor(bytes.byteLength / 2)), () =>
    response.socket?.destroySoon(),
  );
};
