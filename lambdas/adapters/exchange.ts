import * as http from 'node:http';
import { chunkQueue } from './chunk-queue.ts';
import type { Connection } from './connection.ts';
import { maxHeadBytes, plainHeaders } from './headers.ts';
import type { Response } from './response.ts';

/** A request over one connection. */
export interface Asking {
  readonly target: URL;
  readonly headers: Readonly<Record<string, string>>;
  /** What is posted; a GET where absent. */
  readonly body?: string;
  /** Gives up, at whatever stage. */
  readonly signal: AbortSignal;
  /**
   * Called when the answer has been read and the host lets the connection be used again; it is
   * asked to close it where this is absent.
   */
  readonly onFree?: (headers: Readonly<Record<string, string>>) => void;
}

/** The host ended the connection and gave no answer. */
class HungUp extends Error {
  override readonly name = 'HungUp';
  readonly code = 'HUNG_UP';
}

/** Node.js gives an end without an answer the code of a reset; of a real one it names the system call. */
const truly = (error: Error): Error =>
  'code' in error && error.code === 'ECONNRESET' && !('syscall' in error)
    ? new HungUp(error.message)
    : error;

/** Names and values by turns, as Node.js gives them, with the values of each name together. */
const grouped = (raw: readonly string[]): Record<string, string[]> => {
  const values = new Map<string, string[]>();
  for (let index = 0; index + 1 < raw.length; index += 2) {
    const name = (raw[index] ?? '').toLowerCase();
    const known = values.get(name);
    const value = raw[index + 1] ?? '';
    if (known === undefined) values.set(name, [value]);
    else known.push(value);
  }
  return Object.fromEntries(values);
};

/** Headers that tell how a request is carried: they are not the caller's. */
const carryingHeaders = new Set([
  'connection',
  'content-length',
  'expect',
  'host',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

const withoutCarrying = (headers: Asking['headers']): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).filter(([name]) => !carryingHeaders.has(name.toLowerCase())),
  );

/** @throws where a header cannot be sent: no connection is needed to know it */
export const checkHeaders = (headers: Asking['headers']): void => {
  for (const [name, value] of Object.entries(headers)) {
    http.validateHeaderName(name);
    http.validateHeaderValue(name, value);
  }
};

/**
 * What comes is queued at once: a stream of Node's own forgets what was not read yet when its
 * connection ends badly, and an answer may be whole by then.
 */
const bodyOf = (response: http.IncomingMessage): AsyncIterable<Uint8Array> => {
  const queue = chunkQueue();
  response
    .on('data', (chunk: Buffer) => {
      queue.add(chunk);
      if (queue.isFull()) response.pause();
    })
    .on('end', () => queue.end())
    // For as long as it lives.
    .on('error', (error) => queue.end(error))
    .on('close', () => queue.end(new HungUp('the answer has broken off')));
  return queue.read(() => {
    if (response.isPaused() && !queue.isFull()) response.resume();
  });
};

/**
 * Sends a request once, and answers as soon as the head is here; informational answers (1xx) are
 * passed over. Whatever the host says afterwards reaches the reader of the body or nobody.
 *
 * @throws where there is no answer
 */
export const exchange = async (
  connection: Connection,
  { target, headers, body, signal, onFree }: Asking,
): Promise<Response> =>
  new Promise((resolve, reject) => {
    const { socket } = connection;
    if (!socket.writable) throw new HungUp('the connection has ended');
    const request = http.request({
      createConnection: () => socket,
      method: body === undefined ? 'GET' : 'POST',
      path: `${target.pathname}${target.search}`,
      headers: {
        ...withoutCarrying(headers),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        host: target.host,
        connection: onFree === undefined ? 'close' : 'keep-alive',
      },
      maxHeaderSize: maxHeadBytes,
      signal,
    });
    let isAsked = false;
    let answer: http.IncomingMessage | undefined;
    connection.expectsBytes = () => isAsked && answer?.complete !== true;
    request
      .once('socket', () => {
        isAsked = true;
      })
      .once('response', (response) => {
        answer = response;
        const given = plainHeaders(grouped(response.rawHeaders));
        request.once('close', () => {
          if (response.complete && socket.writable) onFree?.(given);
        });
        resolve({
          status: response.statusCode ?? 0,
          headers: given,
          body: bodyOf(response),
          close: () => response.destroy(),
        });
      })
      // For as long as it lives, and not only until the head is here.
      .on('error', (error) => reject(truly(error)))
      // An answer that changes the protocol (101) is none, and no error either.
      .once('close', () => reject(new HungUp('the connection has ended')))
      .end(body);
  });
