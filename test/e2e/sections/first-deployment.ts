import { ListRulesCommand } from '@aws-sdk/client-eventbridge';
import { ListQueuesCommand } from '@aws-sdk/client-sqs';
import { describe, expect, it } from 'vitest';
import { onePdf } from '../harness/decks.ts';
import { listKeys } from '../harness/observe.ts';
import { stackName, type World } from '../harness/world.ts';

/** The look at a deployment that people take after their first one. */
export const firstDeployment = (world: () => World): void => {
  describe('is looked at after its deployment', () => {
    it(
      'and is found as expected, with a generation of its own, and nothing is left behind',
      { timeout: 240_000 },
      async () => {
        const { aws, bucket, busName, cdk, simulator } = world();
        const { provider, generationId } = simulator.add({
          provider: 'gamma',
          script: [{ says: 'completed' }],
          files: onePdf(),
        });
        // The provider may know nothing of the one that is cancelled: it must only not be over at once.
        const generation = `${provider}:${generationId}`;
        const printed = await cdk.checkDeployment([
          '--stack',
          stackName,
          '--provider',
          'gamma',
          '--generation',
          generation,
        ]);
        // Lambda tells the memory of a function, the emulator that of its own processes.
        const wrong = printed.split('\n').filter((line) => line.startsWith('WRONG'));
        expect(wrong.filter((line) => !line.endsWith('has memory to spare'))).toEqual([]);
        for (const name of [
          'a key that is not there is known to be missing',
          'a write that is to replace nothing replaces nothing',
          'an upload in parts tells the checksum of each part',
          'a cancel ends as Generation Cancelled',
          `gamma ${generationId} is archived`,
        ])
          expect(printed).toMatch(new RegExp(`^as expected +${name}`, 'm'));

        const keys = await listKeys(aws, bucket);
        // What was noted of the cancelled generation's end goes by itself, a week later.
        const left = keys.filter((key) => !key.startsWith('_claims/'));
        expect(left.filter((key) => key.includes('first-deployment'))).toEqual([]);
        const { QueueUrls = [] } = await aws.sqs.send(new ListQueuesCommand({}));
        const { Rules = [] } = await aws.events.send(
          new ListRulesCommand({ EventBusName: busName }),
        );
        const made = [...QueueUrls, ...Rules.map(({ Name = '' }) => Name)];
        expect(made.filter((name) => name.includes('first-deployment'))).toEqual([]);
      },
    );
  });
};
