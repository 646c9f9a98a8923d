import {
  DescribeExecutionCommand,
  ExecutionAlreadyExists,
  ExecutionDoesNotExist,
  GetExecutionHistoryCommand,
  SFNClient,
  StartExecutionCommand,
  StopExecutionCommand,
  type HistoryEvent,
} from '@aws-sdk/client-sfn';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import { createExecutions } from '../../lambdas/adapters/executions.ts';
import { freshMemory } from '../../lambdas/contract/state.ts';
import { aGeneration } from '../support/generation.ts';

const stateMachineArn = 'arn:aws:states:eu-west-1:111122223333:stateMachine:Archiver';
const client = new SFNClient({ region: 'eu-west-1' });
const stepFunctions = mockClient(client);
const executions = createExecutions({ client, stateMachineArn });
const input = {
  generation: aGeneration(),
  poll: { next: 'wait' as const, waitSeconds: 5, memory: freshMemory },
  copy: {},
};

const details = (name: string) => ({ stateEnteredEventDetails: { name } });

describe('executions in Step Functions', () => {
  beforeEach(() => {
    stepFunctions.reset();
  });

  it('are started by name with their input as JSON', async () => {
    stepFunctions.on(StartExecutionCommand).resolves({});
    expect(await executions.start('gamma-1', input)).toBe('started');
    expect(stepFunctions.commandCalls(StartExecutionCommand)[0]?.args[0].input).toEqual({
      stateMachineArn,
      name: 'gamma-1',
      input: JSON.stringify(input),
    });
  });

  it('exist already where the name is taken', async () => {
    stepFunctions
      .on(StartExecutionCommand)
      .rejects(new ExecutionAlreadyExists({ message: 'taken', $metadata: {} }));
    expect(await executions.start('gamma-1', input)).toBe('exists');
  });

  it('that cannot be started throw, so that the event is not lost', async () => {
    stepFunctions.on(StartExecutionCommand).rejects(new Error('ThrottlingException'));
    await expect(executions.start('gamma-1', input)).rejects.toThrow('ThrottlingException');
  });

  it.each([
    { status: 'RUNNING' as const, running: true },
    { status: 'PENDING_REDRIVE' as const, running: true },
    { status: 'SUCCEEDED' as const, running: false },
    { status: 'FAILED' as const, running: false },
    { status: 'TIMED_OUT' as const, running: false },
    { status: 'ABORTED' as const, running: false },
  ])('that are $status are running: $running', async ({ status, running }) => {
    stepFunctions
      .on(DescribeExecutionCommand, {
        executionArn: 'arn:aws:states:eu-west-1:111122223333:execution:Archiver:gamma-1',
      })
      .resolves({ status, input: '{}' });
    expect(await executions.describe('gamma-1')).toEqual({ running, input: '{}' });
  });

  it('that failed tell with which error', async () => {
    stepFunctions
      .on(DescribeExecutionCommand)
      .resolves({ status: 'FAILED', input: '{}', error: 'GenerationFailed' });
    expect(await executions.describe('gamma-1')).toEqual({
      running: false,
      input: '{}',
      error: 'GenerationFailed',
    });
  });

  it('that were stopped tell with which error, and why', async () => {
    const why = { error: 'GenerationCancelled', cause: 'cancelled by the event e1' };
    stepFunctions.on(DescribeExecutionCommand).resolves({ status: 'ABORTED', input: '{}', ...why });
    expect(await executions.describe('gamma-1')).toEqual({ running: false, input: '{}', ...why });
  });

  it('that were stopped tell it by their history where their description does not', async () => {
    const why = { error: 'GenerationCancelled', cause: 'cancelled by the event e1' };
    stepFunctions.on(DescribeExecutionCommand).resolves({ status: 'ABORTED', input: '{}' });
    stepFunctions.on(GetExecutionHistoryCommand).resolves({
      events: [
        {
          id: 9,
          timestamp: new Date(0),
          type: 'ExecutionAborted',
          executionAbortedEventDetails: why,
        },
      ],
    });
    expect(await executions.describe('gamma-1')).toEqual({ running: false, input: '{}', ...why });
    expect(stepFunctions.commandCalls(GetExecutionHistoryCommand)[0]?.args[0].input).toEqual({
      executionArn: 'arn:aws:states:eu-west-1:111122223333:execution:Archiver:gamma-1',
      reverseOrder: true,
      maxResults: 1,
    });
  });

  it('that were stopped by hand have no error', async () => {
    stepFunctions.on(DescribeExecutionCommand).resolves({ status: 'ABORTED', input: '{}' });
    stepFunctions.on(GetExecutionHistoryCommand).resolves({
      events: [{ id: 9, timestamp: new Date(0), type: 'ExecutionAborted' }],
    });
    expect(await executions.describe('gamma-1')).toEqual({ running: false, input: '{}' });
  });

  it('that were stopped are asked about again where their history does not tell it yet', async () => {
    stepFunctions.on(DescribeExecutionCommand).resolves({ status: 'ABORTED', input: '{}' });
    stepFunctions.on(GetExecutionHistoryCommand).resolves({
      events: [{ id: 8, timestamp: new Date(0), type: 'WaitStateEntered' }],
    });
    await expect(executions.describe('gamma-1')).rejects.toThrow('does not tell yet');
  });

  it('tell the state that they entered last', async () => {
    const at = new Date(0);
    stepFunctions.on(GetExecutionHistoryCommand).resolves({
      events: [
        { id: 9, timestamp: at, type: 'TaskStarted' },
        { id: 8, timestamp: at, type: 'TaskStateEntered', ...details('Announce archive') },
        { id: 7, timestamp: at, type: 'ChoiceStateEntered', ...details('Copy: what next?') },
      ],
    });
    expect(await executions.stateOf?.('gamma-1')).toBe('Announce archive');
    stepFunctions.on(GetExecutionHistoryCommand).resolves({ events: [] });
    expect(await executions.stateOf?.('gamma-1')).toBeUndefined();
  });

  it('are stopped by name, with an error and a cause', async () => {
    stepFunctions.on(StopExecutionCommand).resolves({});
    await executions.stop('gamma-1', { error: 'GenerationCancelled', cause: 'because' });
    expect(stepFunctions.commandCalls(StopExecutionCommand)[0]?.args[0].input).toEqual({
      executionArn: 'arn:aws:states:eu-west-1:111122223333:execution:Archiver:gamma-1',
      error: 'GenerationCancelled',
      cause: 'because',
    });
  });

  describe('tell how far they got, from their history, newest first', () => {
    const at = new Date(0);
    const aborted: HistoryEvent = { id: 9, timestamp: at, type: 'ExecutionAborted' };
    const started: HistoryEvent = {
      id: 1,
      timestamp: at,
      type: 'ExecutionStarted',
      executionStartedEventDetails: { input: '{"at":"start"}' },
    };
    const entered = (type: 'TaskStateEntered' | 'WaitStateEntered'): HistoryEvent => ({
      id: 3,
      timestamp: at,
      type,
      stateEnteredEventDetails: { name: 'x', input: '{"at":"entry"}' },
    });
    const exited: HistoryEvent = {
      id: 4,
      timestamp: at,
      type: 'TaskStateExited',
      stateExitedEventDetails: { name: 'x', output: '{"at":"exit"}' },
    };
    const scheduled: HistoryEvent = { id: 5, timestamp: at, type: 'TaskScheduled' };

    it.each([
      {
        name: 'in a task',
        events: [aborted, scheduled, entered('TaskStateEntered'), started],
        data: '{"at":"entry"}',
        inTask: true,
      },
      {
        name: 'in a wait',
        events: [aborted, entered('WaitStateEntered'), exited, started],
        data: '{"at":"entry"}',
        inTask: false,
      },
      {
        name: 'after a task',
        events: [aborted, exited, scheduled, entered('TaskStateEntered'), started],
        data: '{"at":"exit"}',
        inTask: false,
      },
      {
        name: 'before the first state',
        events: [aborted, started],
        data: '{"at":"start"}',
        inTask: false,
      },
      {
        name: 'perhaps further, where the history lacks the end',
        events: [entered('WaitStateEntered'), started],
        data: '{"at":"entry"}',
        inTask: true,
      },
      {
        name: 'perhaps further, where it has but begun',
        events: [started],
        data: '{"at":"start"}',
        inTask: true,
      },
    ])('$name', async ({ events, data, inTask }) => {
      // A page may end anywhere.
      const [first, ...others] = events;
      stepFunctions
        .on(GetExecutionHistoryCommand)
        .resolvesOnce({ events: first === undefined ? [] : [first], nextToken: 'more' })
        .resolvesOnce({ events: others });
      expect(await executions.lastState('gamma-1')).toEqual({ data, inTask });
      expect(
        stepFunctions.commandCalls(GetExecutionHistoryCommand)[0]?.args[0].input,
      ).toMatchObject({ reverseOrder: true, includeExecutionData: true });
    });

    it('not at all, where it is empty', async () => {
      stepFunctions.on(GetExecutionHistoryCommand).resolves({ events: [] });
      expect(await executions.lastState('gamma-1')).toBeUndefined();
    });
  });

  it('that nobody knows are undefined', async () => {
    stepFunctions
      .on(DescribeExecutionCommand)
      .rejects(new ExecutionDoesNotExist({ message: 'gone', $metadata: {} }));
    expect(await executions.describe('gamma-1')).toBeUndefined();
  });
});
