import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runFolder } from '../harness/folders.ts';
import { executionsOf, historyOf, listKeys, readLogs, readObject } from '../harness/observe.ts';
import type { World } from '../harness/world.ts';
import { answerToQuestion } from './archives.ts';
import { prompts } from './requests.ts';

/** Histories that are fetched at a time. */
const atATime = 20;

const inBatches = async <T>(
  items: readonly T[],
  read: (item: T) => Promise<string>,
): Promise<string> => {
  let text = '';
  for (let from = 0; from < items.length; from += atATime)
    text += (await Promise.all(items.slice(from, from + atATime).map(read))).join('\n');
  return text;
};

/** Everything that the archiver has written anywhere, by where. */
const everythingWritten = async ({
  aws,
  bucket,
  stateMachineArn,
}: World): Promise<Readonly<Record<string, string>>> => {
  const keys = (await listKeys(aws, bucket)).filter((key) => key.endsWith('.json'));
  const executions = (await executionsOf(aws, stateMachineArn)).flatMap(({ executionArn }) =>
    executionArn === undefined ? [] : [executionArn],
  );
  return {
    events: readFileSync(join(runFolder, 'events.jsonl'), 'utf8'),
    logs: (await readLogs(aws)).map(({ message }) => message).join('\n'),
    manifests: await inBatches(keys, async (key) =>
      (await readObject(aws, bucket, key)).body.toString('utf8'),
    ),
    histories: await inBatches(executions, async (arn) =>
      JSON.stringify(await historyOf(aws, arn)),
    ),
  };
};

/** Keys, links, prompts and answers stay where they belong. */
export const confidentiality = (world: () => World): void => {
  describe('keeps secrets', () => {
    it(
      'and writes no answer to a question anywhere, and a prompt into the execution history alone',
      { timeout: 120_000 },
      async () => {
        const { events, logs, manifests, histories } = await everythingWritten(world());
        for (const text of [events, logs, manifests, histories])
          expect(text).not.toContain(answerToQuestion);
        expect(prompts.length).toBeGreaterThan(1);
        for (const prompt of prompts) {
          expect(histories).toContain(prompt);
          for (const text of [events, logs]) expect(text).not.toContain(prompt);
        }
      },
    );

    it(
      'and writes no API key and no signed link into any event, log line, manifest or execution history',
      { timeout: 120_000 },
      async () => {
        const written = await everythingWritten(world());
        // The search is worth something only where it would find what was written.
        for (const [where, text] of Object.entries(written))
          expect(text, where).toContain('load-000');
        const secrets = world().simulator.secrets();
        expect(secrets.length).toBeGreaterThan(300);
        const found = Object.entries(written).flatMap(([where, text]) =>
          secrets.filter((secret) => text.includes(secret)).map((secret) => `${where}: ${secret}`),
        );
        expect(found).toEqual([]);
      },
    );
  });
};
