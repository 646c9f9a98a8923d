import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { archiverAnswers, stateMachineArn } from '../support/aws/archiver.ts';
import { resourcesXml, type Answer, type Asked } from '../support/aws/stand-in.ts';
import { runAgainst, withBackend } from './support/console-run.ts';

const letters = z
  .array(z.object({ body: z.string(), attributes: z.record(z.string(), z.string()) }))
  .parse(JSON.parse(readFileSync('test/fixtures/console/letters.json', 'utf8')));

const machine = 'AWS::StepFunctions::StateMachine';

const md5 = (text: string): string => createHash('md5').update(text).digest('hex');

/** A queue that holds the letters, and what was done to it. */
const queue = (refusing: readonly string[] = [], denied = '') => {
  const left = new Map(letters.map((letter, index) => [`letter-${index}`, letter]));
  const done = { deleted: [] as string[], released: [] as string[], invoked: [] as string[] };
  let read = false;
  const others = ({ action, input }: Asked): Answer | undefined => {
    switch (action) {
      case 'cloudformation:ListStackResources':
        return {
          xml: resourcesXml([
            ['AWS::Lambda::Function', 'ArchiveOfOthersStoppedExecutionsFunction1', 'of-others'],
            [machine, 'ArchiveOfOthersWorkflowStateMachine01234567', `${stateMachineArn}OfOthers`],
            ['AWS::Lambda::Function', 'ArchiverStoppedExecutionsFunction1', 'stopped'],
            [machine, 'ArchiverWorkflowStateMachine89ABCDEF', stateMachineArn],
          ]),
        };
      case 'sqs:ReceiveMessage': {
        const messages = read
          ? []
          : [...left].map(([id, { body, attributes }]) => ({
              MessageId: id,
              ReceiptHandle: id,
              Body: body,
              MD5OfBody: md5(body),
              MessageAttributes: Object.fromEntries(
                Object.entries(attributes).map(([name, value]) => [
                  name,
                  { DataType: 'String', StringValue: value },
                ]),
              ),
            }));
        read = true;
        return { json: { Messages: messages } };
      }
      case 'sqs:DeleteMessage':
        done.deleted.push(String(input['ReceiptHandle']));
        return { json: {} };
      case 'sqs:ChangeMessageVisibility':
        done.released.push(String(input['ReceiptHandle']));
        return { json: {} };
      case 'events:PutEvents': {
        if (JSON.stringify(input).includes(denied) && denied !== '')
          return { error: 'AccessDeniedException', message: 'no' };
        const [entryOf] = input['Entries'] as { DetailType: string }[];
        const entry = refusing.includes(entryOf?.DetailType ?? '')
          ? { ErrorCode: 'Throttled', ErrorMessage: 'later' }
          : { EventId: 'x' };
        return { json: { FailedEntryCount: 0, Entries: [entry] } };
      }
      case 's3:POST':
        done.invoked.push(String(input['path']));
        return { bytes: Buffer.alloc(0) };
    }
    return undefined;
  };
  return { answers: archiverAnswers([], { others }), done };
};

describe('generation-archiver dead-letters', () => {
  it('lists them in words, gives them back, and ends with 1', async () => {
    const { answers, done } = queue();
    const { status, output, errors } = await runAgainst(answers, ['dead-letters']);
    expect(status).toBe(1);
    await expect(output).toMatchFileSnapshot('../fixtures/console/dead-letters.txt');
    expect(errors).toContain('4 in the queue. Repair the cause first');
    expect(done).toEqual({
      deleted: [],
      released: ['letter-0', 'letter-1', 'letter-2', 'letter-3'],
      invoked: [],
    });
  });

  it('tells neither answers nor prompts, to programs as little as to people', async () => {
    for (const args of [
      ['dead-letters'],
      ['dead-letters', '--json'],
      ['dead-letters', '--send', '--yes'],
    ]) {
      const { output, errors } = await runAgainst(queue().answers, args);
      expect(output + errors).not.toMatch(/Blue like the sea|How bread keeps/);
    }
  });

  it('sends them again and deletes only what was taken', async () => {
    const { answers, done } = queue(['Generation Reply']);
    const { status, errors, sent } = await runAgainst(answers, ['dead-letters', '--send', '--yes']);
    expect(status).toBe(1);
    expect(sent.map(({ DetailType }) => DetailType)).toEqual([
      'Generation Started',
      'Generation Reply',
    ]);
    // The end of an execution is no event that a bus of ours takes: its function gets it, and not
    // that of another archiver in the stack.
    expect(done).toEqual({
      deleted: ['letter-0', 'letter-2'],
      released: ['letter-1', 'letter-3'],
      invoked: ['/2015-03-31/functions/stopped/invocations'],
    });
    expect(errors).toMatch(
      /left in the queue: Generation Reply chronicle gen_1 .*: Throttled: later/,
    );
    expect(errors).toMatch(/left in the queue: \(no event\).*: it is no event/);
    expect(errors).toContain('2 sent again, 2 left.');
  });

  it('goes on after one that AWS refuses, and tells programs of each', async () => {
    const { answers, done } = queue([], 'abc123');
    const args = ['dead-letters', '--send', '--yes', '--json'];
    const { status, output, errors } = await runAgainst(answers, args);
    expect([status, done.deleted, done.released]).toEqual([
      1,
      ['letter-1', 'letter-2'],
      ['letter-0', 'letter-3'],
    ]);
    expect(errors).toContain('2 sent again, 2 left.');
    const lines = output.trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line) as object)).toMatchObject([
      { id: 'letter-0', sent: false, why: expect.stringContaining('events:PutEvents') as string },
      { id: 'letter-1', sent: true },
      { id: 'letter-2', sent: true },
      { id: 'letter-3', sent: false, why: 'it is no event' },
    ]);
  });

  it('leaves the end of an execution where the stack has nothing that announces it', async () => {
    const { answers, done } = queue();
    const { status, errors } = await runAgainst(
      (asked) =>
        asked.action === 'cloudformation:ListStackResources'
          ? { xml: resourcesXml([]) }
          : answers(asked),
      ['dead-letters', '--send', '--yes'],
    );
    expect([status, done.deleted]).toEqual([1, ['letter-0', 'letter-1']]);
    expect(errors).toContain('the stack has no function that announces stopped executions');
  });

  it('shares what it holds with another window, and gives it back when the last has read', async () => {
    const { answers, done } = queue();
    await withBackend(answers, async (backend) => {
      const first = await backend.deadLetters();
      const second = await backend.deadLetters();
      expect(second.map(({ id }) => id)).toEqual(first.map(({ id }) => id));
      await backend.release();
      expect(done.released).toEqual([]);
      await backend.release();
      expect(done.released).toHaveLength(4);
    });
  });

  it('gives back what it has read where reading breaks off', async () => {
    const { answers, done } = queue();
    let reads = 0;
    const { status, errors } = await runAgainst(
      (asked) => {
        if (asked.action === 'sqs:ReceiveMessage') reads += 1;
        return reads > 1 && asked.action === 'sqs:ReceiveMessage'
          ? { error: 'AccessDeniedException', message: 'no' }
          : answers(asked);
      },
      ['dead-letters'],
    );
    expect([status, done.released.length]).toEqual([1, 4]);
    expect(errors).toContain('sqs:ReceiveMessage');
  });

  it('sends nothing where nobody can be asked', async () => {
    const { answers, done } = queue();
    const { status, sent } = await runAgainst(answers, ['dead-letters', '--send']);
    expect([status, sent, done.deleted]).toEqual([1, [], []]);
  });
});
