import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { archiverAnswers } from '../support/aws/archiver.ts';
import { resourcesXml, type Answer, type Asked } from '../support/aws/stand-in.ts';
import { runAgainst } from './support/console-run.ts';

const letters = z
  .array(z.object({ body: z.string(), attributes: z.record(z.string(), z.string()) }))
  .parse(JSON.parse(readFileSync('test/fixtures/console/letters.json', 'utf8')));

const md5 = (text: string): string => createHash('md5').update(text).digest('hex');

/** A queue that holds the letters, and what was done to it. */
const queue = (refusing: readonly string[] = []) => {
  const left = new Map(letters.map((letter, index) => [`letter-${index}`, letter]));
  const done = { deleted: [] as string[], released: [] as string[], invoked: 0 };
  let read = false;
  const others = ({ action, input }: Asked): Answer | undefined => {
    switch (action) {
      case 'cloudformation:ListStackResources':
        return {
          xml: resourcesXml([
            ['AWS::Lambda::Function', 'ArchiverStoppedExecutionsFunction1', 'stopped'],
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
        const [entryOf] = input['Entries'] as { DetailType: string }[];
        const entry = refusing.includes(entryOf?.DetailType ?? '')
          ? { ErrorCode: 'Throttled', ErrorMessage: 'later' }
          : { EventId: 'x' };
        return { json: { FailedEntryCount: 0, Entries: [entry] } };
      }
      case 's3:POST':
        done.invoked += 1;
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
      invoked: 0,
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
    // The end of an execution is no event that a bus of ours takes: its function gets it.
    expect(done).toEqual({
      deleted: ['letter-0', 'letter-2'],
      released: ['letter-1', 'letter-3'],
      invoked: 1,
    });
    expect(errors).toMatch(
      /left in the queue: Generation Reply chronicle gen_1 .*: Throttled: later/,
    );
    expect(errors).toMatch(/left in the queue: \(no event\).*: it is no event/);
    expect(errors).toContain('2 sent again, 2 left.');
  });

  it('sends nothing where nobody can be asked', async () => {
    const { answers, done } = queue();
    const { status, sent } = await runAgainst(answers, ['dead-letters', '--send']);
    expect([status, sent, done.deleted]).toEqual([1, [], []]);
  });
});
