import { DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { paginateDescribeLogGroups } from '@aws-sdk/client-cloudwatch-logs';
import { ListEventBusesCommand } from '@aws-sdk/client-eventbridge';
import { paginateListRoles } from '@aws-sdk/client-iam';
import { paginateListFunctions } from '@aws-sdk/client-lambda';
import {
  paginateListExecutions,
  paginateListStateMachines,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import { ListQueuesCommand } from '@aws-sdk/client-sqs';
import { describe, expect, it } from 'vitest';
import { listKeys } from '../harness/observe.ts';
import { stackName, type World } from '../harness/world.ts';
import { updatedConfiguration } from './update.ts';

const all = async <Page>(
  pages: AsyncIterable<Page>,
  namesOf: (page: Page) => readonly (string | undefined)[],
): Promise<string[]> => {
  const names: string[] = [];
  for await (const page of pages)
    names.push(...namesOf(page).flatMap((name) => (name === undefined ? [] : [name])));
  return names;
};

/**
 * Ends what a cancelled generation has left behind: executions of the checks machine that nobody
 * listens to any more. One that checks once more after the logs are gone begins them anew. (On AWS an
 * Express execution cannot be stopped: there it ends within five minutes.)
 */
const stopChecks = async ({ aws }: World): Promise<void> => {
  const client = aws.stepFunctions;
  const machines = await all(paginateListStateMachines({ client }, {}), ({ stateMachines = [] }) =>
    stateMachines.map(({ stateMachineArn }) => stateMachineArn),
  );
  for (const stateMachineArn of machines) {
    const running = await all(
      paginateListExecutions({ client }, { stateMachineArn, statusFilter: 'RUNNING' }),
      ({ executions = [] }) => executions.map(({ executionArn }) => executionArn),
    );
    for (const executionArn of running)
      await client.send(new StopExecutionCommand({ executionArn }));
  }
};

/** What of the stack is there, by the names that CloudFormation gives. */
const resourcesOf = async ({ aws, busName }: World): Promise<Record<string, string[]>> => {
  const [queues, buses] = await Promise.all([
    aws.sqs.send(new ListQueuesCommand({})),
    aws.events.send(new ListEventBusesCommand({})),
  ]);
  const found = {
    functions: await all(paginateListFunctions({ client: aws.lambda }, {}), ({ Functions = [] }) =>
      Functions.map(({ FunctionName }) => FunctionName),
    ),
    stateMachines: await all(
      paginateListStateMachines({ client: aws.stepFunctions }, {}),
      ({ stateMachines = [] }) => stateMachines.map(({ name }) => name),
    ),
    logGroups: await all(
      paginateDescribeLogGroups({ client: aws.logs }, {}),
      ({ logGroups = [] }) => logGroups.map(({ logGroupName }) => logGroupName),
    ),
    roles: await all(paginateListRoles({ client: aws.iam }, {}), ({ Roles = [] }) =>
      Roles.map(({ RoleName }) => RoleName),
    ),
    queues: (queues.QueueUrls ?? []).map((url) => url.split('/').at(-1) ?? ''),
    buses: (buses.EventBuses ?? []).flatMap(({ Name }) =>
      Name === busName ? [`${stackName}-${Name}`] : [],
    ),
  };
  return Object.fromEntries(
    Object.entries(found).map(([kind, names]) => [
      kind,
      names.filter((name) => name.includes(stackName)),
    ]),
  );
};

/** The end of a deployment. */
export const destruction = (world: () => World): void => {
  describe('is destroyed', () => {
    it(
      'and leaves the bucket with all its objects, and nothing else',
      { timeout: 180_000 },
      async () => {
        const { aws, bucket, cdk } = world();
        await stopChecks(world());
        const before = await resourcesOf(world());
        for (const [kind, names] of Object.entries(before)) expect(names, kind).not.toEqual([]);
        const keys = await listKeys(aws, bucket);

        await cdk.destroy(updatedConfiguration(world()));

        await expect(
          aws.cloudFormation.send(new DescribeStacksCommand({ StackName: stackName })),
        ).rejects.toThrow(/does not exist/);
        expect(await resourcesOf(world())).toEqual(
          Object.fromEntries(Object.keys(before).map((kind) => [kind, []])),
        );
        expect(keys.length).toBeGreaterThan(300);
        expect(await listKeys(aws, bucket)).toEqual(keys);
      },
    );
  });
};
