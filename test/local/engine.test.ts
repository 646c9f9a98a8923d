import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import type { Copy } from '../../lambdas/contract/copy-state.ts';
import type { Poll } from '../../lambdas/contract/state.ts';
import { freshMemory } from '../../lambdas/contract/state.ts';
import { synthesiseDefinitions } from '../../lib/workflow/definition.ts';
import type { StateMachineDefinition } from '../../lib/workflow/definition.ts';
import { createEngine } from '../../local/engine.ts';
import type { EngineOptions, ExecutionEnd, TaskHandlers } from '../../local/engine.ts';
import { nothingStarts } from '../support/generation.ts';
import { createVirtualClock } from './support/virtual-clock.ts';

const definitions = synthesiseDefinitions({ providers: { gamma: {} } });

const input = {
  generation: {
    provider: 'gamma',
    generationId: 'abc',
    credential: 'default',
    refresh: false,
    metadata: { customer: '42' },
    requestedAt: '2026-11-22T10:00:00.000Z',
    deadline: '2026-11-22T11:00:00.000Z',
    eventId: 'event-1',
  },
  poll: { next: 'wait' as const, waitSeconds: 20, memory: freshMemory },
  copy: {},
};

const waiting: Poll = { next: 'wait', waitSeconds: 30, memory: { ...freshMemory, checks: 1 } };
const done: Poll = { next: 'copy', waitSeconds: 0, memory: { ...freshMemory, checks: 2 } };

const archived = {
  next: 'succeed',
  result: { detailType: 'Generation Archived', detail: { about: 'abc' } },
} as unknown as Copy;

interface Put {
  readonly detailType: string;
  readonly detail: unknown;
}

/**
 * An engine over scripted tasks: each answers in turn, and an answer that is an error is thrown.
 */
const scripted = (
  script: { checks?: readonly unknown[]; copies?: readonly unknown[] },
  more: Partial<EngineOptions> = {},
) => {
  const clock = createVirtualClock();
  const inputs: unknown[] = [];
  const put: Put[] = [];
  const states: string[] = [];
  const next =
    (answers: unknown[]) =>
    async (taskInput: unknown): Promise<unknown> => {
      inputs.push(taskInput);
      if (answers.length === 0) throw new Error('the script has no more answers');
      const answer = answers.shift();
      if (answer instanceof Error) throw answer;
      return answer;
    };
  const tasks: TaskHandlers = {
    start: nothingStarts,
    check: next([...(script.checks ?? [])]),
    copy: next([...(script.copies ?? [])]),
    startExport: next([]),
    bus: {
      put: async (detailType, detail) => {
        put.push({ detailType, detail });
      },
    },
  };
  const engine = createEngine({
    definitions,
    tasks,
    clock,
    virtualTime: true,
    onState: ({ state }) => states.push(state),
    ...more,
  });
  return { engine, clock, inputs, put, states };
};

const crash = (): Error => Object.assign(new Error('the disk is gone'), { name: 'DiskError' });

describe('the embedded engine', () => {
  it('runs the happy path of the real definitions', async () => {
    const { engine, put, states } = scripted({ checks: [done], copies: [archived] });
    expect(await engine.run('one', input).end).toEqual({ status: 'succeeded' });
    expect(put).toEqual([{ detailType: 'Generation Archived', detail: { about: 'abc' } }]);
    expect(states).toEqual([
      'Follow generation',
      'Which provider?',
      'Wait for Gamma',
      'Check Gamma',
      'Gamma: what next?',
      'Report',
      'What next?',
      'Copy exports',
      'Copy: what next?',
      'Announce archive',
    ]);
  });

  it("gives a task what the state machine would: state data and the execution's ARN", async () => {
    const { engine, inputs, clock } = scripted({ checks: [done], copies: [archived] });
    const calledAt = new Date(clock.now()).toISOString();
    const { arn, end } = engine.run('one', input);
    await end;
    expect(arn).toBe('arn:aws:states:local:000000000000:execution:generation-archiver:one');
    expect(inputs).toEqual([
      { generation: input.generation, poll: input.poll, execution: arn, calledAt, dueAt: calledAt },
      { generation: input.generation, poll: done, copy: {}, execution: arn },
    ]);
  });

  it('sleeps in Wait states for as long as the state data says', async () => {
    const { engine, clock } = scripted({ checks: [waiting, done], copies: [archived] });
    const before = clock.now();
    await engine.run('one', input).end;
    expect(clock.now() - before).toBe(50_000);
  });

  it('fails with the code and the message that the result tells', async () => {
    const stop = {
      ...done,
      next: 'stop',
      result: {
        detailType: 'Generation Failed',
        detail: { error: { code: 'GenerationFailed', message: 'no text' } },
      },
    };
    const { engine, put } = scripted({ checks: [stop] });
    expect(await engine.run('one', input).end).toEqual<ExecutionEnd>({
      status: 'failed',
      error: 'GenerationFailed',
      cause: 'no text',
    });
    expect(put.map(({ detailType }) => detailType)).toEqual(['Generation Failed']);
  });

  it('retries a task that throws, as the definition has it', async () => {
    const { engine, put } = scripted({ checks: [crash(), crash(), done], copies: [archived] });
    expect(await engine.run('one', input).end).toEqual({ status: 'succeeded' });
    expect(put).toHaveLength(1);
  });

  it('announces what outlives its retries, with the time of the state', async () => {
    const { engine, clock, put } = scripted({ checks: Array.from({ length: 100 }, crash) });
    const { arn, end } = engine.run('one', input);
    expect(await end).toMatchObject({ status: 'failed', error: 'InternalError' });
    expect(put).toHaveLength(1);
    expect(put[0]).toMatchObject({
      detailType: 'Generation Not Archived',
      detail: {
        generationId: 'abc',
        metadata: { customer: '42' },
        execution: arn,
        timing: { endedAt: new Date(clock.now()).toISOString() },
      },
    });
    expect(JSON.stringify(put)).toContain('DiskError');
    expect(JSON.stringify(put)).not.toContain('the disk is gone');
  });

  it('runs many executions side by side, each with its own state', async () => {
    const { engine, put } = scripted({
      checks: Array.from({ length: 50 }, () => done),
      copies: Array.from({ length: 50 }, () => archived),
    });
    const ends = await Promise.all(
      Array.from({ length: 50 }, (_, index) => engine.run(`number-${index}`, input).end),
    );
    expect(new Set(ends.map(({ status }) => status))).toEqual(new Set(['succeeded']));
    expect(put).toHaveLength(50);
  });

  it('ends an aborted execution in a task without announcing anything', async () => {
    const reached = new AbortController();
    const whenReached = once(reached.signal, 'abort');
    const { engine, put, states } = scripted(
      {},
      {
        virtualTime: false,
        tasks: {
          start: nothingStarts,
          check: () => {
            reached.abort();
            return new Promise(() => undefined);
          },
          copy: async () => archived,
          startExport: async () => Promise.reject(new Error('nothing may be exported')),
          bus: { put: async () => Promise.reject(new Error('nothing may be announced')) },
        },
      },
    );
    const execution = engine.run('one', { ...input, poll: { ...input.poll, waitSeconds: 0 } });
    await whenReached;
    execution.abort();
    expect(await execution.end).toEqual({ status: 'aborted' });
    await new Promise(setImmediate);
    expect(states.at(-1)).toBe('Check Gamma');
    expect(put).toEqual([]);
  });

  it('ends an aborted execution in a Wait state', async () => {
    const { engine, inputs } = scripted({}, { virtualTime: false });
    const execution = engine.run('one', { ...input, poll: { ...input.poll, waitSeconds: 3600 } });
    execution.abort();
    expect(await execution.end).toEqual({ status: 'aborted' });
    await new Promise(setImmediate);
    expect(inputs).toEqual([]);
  });

  it('refuses a definition with a task that nothing stands behind', () => {
    const unknown: StateMachineDefinition = {
      StartAt: 'Do more',
      States: { 'Do more': { Type: 'Task', Resource: '${More.Arn}', End: true } },
      TimeoutSeconds: 60,
    };
    expect(() =>
      scripted({}, { definitions: { generation: unknown } }).engine.run('one', input),
    ).toThrow('no handler for the task "Do more"');
  });
});
