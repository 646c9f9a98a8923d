import { realpath } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';

/**
 * Where the store keeps what is not an object: hidden, so that the folder shows the files alone.
 */
export const hiddenFolder = '.archiver';

/**
 * Characters that are never part of a name here: control characters, and what Windows reads as a
 * separator or a drive.
 */
// oxlint-disable-next-line no-control-regex
const forbidden = /[\u0000-\u001f\u007f\\:]/;

const isInside = (root: string, path: string): boolean => {
  const way = relative(root, path);
  return way !== '' && way !== '..' && !way.startsWith(`..${sep}`);
};

/**
 * The path of a key below `root`. Keys are made from ids that came over the network, so a key that
 * would climb out of the folder, or into the hidden one, is an error and never a file.
 *
 * @throws where the key is not a plain relative path
 */
export const pathOfKey = (root: string, key: string): string => {
  const segments = key.split('/');
  const isPlain = segments.every(
    (segment) => segment !== '' && !/^\.+$/.test(segment) && !forbidden.test(segment),
  );
  const path = resolve(root, key);
  if (!isPlain || segments[0] === hiddenFolder || !isInside(root, path))
    throw new Error(`"${key}" is not a path below the folder`);
  return path;
};

/**
 * Follows links: a folder below `root` may itself be a symbolic link that leads away.
 *
 * @throws where the path really lies outside
 */
export const assertReallyInside = async (root: string, path: string): Promise<void> => {
  const realRoot = await realpath(root);
  let existing = path;
  for (;;) {
    const real = await realpath(existing).catch(() => undefined);
    if (real !== undefined) {
      if (real !== realRoot && !isInside(realRoot, real))
        throw new Error(`"${relative(root, path)}" leads out of the folder`);
      return;
    }
    existing = dirname(existing);
    if (!isInside(root, existing) && existing !== root) return;
  }
};

/** Path of the notes about a key's object. */
export const notesPath = (root: string, key: string): string =>
  join(root, hiddenFolder, 'objects', `${key}.json`);

/** Folder of an upload. */
export const uploadPath = (root: string, uploadId: string): string =>
  join(root, hiddenFolder, 'uploads', uploadId);
