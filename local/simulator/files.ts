import { createHash, randomBytes } from 'node:crypto';
import type { DownloadBehaviour, FileOptions } from './types.ts';

/** A file as it is served now. */
export interface ServedFile {
  readonly format: FileOptions['format'];
  /** Variant as the provider numbers it. */
  readonly variant: number | string;
  readonly content: Uint8Array;
  /** Lower-case hexadecimal. */
  readonly sha256: string;
  /** Length that the provider tells. */
  readonly statedBytes: number;
  /** Strong, and another one for other bytes. */
  readonly etag: string;
  /** What the next request for it meets; `age`: seconds since its first link was given out. */
  nextBehaviour(age: number): DownloadBehaviour;
}

const digest = (content: Uint8Array): string => createHash('sha256').update(content).digest('hex');

/** Makes a file that can be served; see {@link FileOptions}. */
export const serveFile = (options: FileOptions, place: number): ServedFile => {
  let content = options.content;
  let sha256 = digest(content);
  let requests = 0;
  return {
    format: options.format,
    variant: options.variant ?? place + 1,
    get content() {
      return content;
    },
    get sha256() {
      return sha256;
    },
    get statedBytes() {
      return options.statedBytes ?? content.byteLength;
    },
    get etag() {
      return `"${sha256.slice(0, 32)}"`;
    },
    nextBehaviour(age) {
      if (age < (options.lateSeconds ?? 0)) return options.lateAs ?? { status: 404 };
      const behaviour = options.downloads?.[requests] ?? {};
      requests += 1;
      if (behaviour.replaceWith !== undefined) {
        content = behaviour.replaceWith;
        sha256 = digest(content);
      }
      return behaviour;
    },
  };
};

/** A link that was given out. */
export interface IssuedLink {
  readonly url: string;
  readonly file: ServedFile;
  readonly generationId: string;
  /** Seconds that it lives. */
  readonly lifeSeconds: number;
}

/**
 * Where a provider keeps its files: path and query below the simulator's address, with the secret
 * in its own place.
 */
export type LinkPath = (link: {
  secret: string;
  file: ServedFile;
  generationId: string;
  title: string;
  lifeSeconds: number;
}) => string;

/** The links given out so far. */
export interface LinkBook {
  issue(
    path: LinkPath,
    of: { file: ServedFile; generationId: string; title: string; lifeSeconds: number },
  ): IssuedLink;
  /**
   * The link of that path and query, `expired` where its time is over, `undefined` where none was
   * given out.
   */
  find(pathAndQuery: string): IssuedLink | 'expired' | undefined;
  /** Lets another path lead where one that was given out leads. */
  alias(pathAndQuery: string, known: string): void;
  /** How many paths there are. */
  issued(): number;
  /** Seconds since the first link to a file was given out. */
  ageOf(file: ServedFile): number;
  /** The secret part of every link. */
  readonly secrets: readonly string[];
}

/**
 * See {@link LinkBook}. Every link has a secret of its own, so that a link found where it should
 * not be can be recognised.
 */
export const createLinkBook = (origin: () => string, now: () => number): LinkBook => {
  const links = new Map<string, { link: IssuedLink; expiresAt: number }>();
  const firstIssuedAt = new Map<ServedFile, number>();
  const secrets: string[] = [];
  return {
    secrets,
    ageOf: (file) => (now() - (firstIssuedAt.get(file) ?? now())) / 1000,
    issue(path, of) {
      const secret = randomBytes(16).toString('hex');
      secrets.push(secret);
      if (!firstIssuedAt.has(of.file)) firstIssuedAt.set(of.file, now());
      const pathAndQuery = path({ secret, ...of });
      const link = {
        url: `${origin()}${pathAndQuery}`,
        file: of.file,
        generationId: of.generationId,
        lifeSeconds: of.lifeSeconds,
      };
      links.set(pathAndQuery, { link, expiresAt: now() + of.lifeSeconds * 1000 });
      return link;
    },
    alias(pathAndQuery, known) {
      const entry = links.get(known);
      if (entry !== undefined) links.set(pathAndQuery, entry);
    },
    issued: () => links.size,
    find(pathAndQuery) {
      const entry = links.get(pathAndQuery);
      if (entry === undefined) return undefined;
      return now() < entry.expiresAt ? entry.link : 'expired';
    },
  };
};
