import { ListExecutionsCommand, SFNClient } from '@aws-sdk/client-sfn';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import { createEndedExecutions } from '../../lambdas/adapters/ended-executions.ts';

const stateMachineArn = 'arn:aws:states:eu-west-1:111122223333:stateMachine:Archiver';
const client = new SFNClient({ region: 'eu-west-1' });
const stepFunctions = mockClient(client);
const ended = createEndedExecutions({ client, stateMachineArn });

const item = (name: string, started: number, stopped?: number) => ({
  executionArn: `arn:${name}`,
  stateMachineArn,
  name,
  status: 'ABORTED' as const,
  startDate: new Date(started),
  ...(stopped === undefined ? {} : { stopDate: new Date(stopped) }),
});

const namesOf = async (begunAfter: number): Promise<string[]> => {
  const names: string[] = [];
  for await (const { name } of ended.list('ABORTED', begunAfter)) names.push(name);
  return names;
};

describe('executions that have ended', () => {
  beforeEach(() => {
    stepFunctions.reset();
  });

  it('are read page by page until they began too long ago', async () => {
    stepFunctions
      .on(ListExecutionsCommand)
      .resolvesOnce({ executions: [item('c', 300, 400)], nextToken: 'more' })
      .resolvesOnce({ executions: [item('b', 200, 350), item('a', 100, 500)], nextToken: 'more' })
      .rejects(new Error('nobody needs a third page'));
    expect(await namesOf(100)).toEqual(['c', 'b']);
    expect(stepFunctions.commandCalls(ListExecutionsCommand)[0]?.args[0].input).toMatchObject({
      stateMachineArn,
      statusFilter: 'ABORTED',
      maxResults: 1000,
    });
  });

  it('pass over one whose end is not told yet', async () => {
    stepFunctions.on(ListExecutionsCommand).resolves({ executions: [item('a', 200)] });
    expect(await namesOf(0)).toEqual([]);
  });

  it('are too many where no end is in sight', async () => {
    stepFunctions
      .on(ListExecutionsCommand)
      .resolves({ executions: [item('a', 200, 300)], nextToken: 'more' });
    await expect(namesOf(0)).rejects.toThrow('more than 20000 ABORTED');
  });
});
