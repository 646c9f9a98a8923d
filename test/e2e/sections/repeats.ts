import { randomUUID } from 'node:crypto';
import { paginateListFunctions, InvokeCommand } from '@aws-sdk/client-lambda';
import { ListObjectVersionsCommand } from '@aws-sdk/client-s3';
import { DescribeExecutionCommand } from '@aws-sdk/client-sfn';
import { describe, expect, it } from 'vitest';
import { onePdf } from '../harness/decks.ts';
import { expectArchived, resultAbout } from '../harness/expect-archived.ts';
import { executionsAbout } from '../harness/observe.ts';
import { stackName, type World } from '../harness/world.ts';

const intakeFunction = async ({ aws }: World): Promise<string> => {
  for await (const { Functions = [] } of paginateListFunctions({ client: aws.lambda }, {})) {
    const found = Functions.find(
      ({ FunctionName }) => FunctionName?.startsWith(`${stackName}-ArchiverIntake`) === true,
    );
    if (found?.FunctionName !== undefined) return found.FunctionName;
  }
  throw new Error('the intake function is not deployed');
};

/**
 * Hands an event to the intake function, as EventBridge does when it delivers one a second time.
 */
const deliver = async (world: World, event: object): Promise<void> => {
  const { FunctionError } = await world.aws.lambda.send(
    new InvokeCommand({
      FunctionName: await intakeFunction(world),
      Payload: JSON.stringify(event),
    }),
  );
  expect(FunctionError).toBeUndefined();
};

const downloads = (world: World, generationId: string): number =>
  world.simulator.requestsFor(generationId, 'download').length;

const working = [{ says: 'working', seconds: 4 }, { says: 'completed' }] as const;

/** Long enough for a second event to find it running, however busy this machine is. */
const workingLong = [{ says: 'working', seconds: 15 }, { says: 'completed' }] as const;

/** Events that come more than once. */
export const repeats = (world: () => World): void => {
  const executions = (provider: string, generationId: string) =>
    executionsAbout(world().aws, world().stateMachineArn, provider, generationId);

  describe.concurrent('takes repeats as they are meant', () => {
    it('the same event, delivered twice while it runs and once more afterwards, has one execution', async () => {
      const generation = world().simulator.add({
        provider: 'perceptis',
        script: working,
        files: onePdf(),
      });
      const { provider, generationId } = generation;
      const event = {
        id: randomUUID(),
        source: 'tests',
        time: new Date().toISOString(),
        'detail-type': 'Generation Started',
        detail: { provider, generationId },
      };
      await deliver(world(), event);
      await deliver(world(), event);
      await expectArchived(world(), generation);
      await world().results.until(
        () => world().results.about(generationId).length === 1,
        'the one event',
      );
      await deliver(world(), event);
      expect(await executions(provider, generationId)).toHaveLength(1);
      expect(world().results.about(generationId)).toHaveLength(1);
    });

    it('two events for one generation while it runs have one execution', async () => {
      const generation = await world().generate({
        provider: 'perceptis',
        script: workingLong,
        files: onePdf(),
      });
      const { provider, generationId } = generation;
      await world().send({ provider, generationId });
      await expectArchived(world(), generation);
      expect(await executions(provider, generationId)).toHaveLength(1);
      expect(downloads(world(), generationId)).toBe(1);
    });

    it('a new event after success announces the archive again and downloads nothing', async () => {
      const generation = await world().generate({
        provider: 'gamma',
        script: working,
        files: onePdf(),
      });
      const { provider, generationId } = generation;
      const first = await expectArchived(world(), generation);
      await ended(world(), first.execution);
      await world().send({ provider, generationId });
      const second = await expectArchived(world(), generation, 'Generation Archived', { count: 2 });
      expect(second.artifacts).toEqual(first.artifacts);
      expect(second.execution).not.toBe(first.execution);
      expect(downloads(world(), generationId)).toBe(1);
    });

    it('a new event that asks for it fetches anew, and the bucket keeps the old version', async () => {
      const generation = await world().generate({
        provider: 'gamma',
        script: working,
        files: onePdf({ downloads: [{}, { replaceWith: onePdf()[0]?.content ?? Buffer.of() }] }),
      });
      const { provider, generationId } = generation;
      const first = await expectArchived(world(), generation);
      await ended(world(), first.execution);
      await world().send({ provider, generationId, refresh: true });
      const second = await expectArchived(world(), generation, 'Generation Archived', { count: 2 });
      expect(second.artifacts?.[0]?.sha256).not.toBe(first.artifacts?.[0]?.sha256);
      const Prefix = `${provider}/${generationId}/presentation`;
      const { Versions } = await world().aws.s3.send(
        new ListObjectVersionsCommand({ Bucket: world().bucket, Prefix }),
      );
      expect(Versions).toHaveLength(2);
    });

    it('a new event after a failure follows the generation again', async () => {
      const script = [
        { says: 'http', status: 402, message: 'Out of credits' },
        { says: 'completed' },
      ] as const;
      const generation = await world().generate({ provider: 'gamma', script, files: onePdf() });
      const { provider, generationId } = generation;
      const { execution } = await resultAbout(world(), generation, 'Generation Not Archived');
      await ended(world(), execution);
      await world().send({ provider, generationId });
      await expectArchived(world(), generation, 'Generation Archived', { count: 2 });
      expect(
        new Set((await executions(provider, generationId)).map(({ status }) => status)),
      ).toEqual(new Set(['FAILED', 'SUCCEEDED']));
    });
  });
};

/** The announcement comes a moment before the execution's end. */
const ended = async (world: World, executionArn: string): Promise<void> => {
  for (;;) {
    const { status } = await world.aws.stepFunctions.send(
      new DescribeExecutionCommand({ executionArn }),
    );
    if (status !== 'RUNNING') return;
  }
};
