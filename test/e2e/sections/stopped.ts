import { InvokeCommand, paginateListFunctions } from '@aws-sdk/client-lambda';
import { StopExecutionCommand } from '@aws-sdk/client-sfn';
import { describe, expect, it } from 'vitest';
import { resultAbout } from '../harness/expect-archived.ts';
import { executionsAbout } from '../harness/observe.ts';
import { stackName, type World } from '../harness/world.ts';

/** Executions that the state machine cannot announce itself. */
export const stopped = (world: () => World): void => {
  describe('announces an execution that is stopped', () => {
    it('by hand, once, with what was asked for', async () => {
      const { aws, stateMachineArn, results } = world();
      const generation = await world().generate(
        { provider: 'gamma', script: [{ says: 'working' }] },
        { metadata: { team: 'sales' } },
      );
      const about = async () =>
        executionsAbout(aws, stateMachineArn, 'gamma', generation.generationId);
      let [execution] = await about();
      await results.until(() => {
        about().then(
          ([first]) => (execution = first),
          () => undefined,
        );
        return execution !== undefined;
      }, 'the execution to begin');
      await aws.stepFunctions.send(
        new StopExecutionCommand({ executionArn: execution?.executionArn }),
      );

      const detail = await resultAbout(world(), generation, 'Generation Not Archived');
      expect(detail).toMatchObject({
        metadata: { team: 'sales' },
        execution: execution?.executionArn,
      });
      expect(detail.error).toEqual({
        code: 'InternalError',
        message: expect.stringContaining('was stopped by hand'),
      });
      expect(results.about(generation.generationId)).toHaveLength(1);
    });

    it('and is left alone by the sweep, which may look and finds nothing to tell', async () => {
      const { aws } = world();
      const functions: string[] = [];
      for await (const { Functions = [] } of paginateListFunctions({ client: aws.lambda }, {}))
        functions.push(...Functions.flatMap(({ FunctionName }) => FunctionName ?? []));
      const name = functions.find((one) => one.startsWith(`${stackName}-ArchiverSweep`));
      const { FunctionError } = await aws.lambda.send(
        new InvokeCommand({ FunctionName: name, Payload: '{}' }),
      );
      expect(FunctionError).toBeUndefined();
    });
  });
};
