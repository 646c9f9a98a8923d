import { constants } from 'node:fs';
import { access, mkdir } from 'node:fs/promises';
import { fileErrorCode } from './folder-files.ts';

const reasons: Readonly<Record<string, string>> = {
  EEXIST: 'it is a file',
  ENOTDIR: 'a part of its path is a file',
  EACCES: 'it may not be written to',
  EPERM: 'it may not be written to',
  EROFS: 'its file system is read-only',
  ENOENT: 'it cannot be made there',
  ENOSPC: 'the disk is full',
};

/**
 * Makes the folder that takes the decks, before anything is asked or paid for.
 *
 * @returns why it cannot be used, for people
 */
export const makeOutFolder = async (folder: string): Promise<string | undefined> => {
  try {
    await mkdir(folder, { recursive: true });
    await access(folder, constants.W_OK);
    return undefined;
  } catch (error) {
    const code = fileErrorCode(error) ?? 'unknown error';
    const reason = Object.hasOwn(reasons, code) ? reasons[code] : code;
    return `--out ${folder} cannot be used: ${reason}`;
  }
};
