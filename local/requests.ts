import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import * as z from 'zod';
import { generationIdSchema } from '../lambdas/contract/generation.ts';
import type { JsonObject } from '../lambdas/contract/json.ts';
import { fileErrorCode } from './folder-files.ts';
import { hiddenFolder } from './safe-path.ts';

/** What is noted of a request: never the request itself, which may be confidential. */
const noteSchema = z.object({
  /** SHA-256 of the request: another one of the same name is told apart. */
  request: z.string(),
  /** When it was begun, ISO 8601. */
  begunAt: z.string(),
  generationId: generationIdSchema.optional(),
  /** Why nothing is known to have come of it. */
  problem: z.string().optional(),
});

type Note = z.infer<typeof noteSchema>;

/** What is known of a request that was begun before. */
export type Earlier =
  | { readonly kind: 'accepted'; readonly generationId: string }
  | { readonly kind: 'notStarted'; readonly problem: string }
  /** It was sent, or was about to be, and the note does not tell what came of it. */
  | { readonly kind: 'unknown' }
  /** The name belongs to another request. */
  | { readonly kind: 'another' };

/** A request and its name. */
export interface NamedRequest {
  readonly provider: string;
  readonly requestId: string;
}

/**
 * The requests of all runs in one folder: what Step Functions' memory of names is to the deployed
 * archiver.
 */
export interface Requests {
  /**
   * Takes the name, for good, before anything is sent. @returns what is known where it was taken
   * before
   */
  begin(named: NamedRequest, request: JsonObject): Promise<Earlier | undefined>;
  /** Notes what came of it. */
  settle(
    named: NamedRequest,
    outcome: { readonly generationId: string } | { readonly problem: string },
  ): Promise<void>;
  /** Gives the name back: nothing was sent. */
  forget(named: NamedRequest): Promise<void>;
}

const sorted = (_key: string, value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))
    : value;

/** The same for the same fields, whatever their order. */
const fingerprint = (request: JsonObject): string =>
  createHash('sha256').update(JSON.stringify(request, sorted)).digest('hex');

const readNote = async (path: string): Promise<Note | undefined> => {
  try {
    return noteSchema.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch {
    // Torn by the end of a process: all that is sure is that it was begun.
    return undefined;
  }
};

const earlierOf = (note: Note | undefined, request: JsonObject): Earlier => {
  if (note === undefined) return { kind: 'unknown' };
  if (note.request !== fingerprint(request)) return { kind: 'another' };
  if (note.generationId !== undefined) return { kind: 'accepted', generationId: note.generationId };
  return note.problem === undefined
    ? { kind: 'unknown' }
    : { kind: 'notStarted', problem: note.problem };
};

/**
 * Notes every request in the folder before it is sent, so that no later run sends one of that name
 * again, however this one ends.
 */
export const createRequests = (folder: string): Requests => {
  const pathOf = ({ provider, requestId }: NamedRequest): string =>
    join(resolve(folder), hiddenFolder, 'requests', `${provider}-${requestId}.json`);

  return {
    begin: async (named, request) => {
      const path = pathOf(named);
      await mkdir(dirname(path), { recursive: true });
      try {
        const file = await open(path, 'wx');
        try {
          const note: Note = { request: fingerprint(request), begunAt: new Date().toISOString() };
          await file.writeFile(`${JSON.stringify(note)}\n`);
          // What was paid for must be known even where the machine goes down.
          await file.sync();
        } finally {
          await file.close();
        }
        return undefined;
      } catch (error) {
        if (fileErrorCode(error) !== 'EEXIST') throw error;
        return earlierOf(await readNote(path), request);
      }
    },
    settle: async (named, outcome) => {
      const path = pathOf(named);
      const note = await readNote(path);
      if (note === undefined) return;
      const whole = `${path}.${randomUUID()}`;
      await writeFile(whole, `${JSON.stringify({ ...note, ...outcome })}\n`);
      await rename(whole, path);
    },
    forget: (named) => rm(pathOf(named), { force: true }),
  };
};
