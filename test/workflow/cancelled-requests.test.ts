import { afterEach, describe, expect, it } from 'vitest';
import {
  cancelledDetailSchema,
  notStartedDetailSchema,
  rejectedDetailSchema,
  type CancelledDetail,
} from '../../lambdas/contract/results.ts';
import {
  aFile,
  startWorkflowWorld,
  type WorkflowWorld,
  type WorldOptions,
} from '../support/workflow-world.ts';

const order = { provider: 'gamma' as const, requestId: 'order-7' };
const request = {
  ...order,
  request: { inputText: 'How bread keeps' },
  metadata: { customer: '42' },
};
const deck = {
  script: [{ says: 'working', seconds: 60 }, { says: 'completed' }],
  files: [aFile('pdf', 1)],
} as const;

let world: WorkflowWorld;
const announced = (): string[] => world.events.map(({ detailType }) => detailType);
const cancel = async (detail: object = order, eventId = 'c1'): Promise<void> =>
  world.archiver.trigger(detail, eventId, 'Generation Cancel');
const cancelled = (): CancelledDetail =>
  cancelledDetailSchema
    .strict()
    .parse(world.events.find(({ detailType }) => detailType === 'Generation Cancelled')?.detail);
const ends = async (): Promise<string[]> =>
  [...(await world.archiver.ends()).values()].map(({ status }) => status);

/**
 * Sends the request, and cancels it at the moment that `options` choose by calling what they are
 * given.
 */
const cancelWhen = async (
  options: (now: () => void) => WorldOptions,
  prepare: () => void = () => undefined,
): Promise<string[]> => {
  let sent: Promise<void> | undefined;
  world = await startWorkflowWorld(
    options(() => {
      sent ??= cancel();
    }),
  );
  prepare();
  await world.archiver.trigger(request, 'r1', 'Generation Requested');
  const statuses = await ends();
  await sent;
  await world.archiver.ends();
  return statuses;
};

describe('a request that is cancelled by its requestId', () => {
  afterEach(async () => world.close());

  it('between two attempts, certainly costs nothing, and is not tried again', async () => {
    const statuses = await cancelWhen(
      (now) => ({ onState: (state) => state === 'Wait to start Gamma' && now() }),
      () =>
        world.simulator.plan('gamma', [{ when: 'before', answer: { says: 'http', status: 429 } }]),
    );
    expect(statuses).toEqual(['aborted']);
    expect(announced()).toEqual(['Generation Cancelled']);
    expect(cancelled()).toMatchObject({
      ...order,
      metadata: { customer: '42' },
      error: { code: 'GenerationCancelled' },
    });
    expect(cancelled()).not.toHaveProperty('generationId');
    expect(world.simulator.requests.map(({ status }) => status)).toEqual([429]);

    // Nor under its requestId, ever again.
    await world.archiver.trigger(request, 'r2', 'Generation Requested');
    expect(await ends()).toEqual(['aborted']);
    expect(announced()).toEqual(['Generation Cancelled']);
    expect(world.simulator.started('gamma')).toEqual([]);
  });

  it('while the provider is being asked, says that something may have been paid', async () => {
    await cancelWhen((now) => ({
      onCreate: async () => {
        now();
        return deck;
      },
    }));
    expect(announced()).toEqual(['Generation Cancelled']);
    expect(cancelled().error).toMatchObject({
      code: 'StartUncertain',
      message: expect.stringContaining('may be paid') as string,
    });
    expect(world.simulator.started('gamma')).toHaveLength(1);
  });

  it('while its acceptance is announced, tells the id', async () => {
    await cancelWhen((now) => ({
      onCreate: async () => deck,
      onState: (state) => state === 'Announce acceptance' && now(),
    }));
    expect(announced().filter((type) => type !== 'Generation Accepted')).toEqual([
      'Generation Cancelled',
    ]);
    expect(cancelled()).toMatchObject({
      ...order,
      generationId: world.simulator.started('gamma')[0],
      error: { code: 'GenerationCancelled' },
    });
  });

  it('after its acceptance, is followed no further', async () => {
    await cancelWhen((now) => ({
      onCreate: async () => deck,
      onEvent: ({ detailType }) => detailType === 'Generation Accepted' && now(),
    }));
    expect(announced()).toEqual(['Generation Accepted', 'Generation Cancelled']);
    expect(cancelled()).toMatchObject({
      ...order,
      generationId: world.simulator.started('gamma')[0],
      error: { code: 'GenerationCancelled' },
    });
    expect(world.objects()).toEqual([]);
  });

  it('after its end, keeps its result: the event is rejected', async () => {
    world = await startWorkflowWorld({ onCreate: async () => deck });
    await world.archiver.trigger(request, 'r1', 'Generation Requested');
    await ends();
    await cancel();
    expect(announced()).toEqual([
      'Generation Accepted',
      'Generation Archived',
      'Generation Rejected',
    ]);
  });

  it('after it was refused, keeps its result', async () => {
    world = await startWorkflowWorld();
    world.simulator.plan('gamma', [{ when: 'before', answer: { says: 'http', status: 402 } }]);
    await world.archiver.trigger(request, 'r1', 'Generation Requested');
    await ends();
    await cancel();
    expect(announced()).toEqual(['Generation Not Started', 'Generation Rejected']);
    expect(notStartedDetailSchema.parse(world.events[0]?.detail).error.code).toBe(
      'InsufficientCredits',
    );
  });

  it('before it has arrived, is started all the same, as the rejection says', async () => {
    world = await startWorkflowWorld({ onCreate: async () => deck });
    await cancel();
    expect(rejectedDetailSchema.parse(world.events[0]?.detail).error.message).toContain(
      'send the cancel again',
    );
    await world.archiver.trigger(request, 'r1', 'Generation Requested');
    expect(await ends()).toEqual(['succeeded']);
  });

  it('is announced once, whoever else cancels it', async () => {
    await cancelWhen((now) => ({
      onCreate: async () => deck,
      onEvent: ({ detailType }) => detailType === 'Generation Accepted' && now(),
    }));
    await cancel();
    await cancel(order, 'c2');
    expect(announced()).toEqual([
      'Generation Accepted',
      'Generation Cancelled',
      'Generation Rejected',
    ]);
  });

  it('leaves alone what somebody follows by its id', async () => {
    await cancelWhen((now) => ({
      onCreate: async () => deck,
      onEvent: ({ detailType }) => detailType === 'Generation Accepted' && now(),
    }));
    const [generationId] = world.simulator.started('gamma');
    await world.archiver.trigger({ provider: 'gamma', generationId }, 'e1');
    await cancel(order, 'c2');
    expect(await ends()).toEqual(['aborted', 'succeeded']);
    expect(announced()).toEqual([
      'Generation Accepted',
      'Generation Cancelled',
      'Generation Rejected',
      'Generation Archived',
    ]);
  });

  it('can be cancelled by the id that it got as well', async () => {
    let byId: Promise<void> | undefined;
    world = await startWorkflowWorld({
      onCreate: async () => deck,
      onEvent: ({ detailType, detail }) => {
        if (detailType !== 'Generation Accepted') return;
        byId = cancel({
          provider: 'gamma',
          generationId: Reflect.get(detail, 'generationId') as string,
        });
      },
    });
    await world.archiver.trigger(request, 'r1', 'Generation Requested');
    expect(await ends()).toEqual(['aborted']);
    await byId;
    await world.archiver.ends();
    expect(announced()).toEqual(['Generation Accepted', 'Generation Cancelled']);
    expect(cancelled()).toMatchObject(order);
  });
});
