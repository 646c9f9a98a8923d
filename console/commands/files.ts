import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { exitStatus } from '../../local/command-request.ts';
import { fileErrorCode } from '../../local/folder-files.ts';
import { makeOutFolder } from '../../local/out-folder.ts';
import { pathText } from '../../local/run-report.ts';
import { assertReallyInside, pathOfKey } from '../../local/safe-path.ts';
import { plain } from '../../local/terminal-text.ts';
import type { Archive, ArchivedFile, Backend, Name } from '../backend.ts';
import type { Act, Terminal } from './terminal.ts';
import { fileColumns, jsonLine } from './text.ts';

type Archives = Pick<Backend, 'find' | 'archive' | 'open' | 'link'>;

/** Where the words go: `get` also comes after `send --out`. */
type Streams = Pick<Terminal, 'output' | 'errors' | 'stop'>;

const archiveOf = async (
  backend: Archives,
  { provider, id }: Name,
  { errors }: Pick<Streams, 'errors'>,
): Promise<Archive | undefined> => {
  const name = { provider, id };
  const archive =
    (await backend.archive(name)) ?? (await backend.archive(name, await backend.find(name)));
  if (archive === undefined)
    errors.write(
      `${plain(`${provider}/${id} is not archived: there is no manifest of it. generation-archiver show ${provider} ${id} tells why`)}\n`,
    );
  return archive;
};

/** A file that was fetched, or what is wrong with it. */
interface Fetched {
  readonly key: string;
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly problem?: string | undefined;
}

const differs = (file: ArchivedFile, bytes: number, sha256: string): string | undefined => {
  if (bytes !== file.bytes) return `has ${bytes} bytes, the manifest says ${file.bytes}`;
  return sha256 === file.sha256
    ? undefined
    : `has SHA-256 ${sha256}, the manifest says ${file.sha256}`;
};

/** Where a key's file goes; `undefined` where the key would lead it elsewhere. */
const safePath = async (root: string, key: string): Promise<string | undefined> => {
  try {
    const path = pathOfKey(root, key);
    await assertReallyInside(root, path);
    await mkdir(dirname(path), { recursive: true });
    return path;
  } catch (error) {
    if (fileErrorCode(error) === undefined) return undefined;
    throw error;
  }
};

/** Fetches a file next to its name, and gives it the name once it is what the manifest says. */
const fetchFile = async (
  backend: Archives,
  file: ArchivedFile,
  root: string,
  stop: AbortSignal,
): Promise<Fetched> => {
  const path = await safePath(root, file.key);
  if (path === undefined)
    return { key: file.key, path: '', bytes: 0, sha256: '', problem: 'leads out of the folder' };
  const temporary = join(dirname(path), `.${randomUUID()}.part`);
  const hash = createHash('sha256');
  let bytes = 0;
  const target = await open(temporary, 'wx');
  try {
    for await (const chunk of await backend.open(file)) {
      stop.throwIfAborted();
      hash.update(chunk);
      bytes += chunk.byteLength;
      await target.writeFile(chunk);
    }
    await target.close();
    const sha256 = hash.digest('hex');
    const problem = differs(file, bytes, sha256);
    if (problem === undefined) await rename(temporary, path);
    return { key: file.key, path, bytes, sha256, problem };
  } finally {
    await target.close().catch(() => undefined);
    await rm(temporary, { force: true });
  }
};

/** Fetches what is archived, and compares it with the manifest. @returns 1 where it differs */
export const get =
  ({ out, json, provider, id }: Name & { readonly out: string; readonly json: boolean }) =>
  async ({ backend }: { readonly backend: Archives }, streams: Streams): Promise<number> => {
    const { output, errors, stop } = streams;
    const archive = await archiveOf(backend, { provider, id }, streams);
    if (archive === undefined) return exitStatus.notArchived;
    const mistake = await makeOutFolder(out);
    if (mistake !== undefined) {
      errors.write(`error: ${plain(mistake)}\n`);
      return exitStatus.badUsage;
    }
    const fetched: Fetched[] = [];
    for (const file of archive.files) fetched.push(await fetchFile(backend, file, out, stop));
    const good = fetched.filter(({ problem }) => problem === undefined);
    const lines = fileColumns(good.map((file) => ({ ...file, name: pathText(file.path) })));
    if (json) output.write(jsonLine({ provider, id, files: fetched }));
    else output.write(['Fetched and verified:', ...lines, ''].join('\n'));
    for (const { key, problem } of fetched)
      if (problem !== undefined) errors.write(`${plain(key)} ${problem}: it was not kept\n`);
    return good.length === fetched.length ? exitStatus.archived : exitStatus.notArchived;
  };

/** What a link is asked for: `for` is its life in seconds. */
interface LinkOptions extends Name {
  readonly for: number;
  readonly format?: string;
  readonly json: boolean;
}

/** Prints links to what is archived, the status document left out where there are files. */
export const link =
  ({ for: seconds, format, json, ...name }: LinkOptions): Act =>
  async ({ backend }, terminal) => {
    const { output, errors } = terminal;
    const archive = await archiveOf(backend, name, terminal);
    if (archive === undefined) return exitStatus.notArchived;
    const all = archive.files;
    const decks = all.filter((file) => file.format !== 'json');
    const wanted = format === undefined ? decks : all.filter((file) => file.format === format);
    if (format !== undefined && wanted.length === 0) {
      const formats = all.map((file) => file.format).join(', ');
      errors.write(`${plain(`it has no file of the format ${format}; there are: ${formats}`)}\n`);
      return exitStatus.notArchived;
    }
    for (const file of wanted.length === 0 ? all : wanted) {
      const url = await backend.link(file, seconds);
      output.write(json ? jsonLine({ key: file.key, seconds, url }) : `${url}\n`);
    }
    errors.write(
      'Whoever has a link can open it until it ends, or until the credentials that made it end.\n',
    );
    return exitStatus.archived;
  };
