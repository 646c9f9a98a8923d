import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import type { JsonObject } from '../../../lambdas/contract/json.ts';

/** An answer of the simulator, caught before it would go out to a socket. */
export interface Captured {
  readonly status: number | undefined;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** `open`: neither ended nor cut. */
  readonly end: 'whole' | 'cut' | 'open';
}

/** A response that the simulator can write to. It uses few methods of one, and these are here. */
export const captureResponse = (): {
  readonly response: ServerResponse;
  readonly captured: () => Captured;
} => {
  let status: number | undefined;
  let headers: Record<string, string> = {};
  let end: Captured['end'] = 'open';
  const chunks: Buffer[] = [];
  const add = (chunk: string | Uint8Array | undefined): void => {
    if (chunk !== undefined) chunks.push(Buffer.from(chunk));
  };
  const cut = (): void => {
    if (end === 'open') end = 'cut';
  };
  const response = {
    get headersSent() {
      return status !== undefined;
    },
    get statusCode() {
      return status ?? 0;
    },
    socket: { destroySoon: cut },
    writeHead(code: number, fields: Readonly<Record<string, string | number>> = {}) {
      status = code;
      headers = Object.fromEntries(
        Object.entries(fields).map(([name, value]) => [name.toLowerCase(), String(value)]),
      );
      return response;
    },
    write(chunk: string | Uint8Array, then?: () => void) {
      add(chunk);
      then?.();
      return true;
    },
    end(chunk?: string | Uint8Array) {
      add(chunk);
      end = 'whole';
    },
    destroy: cut,
  };
  return {
    response: response as unknown as ServerResponse,
    captured: () => ({ status, headers, body: Buffer.concat(chunks), end }),
  };
};

/** A GET request as the simulator reads one. */
export const getRequest = (
  url: string,
  headers: Readonly<Record<string, string>>,
): IncomingMessage => ({ method: 'GET', url, headers }) as unknown as IncomingMessage;

/** A POST request as the simulator reads one. */
export const postRequest = (
  url: string,
  headers: Readonly<Record<string, string>>,
  body: JsonObject,
): IncomingMessage =>
  Object.assign(Readable.from([JSON.stringify(body)]), {
    method: 'POST',
    url,
    headers,
  }) as unknown as IncomingMessage;
