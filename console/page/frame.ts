import { Readable } from 'node:stream';
import type { Context } from 'hono';
import { pageEnd, pageHead } from './layout.ts';
import { alertPart, type Html } from './parts.ts';

/** Bytes as an answer takes them. */
export const streamOf = (chunks: AsyncIterable<Uint8Array>): ReadableStream =>
  Readable.toWeb(Readable.from(chunks)) as ReadableStream;

/** Answers with a page: its head at once, and each part as soon as it is there. */
export type Streamed = (
  context: Context,
  heading: string,
  ...parts: readonly (() => Promise<Html>)[]
) => Response;

/** What every page has around its parts. */
export const createFrame = (
  base: string,
  title: string,
  explain: (error: unknown) => string | undefined,
) => {
  const told = (error: unknown): string => explain(error) ?? 'Something went wrong here.';

  /** Shows what AWS refuses in place of what it refused. */
  const orAlert = async (part: () => Promise<Html>): Promise<Html> => {
    try {
      return await part();
    } catch (error) {
      return alertPart(told(error));
    }
  };

  const streamed: Streamed = (context, heading, ...parts) => {
    const all = async function* all(): AsyncGenerator<Uint8Array> {
      yield Buffer.from(String(await pageHead(base, title, heading)));
      for (const part of parts) yield Buffer.from(String(await orAlert(part)));
      yield Buffer.from(String(await pageEnd));
    };
    context.header('content-type', 'text/html; charset=utf-8');
    return context.body(streamOf(all()));
  };
  return { told, orAlert, streamed };
};
