import * as z from 'zod';
import { beginsAsApiKey } from './api-key.ts';

/** Longest folder, in characters: with the longest prefix and id, keys stay far below 1,024 bytes. */
export const maxFolderLength = 200;

/**
 * Safe in a key (Amazon S3 User Guide, "Naming Amazon S3 objects"), but for `*`, which means anything
 * in a permission.
 */
const nameCharacters = /^[A-Za-z0-9!_.'()-]+$/;

/** What the archiver keeps for itself. Buckets tell upper from lower case; folders on a disk may not. */
const ownFolders: readonly string[] = ['_claims', '_folders'];

const folderProblem = (folder: string): string | undefined => {
  if (folder === '') return 'must not be empty; leave it out for no folder';
  if (folder.length > maxFolderLength) return `must be at most ${maxFolderLength} characters`;
  const names = folder.split('/');
  if (names.includes(''))
    return 'must not begin or end with "/", and have one "/" between two names';
  if (!names.every((name) => nameCharacters.test(name)))
    return `only letters, digits and !_.'()- are allowed, with "/" between names`;
  if (names.some((name) => /^\.+$/.test(name)))
    return 'must have no name that consists of dots only';
  if (ownFolders.includes((names[0] ?? '').toLowerCase()))
    return `must not begin with ${ownFolders.join(' or ')}: the archiver keeps that for itself`;
  if (names.some(beginsAsApiKey))
    return 'must not hold an API key: keys are in Secrets Manager alone';
  return undefined;
};

/**
 * Where the files of a generation lie: their keys begin with it, after the stack's prefix. Names
 * with `/` between them, such as `customers/42`.
 */
export const folderSchema = z
  .string('must be a string')
  .superRefine((folder, context) => {
    const message = folderProblem(folder);
    if (message !== undefined) context.addIssue({ code: 'custom', message });
  })
  .meta({
    minLength: 1,
    maxLength: maxFolderLength,
    pattern: "^[A-Za-z0-9!_.'()-]+(/[A-Za-z0-9!_.'()-]+)*$",
  });
