import type { ServerResponse } from 'node:http';
import type { JsonObject } from '../../lambdas/contract/json.ts';
import { foreignAnswers, type ForeignName } from './foreign-answers.ts';

/** Headers to send. */
export type ReplyHeaders = Readonly<Record<string, string | number>>;

/** Sends text. */
export const sendText = (
  response: ServerResponse,
  status: number,
  headers: ReplyHeaders,
  body: string,
): void => {
  response.writeHead(status, { 'content-length': Buffer.byteLength(body), ...headers });
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
  const half = text.slice(0, Math.floor(text.length / 2));
  if (whole) {
    sendText(response, 200, { 'content-type': 'application/json', ...headers }, half);
    return;
  }
  response.writeHead(200, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
    ...headers,
  });
  response.write(half, () => response.socket?.destroySoon());
};
