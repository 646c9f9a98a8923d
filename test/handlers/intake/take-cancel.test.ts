import { describe, expect, it } from 'vitest';
import { rejectedDetailSchema } from '../../../lambdas/contract/results.ts';
import {
  executionName,
  requestExecutionName,
} from '../../../lambdas/handlers/intake/execution-names.ts';
import { createIntake } from '../../../lambdas/handlers/intake/intake.ts';
import { fakeExecutions, keptEvents, keptLog, keptMeasurements } from '../../support/fake-world.ts';
import { virtualClock } from '../../support/virtual-clock.ts';

const gamma = {
  baseUrl: 'https://gamma.test',
  timeoutMinutes: 60,
  firstCheckSeconds: 20,
  checkIntervalSeconds: 5,
};
const job = { provider: 'gamma', generationId: 'abc' };
const first = executionName(job, 1);
const second = executionName(job, 2);
const order = { provider: 'gamma', requestId: 'order-7' };
const ordered = requestExecutionName(order);

const world = () => {
  const parts = { ...keptEvents(), ...fakeExecutions(), ...keptLog(), ...keptMeasurements() };
  const intake = createIntake({
    settings: { gamma },
    ...parts,
    clock: virtualClock(),
    executionArn: (name) => `arn:${name}`,
  });
  const send = async (id: string, type: string, detail: object = job) =>
    intake({ id, source: 'my.app', time: '2026-11-20T10:00:00Z', 'detail-type': type, detail });
  const request = async (id: string) =>
    send(id, 'Generation Requested', { ...order, request: { inputText: 'How bread keeps' } });
  return {
    ...parts,
    request,
    start: async (id: string) => send(id, 'Generation Started'),
    cancel: async (id: string, detail?: object) => send(id, 'Generation Cancel', detail),
  };
};

describe('cancelling', () => {
  it('stops the execution that follows the generation, with an error of its own', async () => {
    const { start, cancel, executions, events } = world();
    await start('e1');
    await cancel('c1');
    expect(await executions.describe(first)).toMatchObject({
      running: false,
      error: 'GenerationCancelled',
      cause: 'cancelled by the event c1',
    });
    expect(events).toEqual([]);
  });

  it('stops the one that runs, not one that ended before', async () => {
    const { start, cancel, executions, end } = world();
    await start('e1');
    end(first);
    await start('e2');
    await cancel('c1');
    expect(await executions.describe(first)).not.toHaveProperty('error');
    expect(await executions.describe(second)).toMatchObject({
      running: false,
      error: 'GenerationCancelled',
    });
  });

  it.each([
    ['was never started', async () => undefined],
    [
      'has ended',
      async ({ start, end }: ReturnType<typeof world>) => {
        await start('e1');
        end(first);
      },
    ],
    [
      'was cancelled by another event',
      async ({ start, cancel }: ReturnType<typeof world>) => {
        await start('e1');
        await cancel('c0');
      },
    ],
  ])('is rejected where the generation %s', async (_, prepare) => {
    const all = world();
    await prepare(all);
    await all.cancel('c1');
    expect(all.events.map(({ detailType }) => detailType)).toEqual(['Generation Rejected']);
    const { error } = rejectedDetailSchema.strict().parse(all.events[0]?.detail);
    expect(error.problems).toEqual([
      {
        field: 'generationId',
        message: expect.stringContaining('gamma/abc is not being followed under its id') as string,
      },
    ]);
  });

  it('does nothing when the same event is delivered again', async () => {
    const { start, cancel, events, lines } = world();
    await start('e1');
    await cancel('c1');
    await cancel('c1');
    expect(events).toEqual([]);
    expect(lines.map(({ message }) => message)).toEqual([
      'started',
      'cancelled',
      'cancelled already by the same event',
    ]);
  });

  it('leaves the announcement to an execution that ends at that very moment', async () => {
    const { start, cancel, executions, end, events, lines } = world();
    await start('e1');
    executions.stop = async (name) => {
      end(name);
      throw new Error('ValidationException: not running');
    };
    await cancel('c1');
    expect(events).toEqual([]);
    expect(lines.at(-1)?.message).toBe('ended before it could be cancelled');
  });

  it('is tried again where Step Functions does not stop it now', async () => {
    const { start, cancel, executions, events } = world();
    await start('e1');
    executions.stop = async () => Promise.reject(new Error('ThrottlingException'));
    await expect(cancel('c1')).rejects.toThrow('ThrottlingException');
    expect(events).toEqual([]);
  });

  it('by its requestId stops the execution that is to start it', async () => {
    const { request, cancel, executions, events, lines } = world();
    await request('r1');
    await cancel('c1', order);
    await cancel('c1', order);
    expect(await executions.describe(ordered)).toMatchObject({
      running: false,
      error: 'GenerationCancelled',
      cause: 'cancelled by the event c1',
    });
    expect(events).toEqual([]);
    expect(lines.map(({ message }) => message)).toEqual([
      'request taken',
      'cancelled',
      'cancelled already by the same event',
    ]);
    expect(lines.at(-1)?.fields).toMatchObject({
      provider: 'gamma',
      generationId: 'unknown',
      requestId: 'order-7',
      execution: `arn:${ordered}`,
      eventId: 'c1',
    });
  });

  it('by its requestId leaves alone what is followed by its id, and the other way round', async () => {
    const { start, request, cancel, executions, events } = world();
    await start('e1');
    await request('r1');
    await cancel('c1', { provider: 'gamma', requestId: 'abc' });
    await cancel('c2', { provider: 'gamma', generationId: 'order-7' });
    expect(events.map(({ detailType }) => detailType)).toEqual([
      'Generation Rejected',
      'Generation Rejected',
    ]);
    expect([await executions.describe(first), await executions.describe(ordered)]).toMatchObject([
      { running: true },
      { running: true },
    ]);
  });

  it.each([
    [
      'is not known',
      async () => undefined,
      'is not known: nobody sent "Generation Requested", or it has not arrived yet',
    ],
    [
      'has ended',
      async ({ request, end }: ReturnType<typeof world>) => {
        await request('r1');
        end(ordered);
      },
      'has ended already',
    ],
    [
      'was cancelled by another event',
      async ({ request, cancel }: ReturnType<typeof world>) => {
        await request('r1');
        await cancel('c0', order);
      },
      'has ended already',
    ],
  ])('is rejected where the request %s', async (_, prepare, says) => {
    const all = world();
    await prepare(all);
    await all.cancel('c1', order);
    expect(all.events.map(({ detailType }) => detailType)).toEqual(['Generation Rejected']);
    const { error, requestId } = rejectedDetailSchema.strict().parse(all.events[0]?.detail);
    expect(requestId).toBe('order-7');
    expect(error.problems).toEqual([
      {
        field: 'requestId',
        message: expect.stringContaining(`the request order-7 to gamma ${says}`) as string,
      },
    ]);
  });

  it('by its id tells to cancel by requestId, where it may run under a request alone', async () => {
    const { request, cancel, events } = world();
    await request('r1');
    await cancel('c1');
    const { error } = rejectedDetailSchema.parse(events[0]?.detail);
    expect(error.message).toContain(
      'What began with "Generation Requested" is cancelled by its requestId',
    );
  });

  it.each([
    ['neither', { provider: 'gamma' }, ['']],
    ['both', { ...job, ...order }, ['']],
    ['both, and one is wrong', { ...job, ...order, requestId: '../x' }, ['requestId', '']],
    ['neither, but something else', { provider: 'gamma', id: 'abc' }, ['id', '']],
    ['a list of names', { provider: 'gamma', generationId: ['abc'] }, ['generationId']],
  ])('refuses to guess where it names %s', async (_, detail, fields) => {
    const { start, request, cancel, events, executions } = world();
    await start('e1');
    await request('r1');
    await cancel('c1', detail);
    const { error } = rejectedDetailSchema.strict().parse(events[0]?.detail);
    expect(error.code).toBe('InvalidRequest');
    expect(error.problems.map(({ field }) => field)).toEqual(fields);
    if (fields.includes(''))
      expect(error.message).toContain(
        'the detail must have either generationId or requestId, and not both',
      );
    expect([await executions.describe(first), await executions.describe(ordered)]).toMatchObject([
      { running: true },
      { running: true },
    ]);
  });

  it('refuses what it does not know', async () => {
    const { cancel, events } = world();
    await cancel('c1', { ...job, credential: 'default' });
    expect(
      rejectedDetailSchema.parse(events[0]?.detail).error.problems.map(({ field }) => field),
    ).toEqual(['credential']);
  });
});
