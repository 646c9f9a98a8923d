import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { freePort } from './listening.ts';
import { installMinio, startMinio } from './minio.ts';
import type { S3Server } from './s3-server.ts';

const projectFolder = fileURLToPath(new URL('../..', import.meta.url));

/** The Python of the emulator that the end-to-end tests install. */
const python = join(projectFolder, '.venv', 'bin', 'python');

/** Milliseconds until the emulator answers; usually 3,000. */
const startMilliseconds = 60_000;

const installEmulator = async (): Promise<void> => {
  if (existsSync(python)) return;
  const child = spawn(process.execPath, ['--import', 'tsx', 'test/e2e/install.ts'], {
    cwd: projectFolder,
    stdio: 'inherit',
  });
  const [status] = (await once(child, 'close')) as [number | null];
  if (status !== 0)
    throw new Error(
      'neither MinIO (needs Go) nor the AWS emulator (needs Python) can be installed',
    );
};

const startEmulator = async (): Promise<S3Server> => {
  await installEmulator();
  const port = await freePort();
  const folder = await mkdtemp(join(tmpdir(), 'archiver-emulator-'));
  const child = spawn(python, [join(projectFolder, 'test/e2e/emulator.py')], {
    // Its standard input stays open as long as this process lives: the emulator ends when it
    // closes.
    stdio: ['pipe', 'ignore', 'ignore'],
    env: {
      PATH: process.env['PATH'],
      HOME: folder,
      TMPDIR: folder,
      RUN_FOLDER: folder,
      AUTH: 'false',
      USE_SSL: '0',
      IOT_MTLS_ENABLED: '0',
      BIND_HOST: '127.0.0.1',
      MINISTACK_HOST: '127.0.0.1',
      GATEWAY_PORT: String(port),
    },
  });
  const endpoint = `http://127.0.0.1:${port}`;
  const stop = async (): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGKILL');
      await once(child, 'close');
    }
    await rm(folder, { recursive: true, force: true });
  };
  const answers = async (): Promise<boolean> => {
    try {
      await fetch(endpoint);
      return true;
    } catch {
      return false;
    }
  };
  for (let waited = 0; !(await answers()); waited += 100) {
    if (child.exitCode !== null || waited > startMilliseconds) {
      await stop();
      throw new Error('the AWS emulator did not start');
    }
    await pause(100);
  }
  return { kind: 'emulator', endpoint, freeDeleted: async () => undefined, stop };
};

/**
 * Starts a real S3 server: MinIO where it can be built, else the AWS emulator (which
 * `S3_SERVER=emulator` asks for).
 *
 * @param folder where MinIO keeps its data, in a folder of its own; default: the folder for
 *   temporary files
 */
export const startS3 = async (folder?: string): Promise<S3Server> => {
  const wanted = process.env['S3_SERVER'];
  const minio = wanted === 'emulator' ? undefined : await installMinio();
  return minio === undefined ? startEmulator() : startMinio(minio, folder);
};
