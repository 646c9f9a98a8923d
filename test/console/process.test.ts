import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { describe, expect, it, onTestFinished } from 'vitest';
import { archiverAnswers, execution } from '../support/aws/archiver.ts';
import { startStandIn, type Answers } from '../support/aws/stand-in.ts';

/** Starts the command line as a process of its own, against a stand-in for AWS. */
const start = async (answers: Answers, args: readonly string[]) => {
  const standIn = await startStandIn(answers);
  const child = spawn(process.execPath, ['--import', 'tsx', 'bin/stack.ts', ...args], {
    env: { ...process.env, ...standIn.environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await standIn.close();
  });
  const ended = once(child, 'close').then(([status]) => status as number);
  return { child, ended, asked: standIn.asked };
};

const many = Array.from({ length: 400 }, (_, index) =>
  execution({ id: `many-${index}`, secondsAfter: 7000 - index, error: 'DownloadFailed' }),
);

describe('generation-archiver, as a process', () => {
  it('ends without a complaint where its reader has read enough, as behind head', async () => {
    const { child, ended } = await start(archiverAnswers(many), ['list', '--json']);
    const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
    child.stdout.destroy();
    let errors = '';
    child.stderr.on('data', (chunk: Buffer) => {
      errors += chunk.toString();
    });
    expect(JSON.parse(line)).toMatchObject({ generationId: 'many-0' });
    expect(await ended).toBe(0);
    expect(errors).not.toContain('Error');
  });

  it('sends all that it was told to send, also where nobody reads what it says', async () => {
    const answers = archiverAnswers(many.slice(0, 5));
    const since = ['--since', '2026-11-26'];
    const { child, ended, asked } = await start(answers, ['retry', '--failed', ...since, '--yes']);
    child.stdout.destroy();
    child.stderr.destroy();
    expect(await ended).toBe(0);
    expect(asked.filter(({ action }) => action === 'events:PutEvents')).toHaveLength(5);
  });
});
