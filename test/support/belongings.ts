import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** Something that goes when this process goes. */
export interface Belonging {
  /** Ends the process, waits for that, and removes the folder. */
  release(): Promise<void>;
}

/** Waits for its input to close, which it does whatever ends this process. */
const keeper = `
read -r _
if [ -n "$1" ]; then kill -9 "$1"; while kill -0 "$1"; do sleep 0.05; done; fi
if [ -n "$2" ]; then rm -rf "$2"; fi`;

/**
 * Has a process ended and a folder removed at the latest when this process ends, even where it is
 * killed: a shell in a session of its own, which no Ctrl-C reaches, sees to it.
 */
export const endsWithUs = ({
  pid,
  folder,
}: {
  readonly pid?: number | undefined;
  readonly folder?: string;
}): Belonging => {
  const child = spawn('sh', ['-c', keeper, 'keeper', String(pid ?? ''), folder ?? ''], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  child.unref();
  return {
    release: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      // Until here it holds up nothing. A wait for its end must: a program that waits for nothing
      // else would end at once, in the middle of the wait (exit status 13).
      child.ref();
      const ended = once(child, 'close');
      child.stdin.end();
      await ended;
    },
  };
};

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Somebody else's process is alive, too.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
};

/**
 * A new folder whose name tells who made it. Those of the same kind whose makers are gone, the
 * machine with them perhaps, are removed first.
 */
export const ownFolder = async (parent: string, kind: string): Promise<string> => {
  for (const name of await readdir(parent)) {
    const [, maker] = new RegExp(`^${kind}-(\\d+)-\\w{6}$`).exec(name) ?? [];
    if (maker !== undefined && !isAlive(Number(maker)))
      await rm(join(parent, name), { recursive: true, force: true });
  }
  return mkdtemp(join(parent, `${kind}-${process.pid}-`));
};
