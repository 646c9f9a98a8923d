import { beforeAll, describe, expect, it } from 'vitest';
import { copyInputSchema } from '../../lambdas/contract/copy-state.ts';
import type { Generation } from '../../lambdas/contract/generation.ts';
import { resultSchema, type ResultDetail } from '../../lambdas/contract/results.ts';
import { freshMemory, type ExecutionInput } from '../../lambdas/contract/state.ts';
import { synthesiseDefinitions, type Definitions } from '../../lib/workflow/definition.ts';
import { createEngine, type TaskHandlers } from '../../local/engine.ts';
import { keptEvents } from '../support/fake-world.ts';
import { aGeneration } from '../support/generation.ts';
import { virtualClock } from '../support/virtual-clock.ts';

let definitions: Definitions;

const inputFor = (provider: string, changes: Partial<Generation> = {}): ExecutionInput => ({
  generation: aGeneration({ provider, ...changes }),
  poll: { next: 'wait', waitSeconds: 20, memory: { ...freshMemory, checks: 3 } },
  copy: {},
});

const unexpected = async () => Promise.reject(new Error('nobody asked for this'));

const run = async (
  tasks: Partial<TaskHandlers>,
  provider = 'gamma',
  changes: Partial<Generation> = {},
) => {
  const { bus, events } = keptEvents();
  const states: string[] = [];
  const engine = createEngine({
    definitions,
    tasks: {
      start: unexpected,
      check: unexpected,
      copy: unexpected,
      startExport: unexpected,
      bus,
      ...tasks,
    },
    clock: virtualClock(),
    virtualTime: true,
    onState: ({ state }) => states.push(state),
  });
  const { end, arn } = engine.run('gamma-1', inputFor(provider, changes));
  return { end: await end, events, states, arn };
};

const copyNow = async () => ({
  next: 'copy',
  waitSeconds: 0,
  memory: { ...freshMemory, checks: 4 },
});

/** Fails so many times, with an error of that name, then answers. */
const failing = (times: number, name: string, answer: () => Promise<unknown>) => {
  let left = times;
  return async () => {
    if (left === 0) return answer();
    left -= 1;
    throw Object.assign(new Error('with a cause that nobody should read'), { name });
  };
};

const archived = async () => ({
  next: 'succeed',
  result: { detailType: 'Generation Archived', detail: { version: '1', provider: 'gamma' } },
});

describe('the state machine in trouble', () => {
  beforeAll(() => {
    definitions = synthesiseDefinitions({ providers: { gamma: {} } });
  });

  it('takes five states of the generation machine from the trigger to the result when all is well', async () => {
    const { end, states } = await run({ check: copyNow, copy: archived });
    expect(end).toEqual({ status: 'succeeded' });
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

  it.each([
    [
      'a status check that crashes',
      { check: failing(Infinity, 'Runtime.ExitError', copyNow) },
      'Runtime.ExitError',
    ],
    [
      'a copy that crashes',
      { check: copyNow, copy: failing(Infinity, 'Runtime.OutOfMemory', archived) },
      'Runtime.OutOfMemory',
    ],
    [
      'a check whose answer nobody knows',
      { check: async () => ({ next: 'dance', memory: freshMemory }) },
      'UnknownAnswer',
    ],
    [
      'a copy whose answer nobody knows',
      { check: copyNow, copy: async () => ({ next: 'dance' }) },
      'UnknownAnswer',
    ],
  ])(
    'announces %s as not archived, naming the error and not its cause',
    async (_, tasks, error) => {
      const { end, events, arn } = await run(tasks);
      expect(end).toMatchObject({ status: 'failed', error: 'InternalError' });
      expect(events.map(({ detailType }) => detailType)).toEqual(['Generation Not Archived']);
      const { detail } = resultSchema.strict().parse(events[0]);
      expect(detail).toMatchObject({
        version: '1',
        provider: 'gamma',
        generationId: 'gen-1',
        credential: 'default',
        metadata: { customer: '42' },
        error: { code: 'InternalError' },
        execution: arn,
      } satisfies Partial<ResultDetail> | { error: { code: string } });
      expect(detail.error?.message).toContain(error);
      expect(JSON.stringify(detail)).not.toContain('nobody should read');
    },
  );

  it('names the request where the generation began with one', async () => {
    const { end, events } = await run(
      { check: failing(Infinity, 'Runtime.ExitError', copyNow) },
      'gamma',
      { requestId: 'order-7' },
    );
    expect(end).toMatchObject({ status: 'failed', error: 'InternalError' });
    const { detail } = resultSchema.strict().parse(events[0]);
    expect(detail).toMatchObject({
      requestId: 'order-7',
      generationId: 'gen-1',
      error: { code: 'InternalError' },
    });
    expect(detail.error?.message).toContain('Send "Generation Started" with its id');
  });

  it('announces a generation whose provider is no longer deployed', async () => {
    const { end, events } = await run({}, 'duomi');
    expect(end).toMatchObject({ status: 'failed', error: 'InternalError' });
    expect(events).toMatchObject([
      {
        detailType: 'Generation Not Archived',
        detail: { provider: 'duomi', error: { code: 'InternalError' } },
      },
    ]);
  });

  it.each([
    ['Lambda.TooManyRequestsException', 200],
    ['Lambda.ResourceNotReadyException', 18],
    ['Lambda.ResourceConflictException', 18],
    ['Lambda.EC2ThrottledException', 18],
    ['Lambda.EC2UnexpectedException', 18],
    ['Lambda.ENILimitReachedException', 18],
    ['Lambda.SubnetIPAddressLimitReachedException', 18],
    ['Lambda.ServiceException', 8],
    ['Lambda.SdkClientException', 8],
  ])('outlives %s %i times in a row', async (name, times) => {
    const { end, events } = await run({
      check: failing(times, name, copyNow),
      copy: failing(times, name, archived),
    });
    expect(end).toEqual({ status: 'succeeded' });
    expect(events.map(({ detailType }) => detailType)).toEqual(['Generation Archived']);
  });

  it('goes on with a copy whose time was up, and back to checking where the deck is not ready after all', async () => {
    const answers = [
      { next: 'more', progress: { stored: {}, failed: {} } },
      { next: 'checkAgain', waitSeconds: 45 },
      await archived(),
    ];
    const inputs: unknown[] = [];
    const copy = async (input: unknown) => {
      inputs.push(input);
      return answers.shift();
    };
    const { end, states } = await run({ check: copyNow, copy });
    expect(end).toEqual({ status: 'succeeded' });
    expect(states.filter((name) => name === 'Copy exports')).toHaveLength(3);
    expect(states.filter((name) => name === 'Check Gamma')).toHaveLength(2);
    expect(states).toContain('Wait to check again');
    expect(inputs[1]).toMatchObject({ copy: { next: 'more', progress: { stored: {} } } });
  });

  it('asks for an export once, though its function crashes: the copy is told that nobody knows', async () => {
    const copies: unknown[] = [];
    let starts = 0;
    const order = {
      next: 'export',
      progress: { stored: {}, failed: {}, asked: ['pdf'] },
      export: { deckId: 'g_1', format: 'pdf' },
    };
    const { end, states } = await run({
      check: copyNow,
      copy: async (input) => {
        copies.push((input as { copy: unknown }).copy);
        return copies.length === 1 ? order : archived();
      },
      startExport: async () => {
        starts += 1;
        throw Object.assign(new Error('out of memory'), { name: 'Runtime.ExitError' });
      },
    });
    expect(end).toEqual({ status: 'succeeded' });
    expect([starts, copies]).toEqual([1, [{}, order]]);
    expect(states).toContain('Export Gamma');
  });

  it.each(['Lambda.ResourceNotReadyException', 'Lambda.TooManyRequestsException'])(
    'knows that an export was not asked for where its function could never run: %s',
    async (name) => {
      const copies: unknown[] = [];
      const order = {
        next: 'export',
        progress: { stored: {}, failed: {}, asked: ['pdf'] },
        export: { deckId: 'g_1', format: 'pdf' },
      };
      const { end } = await run({
        check: copyNow,
        copy: async (input) => {
          copies.push(copyInputSchema.parse(input).copy.started);
          return copies.length === 1 ? order : archived();
        },
        startExport: failing(Infinity, name, archived),
      });
      expect(end).toEqual({ status: 'succeeded' });
      expect(copies).toEqual([
        undefined,
        expect.objectContaining({ kind: 'failed', code: 'InternalError' }),
      ]);
    },
  );

  it('sends an event again that the bus did not take', async () => {
    const sent: string[] = [];
    const put = failing(5, 'EventBridge.FailedEntry', async () => sent.push('sent'));
    const { end } = await run({
      check: copyNow,
      copy: archived,
      bus: { put: async () => void (await put()) },
    });
    expect(end).toEqual({ status: 'succeeded' });
    expect(sent).toEqual(['sent']);
  });

  it('fails, so that the alarm rings, when the bus never takes the event', async () => {
    const { end } = await run({
      check: copyNow,
      copy: archived,
      bus: { put: async () => Promise.reject(new Error('down')) },
    });
    expect(end.status).toBe('failed');
  });
});
