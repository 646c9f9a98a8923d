import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { endsWithUs, ownFolder } from './belongings.ts';
import { freePort } from './listening.ts';
import { s3Keys, type S3Server } from './s3-server.ts';

/** The version is a commit: MinIO's own release names are no versions to Go. */
const version = 'v0.0.0-20260212201848-7aac2a2c5b7c';

const folder = fileURLToPath(new URL(`../../.cache/minio-${version}`, import.meta.url));

const program = join(folder, 'minio');

/** Milliseconds until the server answers; usually 500. */
const startMilliseconds = 30_000;

/**
 * Milliseconds after which a build has failed: it takes two to three minutes, and hangs where no
 * module can be fetched.
 */
const buildMilliseconds = 8 * 60_000;

const runs = async (
  command: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<boolean> => {
  const child = spawn(command, args, {
    env,
    stdio: ['ignore', 'ignore', 'inherit'],
    timeout: buildMilliseconds,
    killSignal: 'SIGKILL',
  });
  // A program that is not there is an error in place of an end.
  const status = await once(child, 'close').then(
    ([code]: unknown[]) => code,
    () => 'missing',
  );
  return status === 0;
};

const insteadOfMinio = (reason: string): undefined => {
  console.log(`MinIO cannot be built (${reason}): the AWS emulator takes its place`);
};

/**
 * Builds the MinIO server from its Go module, once for each version.
 *
 * @returns the program's file, or `undefined` where Go is not at hand or cannot build it, and says
 *   so
 */
export const installMinio = async (): Promise<string | undefined> => {
  if (existsSync(program)) return program;
  if (!(await runs('go', ['version'], process.env))) return insteadOfMinio('Go is not installed');
  console.log('building the MinIO server into .cache (two to three minutes, once) …');
  const building = `${folder}-${process.pid}`;
  await mkdir(building, { recursive: true });
  const built = await runs('go', ['install', `github.com/minio/minio@${version}`], {
    ...process.env,
    GOBIN: building,
    GOFLAGS: '-buildvcs=false',
    // Needs no C compiler.
    CGO_ENABLED: '0',
  });
  // The folder appears under its name only with the program in it.
  if (built && !existsSync(program)) await rename(building, folder);
  await rm(building, { recursive: true, force: true });
  return built ? program : insteadOfMinio('Go could not fetch or compile it');
};

/** Where MinIO puts what was deleted: it frees the room every five minutes only. */
const trash = join('.minio.sys', 'tmp', '.trash');

/**
 * Starts the MinIO server on a free port, over a folder of its own. Both go when this process goes,
 * whatever ends it.
 */
export const startMinio = async (file: string, parent = tmpdir()): Promise<S3Server> => {
  const data = await ownFolder(parent, 'archiver-minio');
  const endpoint = `http://127.0.0.1:${await freePort()}`;
  const address = endpoint.replace('http://', '');
  const child = spawn(
    file,
    [
      'server',
      '--quiet',
      '--address',
      address,
      '--console-address',
      `127.0.0.1:${await freePort()}`,
      data,
    ],
    {
      env: {
        PATH: process.env['PATH'],
        HOME: data,
        MINIO_ROOT_USER: s3Keys.accessKeyId,
        MINIO_ROOT_PASSWORD: s3Keys.secretAccessKey,
        MINIO_BROWSER: 'off',
        MINIO_UPDATE: 'off',
      },
      stdio: ['ignore', 'ignore', 'inherit'],
    },
  );
  const belonging = endsWithUs({ pid: child.pid, folder: data });
  const freeDeleted = async (): Promise<void> => {
    const folders = await readdir(join(data, trash)).catch(() => []);
    for (const name of folders) await rm(join(data, trash, name), { recursive: true, force: true });
  };
  const isReady = async (): Promise<boolean> => {
    try {
      return (await fetch(`${endpoint}/minio/health/ready`)).ok;
    } catch {
      return false;
    }
  };
  for (let waited = 0; !(await isReady()); waited += 50) {
    if (child.exitCode !== null || waited > startMilliseconds) {
      await belonging.release();
      throw new Error('the MinIO server did not start');
    }
    await pause(50);
  }
  return { kind: 'minio', endpoint, freeDeleted, stop: async () => belonging.release() };
};
