import * as z from 'zod';
import { ArchiverError } from '../../contract/error-codes.ts';
import { folderSchema } from '../../contract/folder.ts';
import type { Generation } from '../../contract/generation.ts';
import { folderNoteKey, manifestKey } from '../../contract/keys.ts';
import type { Log, ObjectStore } from '../../contract/ports.ts';
import { contentTypes } from '../formats.ts';
import { putVerified } from '../upload/stored-object.ts';
import { readManifest, type FoundManifest } from './manifest.ts';

/** What is noted of where a generation lies; `''`: in no folder. */
const noteSchema = z.object({
  version: z.literal('1'),
  folder: z.union([z.literal(''), folderSchema]),
});

/** Where the archive of a generation is, or is to be. */
export interface Home {
  /** The generation, with the folder and the tags of what is stored. */
  readonly generation: Generation;
  /** What lies under the manifest's key there. */
  readonly found: FoundManifest | undefined;
  /** The folder that is noted; `undefined` where none is. */
  readonly noted: string | undefined;
}

/** The bucket with the notes in it. */
export interface Notes {
  readonly objects: ObjectStore;
  readonly keyPrefix: string;
  readonly log: Log;
}

/** A note helps to find what is stored: no deck is lost because it cannot be read or written. */
const unlessDenied = async <T>(log: Log, work: () => Promise<T>): Promise<T | undefined> => {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof ArchiverError)) throw error;
    log('warn', 'where it is stored could not be noted, or read', { reason: error.message });
    return undefined;
  }
};

const parse = (text: string): string | undefined => {
  try {
    return noteSchema.parse(JSON.parse(text)).folder;
  } catch {
    return undefined;
  }
};

/** A note that cannot be understood counts as none, and is written anew. */
const readNote = async (
  { objects, keyPrefix, log }: Notes,
  generation: Generation,
): Promise<string | undefined> => {
  const key = folderNoteKey(keyPrefix, generation);
  const found = await unlessDenied(log, async () => objects.read(key));
  return found === undefined ? undefined : parse(found.body.toString('utf8'));
};

const withPlace = (
  asked: Generation,
  folder: string | undefined,
  tags: Generation['tags'],
): Generation => {
  const { folder: _, tags: __, ...generation } = asked;
  return {
    ...generation,
    ...(folder === undefined ? {} : { folder }),
    ...(tags === undefined ? {} : { tags }),
  };
};

/**
 * Finds where a generation lies. What is stored stays there, under the tags that it has: a trigger
 * that names another folder does not have it fetched a second time. Only `refresh` does.
 */
export const findHome = async (notes: Notes, asked: Generation): Promise<Home> => {
  const { objects, keyPrefix } = notes;
  const inFolder = async (folder: string | undefined) =>
    readManifest(objects, manifestKey(keyPrefix, { ...asked, folder }), asked);
  const found = await inFolder(asked.folder);
  if (found?.manifest !== undefined && !asked.refresh)
    return {
      generation: withPlace(asked, asked.folder, found.manifest.tags),
      found,
      noted: undefined,
    };
  const noted = await readNote(notes, asked);
  const others = asked.refresh ? [] : [...new Set([noted || undefined, undefined])];
  for (const folder of others) {
    if (folder === asked.folder) continue;
    const there = await inFolder(folder);
    if (there?.manifest !== undefined)
      return { generation: withPlace(asked, folder, there.manifest.tags), found: there, noted };
  }
  return { generation: asked, found, noted };
};

/**
 * Notes where a generation lies, for triggers that name another folder or none. Right below the prefix it
 * is found without a note.
 */
export const noteHome = async (
  { objects, keyPrefix, log }: Notes,
  { generation, noted }: Pick<Home, 'generation' | 'noted'>,
): Promise<void> => {
  const { folder = '' } = generation;
  if (folder === (noted ?? '')) return;
  const body = Buffer.from(`${JSON.stringify({ version: '1', folder })}\n`);
  const description = { contentType: contentTypes.json };
  await unlessDenied(log, async () =>
    putVerified(objects, folderNoteKey(keyPrefix, generation), body, description),
  );
};
