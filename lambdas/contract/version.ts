/**
 * The version that `package.json` has; `npm version` writes both, and a test compares them. A
 * constant, because a bundle that read the file would carry all of it.
 */
export const version = '0.1.0';

/** What every request to a provider or a file host says of its sender. */
export const userAgent = `generation-archiver/${version}`;
