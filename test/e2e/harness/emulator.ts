import { spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { runFolder, venvPython } from './folders.ts';
import { bareEnvironment } from './run-command.ts';

/** The running emulator. */
export interface Emulator {
  /** `https://127.0.0.1:<port>` */
  readonly endpoint: string;
  /** File of the one certificate to trust. */
  readonly certificateFile: string;
  /** Text of that certificate. */
  readonly certificate: string;
  /** Ends it, with the functions' processes. */
  stop(): Promise<void>;
}

/**
 * Part of its length that a wait of a state machine really takes: seconds between checks are not
 * what these tests are about.
 */
const waitScale = 0.2;

/** Functions that run at a time: as many as a new account of AWS may run. */
const concurrentFunctions = 10;

/** Seconds after which an idle function's process ends. */
const idleSeconds = 20;

/** Seconds until the emulator answers: usually 3. */
const startSeconds = 60;

/** Milliseconds after which an emulator that was told to end is killed. */
const endMilliseconds = 10_000;

const freePort = async (): Promise<number> => {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => {
    server.close(resolve);
  });
  return port;
};

/**
 * Starts the emulator on a free port of the loopback address, with TLS and with IAM enforced: each
 * function runs with a session of its own role.
 */
export const startEmulator = async (): Promise<Emulator> => {
  const port = await freePort();
  const endpoint = `https://127.0.0.1:${port}`;
  // Outside the project: its package.json would make ES modules of the emulator's own scripts.
  const temporary = mkdtempSync(join(tmpdir(), 'generation-archiver-e2e-'));
  const removeTemporary = (): void => rmSync(temporary, { recursive: true, force: true });
  process.once('exit', removeTemporary);
  const logFile = join(runFolder, 'emulator.log');
  const log = openSync(logFile, 'w');
  const child = spawn(venvPython, [fileURLToPath(new URL('../emulator.py', import.meta.url))], {
    // Its standard input stays open as long as this process lives: the emulator ends when it
    // closes.
    stdio: ['pipe', log, log],
    env: {
      ...bareEnvironment(),
      RUN_FOLDER: runFolder,
      TMPDIR: temporary,
      AUTH: 'true',
      USE_SSL: '1',
      IOT_MTLS_ENABLED: '0',
      BIND_HOST: '127.0.0.1',
      GATEWAY_PORT: String(port),
      MINISTACK_HOST: '127.0.0.1',
      SFN_WAIT_SCALE: String(waitScale),
      LAMBDA_ACCOUNT_CONCURRENCY: String(concurrentFunctions),
      LAMBDA_WARM_TTL_SECONDS: String(idleSeconds),
      MINISTACK_WORKER_THREADS: '128',
      NODE_NO_WARNINGS: '1',
    },
  });
  closeSync(log);
  const ended = new Promise<void>((resolve) => {
    child.once('close', () => resolve());
  });

  const isReady = (): boolean => readFileSync(logFile, 'utf8').includes(`Running on ${endpoint}`);
  for (let waited = 0; !isReady(); waited += 1) {
    if (child.exitCode !== null || waited > startSeconds * 10) {
      child.kill('SIGKILL');
      throw new Error(`the AWS emulator did not start; see ${logFile}`);
    }
    await pause(100);
  }

  const certificateFile = join(runFolder, 'certificate.pem');
  return {
    endpoint,
    certificateFile,
    certificate: readFileSync(certificateFile, 'utf8'),
    stop: async () => {
      child.kill('SIGTERM');
      const killing = setTimeout(() => child.kill('SIGKILL'), endMilliseconds);
      await ended;
      clearTimeout(killing);
      removeTemporary();
    },
  };
};
