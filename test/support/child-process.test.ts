import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { disconnected, nextMessage } from './child-process.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'archiver-child-'));
});
afterAll(async () => rm(folder, { recursive: true, force: true }));

const forked = async (program: string) => {
  const file = join(folder, 'program.mjs');
  await writeFile(file, program);
  return fork(file, { stdio: 'ignore', execArgv: [] });
};

describe('a forked process', () => {
  it('is heard, and ends when it is let go', async () => {
    const child = await forked(`process.on('message', (text) => process.send(text + '!'));`);
    child.send('here');
    expect(await nextMessage(child)).toBe('here!');
    await disconnected(child);
    expect(child.exitCode).toBe(0);
    await disconnected(child);
  });

  it('that ends is not waited for, whether the wait began before or after', async () => {
    const child = await forked(`process.on('message', () => process.exit(3));`);
    const waiting = nextMessage(child);
    child.send('end');
    await expect(waiting).rejects.toThrow('the forked process ended: 3');
    await expect(nextMessage(child)).rejects.toThrow('the forked process ended: 3');
    await disconnected(child);
  });

  it('that is killed is not waited for', async () => {
    const child = await forked(`process.on('message', () => undefined);`);
    const waiting = nextMessage(child);
    child.kill('SIGKILL');
    await expect(waiting).rejects.toThrow('the forked process ended: SIGKILL');
    if (child.signalCode === null) await once(child, 'exit');
  });
});
