import { describe, expect, it } from 'vitest';
import { notStartedDetailSchema } from '../../lambdas/contract/results.ts';
import { freshStartMemory, type RequestInput } from '../../lambdas/contract/start-state.ts';
import { freshMemory } from '../../lambdas/contract/state.ts';
import { synthesiseDefinitions } from '../../lib/workflow/definition.ts';
import { createEngine } from '../../local/engine.ts';
import { everyProvider } from '../../tools/every-provider.ts';
import { keptEvents } from '../support/fake-world.ts';
import { aGeneration, aRequestedGeneration } from '../support/generation.ts';
import { virtualClock } from '../support/virtual-clock.ts';

const definitions = synthesiseDefinitions(everyProvider);

const inputFor = (provider: string): RequestInput => ({
  generation: aRequestedGeneration({ provider }),
  request: { prompt: 'a deck' },
  start: { memory: freshStartMemory },
  poll: { next: 'wait', waitSeconds: 0, memory: freshMemory },
  copy: {},
});

const error = (name: string): Error => Object.assign(new Error('made for the test'), { name });

const unexpected = async () => Promise.reject(new Error('nobody asked for this'));

/** Runs a request whose start function answers, or throws, in turn. */
const run = async (provider: string, answers: readonly unknown[]) => {
  const left = [...answers];
  const inputs: unknown[] = [];
  const { bus, events } = keptEvents();
  const clock = virtualClock();
  const start = async (input: unknown): Promise<unknown> => {
    inputs.push(input);
    const answer = left.shift();
    if (answer instanceof Error) throw answer;
    return answer;
  };
  const stopped = {
    next: 'stop',
    waitSeconds: 0,
    memory: freshMemory,
    result: {
      detailType: 'Generation Failed',
      detail: { error: { code: 'GenerationFailed', message: 'made for the test' } },
    },
  };
  const tasks = {
    start,
    check: async () => stopped,
    copy: unexpected,
    startExport: unexpected,
    bus,
  };
  const engine = createEngine({ definitions, tasks, clock, virtualTime: true });
  const end = await engine.run('one', inputFor(provider)).end;
  return { end, inputs, events, slept: clock.slept };
};

const accepted = (provider: string) => ({
  next: 'accepted',
  waitSeconds: 0,
  memory: freshStartMemory,
  state: {
    generation: aGeneration({ provider }),
    poll: { next: 'wait', waitSeconds: 0, memory: freshMemory },
    copy: {},
  },
  result: { detailType: 'Generation Accepted', detail: {} },
});

const crashes = [
  'Sandbox.Timedout',
  'Runtime.ExitError',
  'Lambda.ServiceException',
  'Lambda.ClientExecutionTimeoutException',
  'Lambda.SdkClientException',
  'States.Timeout',
  'Lambda.Unknown',
];

const neverRan = [
  'Lambda.TooManyRequestsException',
  'Lambda.ResourceNotReadyException',
  'Lambda.ResourceConflictException',
  'Lambda.EC2ThrottledException',
  'Lambda.EC2UnexpectedException',
  'Lambda.ENILimitReachedException',
  'Lambda.SubnetIPAddressLimitReachedException',
];

const times = <T>(count: number, value: T): T[] => Array.from({ length: count }, () => value);

describe('a start that breaks off', () => {
  it.each(crashes)(
    'is never repeated where that might pay twice, and says so: %s',
    async (name) => {
      for (const provider of ['gamma', 'chronicle', 'duomi']) {
        const { end, inputs, events } = await run(provider, [error(name)]);
        expect(inputs).toHaveLength(1);
        expect(events.map(({ detailType }) => detailType)).toEqual(['Generation Not Started']);
        const detail = notStartedDetailSchema.strict().parse(events[0]?.detail);
        expect(detail).toMatchObject({
          provider,
          requestId: 'request-1',
          error: { code: 'StartUncertain' },
          timing: { checks: 0 },
        });
        expect(detail.error.message).toContain('may have been paid');
        expect(end).toMatchObject({ status: 'failed', error: 'StartUncertain' });
      }
    },
  );

  it.each(crashes)(
    'is repeated after two minutes at a provider that knows the repetition, which is then uncertain: %s',
    async (name) => {
      const { inputs, events, slept } = await run('perceptis', [
        error(name),
        accepted('perceptis'),
      ]);
      expect(inputs).toHaveLength(2);
      expect(inputs[1]).toMatchObject({
        start: { memory: { uncertainSince: '2026-11-20T10:00:00.000Z' } },
      });
      expect(events[0]?.detailType).toBe('Generation Accepted');
      expect(slept).toContain(120);
    },
  );

  it.each(neverRan)('is repeated where the function has certainly not run: %s', async (name) => {
    for (const provider of ['gamma', 'perceptis']) {
      const { inputs, events } = await run(provider, [
        ...times(15, error(name)),
        accepted(provider),
      ]);
      expect(inputs).toHaveLength(16);
      expect(inputs.at(-1)).toEqual(inputs[0]);
      expect(events.map(({ detailType }) => detailType)).toEqual([
        'Generation Accepted',
        'Generation Failed',
      ]);
    }
  });

  it.each(neverRan)('has certainly started nothing where it never ran: %s', async (name) => {
    for (const provider of ['gamma', 'perceptis']) {
      const { end, events } = await run(provider, times(500, error(name)));
      const detail = notStartedDetailSchema.strict().parse(events[0]?.detail);
      expect(detail.error).toMatchObject({ code: 'InternalError' });
      expect(detail.error.message).toContain('nothing was started');
      expect([events.length, end]).toMatchObject([1, { error: 'InternalError' }]);
    }
  });

  it.each(neverRan)(
    'leaves everybody uncertain where an attempt before those that never ran may have started something: %s',
    async (name) => {
      const { events } = await run('perceptis', [
        error('Runtime.ExitError'),
        ...times(500, error(name)),
      ]);
      expect(events).toMatchObject([
        { detailType: 'Generation Not Started', detail: { error: { code: 'StartUncertain' } } },
      ]);
    },
  );

  it('and answers what nobody understands leaves everybody uncertain', async () => {
    const { inputs, events } = await run('gamma', [{ next: 'dance' }]);
    expect(inputs).toHaveLength(1);
    expect(events).toMatchObject([
      { detailType: 'Generation Not Started', detail: { error: { code: 'StartUncertain' } } },
    ]);
  });

  it('is no start at all where the provider was removed from the configuration', async () => {
    const { inputs, events } = await run('acme', []);
    expect(inputs).toHaveLength(0);
    expect(events).toMatchObject([
      { detailType: 'Generation Not Started', detail: { error: { code: 'UnknownProvider' } } },
    ]);
  });
});
