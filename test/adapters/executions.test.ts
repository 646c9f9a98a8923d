import { DescribeExecutionCommand, ExecutionAlreadyExists, ExecutionDoesNotExist, SFNClient, StartExecutionCommand, StopExecutionCommand } from '@aws-sdk/client-sfn';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import { createExecutions } from '../../lambdas/adapters/executions.ts';
import { freshMemory } from '../../lambdas/contract/state.ts';
import { aGeneration } from '../support/generation.ts';

const stateMachineArn = 'arn:aws:states:eu-west-1:111122223333:stateMachine:Archiver';
const client = new SFNClient({ region: 'eu-west-1' });
const stepFunctions = mockClient(client);
const executions = createExecutions({ client, stateMachineArn });
const input = { generation: aGeneration(), poll: { next: 'wait' as const, waitSeconds: 5, memory: freshMemory }, copy: {} };

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
    stepFunctions.on(StartExecutionCommand).rejects(new ExecutionAlreadyExists({ message: 'taken', $metadata: {} }));
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
      .on(DescribeExecutionCommand, { executionArn: 'arn:aws:states:eu-west-1:111122223333:execution:Archiver:gamma-1' })
      .resolves({ status, input: '{}' });
    expect(await executions.describe('gamma-1')).toEqual({ running, input: '{}' });
  });

  it('that failed tell with which error', async () => {
    stepFunctions.on(DescribeExecutionCommand).resolves({ status: 'FAILED', input: '{}', error: 'GenerationFailed' });
    expect(await executions.describe('gamma-1')).toEqual({ running: false, input: '{}', error: 'GenerationFailed' });
  });

  it('that were stopped tell with which error, and why', async () => {
    const why = { error: 'GenerationCancelled', cause: 'cancelled by the event e1' };
    stepFunctions.on(DescribeExecutionCommand).resolves({ status: 'ABORTED', input: '{}', ...why });
    expect(await executions.describe('gamma-1')).toEqual({ running: false, input: '{}', ...why });
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

  it('that nobody knows are undefined', async () => {
    stepFunctions.on(DescribeExecutionCommand).rejects(new ExecutionDoesNotExist({ message: 'gone', $metadata: {} }));
    expect(await executions.describe('gamma-1')).toBeUndefined();
  });
});
