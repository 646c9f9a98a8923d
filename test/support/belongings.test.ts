import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { endsWithUs, ownFolder } from './belongings.ts';

let parent: string;
beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'archiver-belongings-'));
});
afterEach(async () => rm(parent, { recursive: true, force: true }));

const owner = `
import { spawn } from 'node:child_process';
import { endsWithUs, ownFolder } from '${new URL('belongings.ts', import.meta.url).href}';
const folder = await ownFolder(process.argv[1], 'kind');
const { pid } = spawn('sleep', ['600'], { stdio: 'ignore', detached: true });
endsWithUs({ pid, folder });
console.log(JSON.stringify({ pid, folder }));
setInterval(() => undefined, 1000);
`;

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

describe('what belongs to a process', () => {
  it.each(['SIGKILL', 'SIGINT', 'SIGTERM'] as const)(
    'goes with it where it is ended by %s',
    async (signal) => {
      const child = spawn(
        process.execPath,
        ['--import', 'tsx', '--input-type=module', '-e', owner, parent],
        { stdio: ['ignore', 'pipe', 'inherit'] },
      );
      const [line] = (await once(child.stdout, 'data')) as [Buffer];
      const { pid, folder } = JSON.parse(line.toString('utf8')) as { pid: number; folder: string };
      expect([isAlive(pid), existsSync(folder)]).toEqual([true, true]);
      child.kill(signal);
      await once(child, 'exit');
      await expect
        .poll(() => [isAlive(pid), existsSync(folder)], { timeout: 10_000 })
        .toEqual([false, false]);
    },
  );

  it('can be given up before', async () => {
    const child = spawn('sleep', ['600'], { stdio: 'ignore' });
    const folder = await ownFolder(parent, 'kind');
    const belonging = endsWithUs({ pid: child.pid, folder });
    await belonging.release();
    await belonging.release();
    expect([isAlive(child.pid ?? 0), existsSync(folder)]).toEqual([false, false]);
  });
});

/** As the scripts of the project end: nothing else is left to wait for. */
const givesUpAtTheEnd = `
import { endsWithUs, ownFolder } from '${new URL('belongings.ts', import.meta.url).href}';
const folder = await ownFolder(process.argv[1], 'kind');
await endsWithUs({ folder }).release();
console.log('over');
`;

it('a program that gives up what it has as its last step comes to its end', async () => {
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', '--input-type=module', '-e', givesUpAtTheEnd, parent],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const said = once(child.stdout, 'data');
  const [status] = (await once(child, 'close')) as [number | null];
  expect(status).toBe(0);
  expect(String((await said)[0])).toBe('over\n');
});

describe('a new folder', () => {
  it('takes the place of those whose makers are gone, and of no others', async () => {
    const gone = spawn('true', { stdio: 'ignore' });
    await once(gone, 'exit');
    const others = [`kind-${process.pid}-abcdef`, `other-${gone.pid}-abcdef`, 'kind-abcdef'];
    for (const name of [`kind-${gone.pid}-abcdef`, ...others]) await mkdir(join(parent, name));
    const folder = await ownFolder(parent, 'kind');
    expect((await readdir(parent)).map((name) => join(parent, name)).toSorted()).toEqual(
      [folder, ...others.map((name) => join(parent, name))].toSorted(),
    );
  });
});
