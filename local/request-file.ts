import { createReadStream } from 'node:fs';
import type { JsonObject } from '../lambdas/contract/json.ts';
import { fileErrorCode } from './folder-files.ts';

/** A create request that was read, or why it cannot be used, for people. */
export type RequestRead =
  | { readonly ok: true; readonly request: JsonObject }
  | { readonly ok: false; readonly message: string };

/**
 * Bytes that are read at most: several times what a request may have, so that a wrong file is
 * noticed and not swallowed.
 */
const maxBytes = 1_000_000;

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EISDIR: 'it is a folder',
  EACCES: 'it may not be read',
};

const readBytes = async (source: AsyncIterable<unknown>): Promise<Buffer | undefined> => {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of source) {
    const buffer = Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk));
    chunks.push(buffer);
    bytes += buffer.length;
    if (bytes > maxBytes) return undefined;
  }
  return Buffer.concat(chunks);
};

/**
 * Where the parser stopped. Its own message also quotes what stands there, which must not be shown.
 */
const placeIn = (text: string, error: unknown): string => {
  const position = /at position (?<digits>\d+)/.exec(error instanceof Error ? error.message : '')
    ?.groups?.['digits'];
  if (position === undefined) return '';
  const before = text.slice(0, Number(position)).split('\n');
  return `: look at line ${before.length}, column ${(before.at(-1) ?? '').length + 1}`;
};

const parse = (bytes: Buffer): RequestRead => {
  let text: string;
  try {
    // Takes a byte order mark away.
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return { ok: false, message: 'it is not UTF-8' };
  }
  try {
    const request: unknown = JSON.parse(text);
    if (typeof request === 'object' && request !== null && !Array.isArray(request))
      return { ok: true, request: request as JsonObject };
    return {
      ok: false,
      message: "it must hold a JSON object: the body of the provider's own create request",
    };
  } catch (error) {
    return { ok: false, message: `it is not JSON${placeIn(text, error)}` };
  }
};

/**
 * Reads a create request. The archiver checks what must be in it.
 *
 * @param file `-` for the standard input
 */
export const readRequest = async (
  file: string,
  input: NodeJS.ReadableStream,
): Promise<RequestRead> => {
  const name = file === '-' ? 'the standard input' : file;
  try {
    const bytes = await readBytes(file === '-' ? input : createReadStream(file));
    const read: RequestRead =
      bytes === undefined
        ? { ok: false, message: `it is longer than ${maxBytes} bytes` }
        : parse(bytes);
    return read.ok
      ? read
      : { ok: false, message: `the request in ${name} cannot be used: ${read.message}` };
  } catch (error) {
    const code = fileErrorCode(error) ?? 'unknown error';
    return {
      ok: false,
      message: `the request in ${name} cannot be read: ${Object.hasOwn(reasons, code) ? reasons[code] : code}`,
    };
  }
};
