import { afterEach, describe, expect, it } from 'vitest';
import {
  cancelledDetailSchema,
  notStartedDetailSchema,
  resultDetailSchema,
} from '../../lambdas/contract/results.ts';
import { freshStartMemory } from '../../lambdas/contract/start-state.ts';
import { freshMemory } from '../../lambdas/contract/state.ts';
import { synthesiseDefinitions } from '../../lib/workflow/definition.ts';
import { createEngine, type TaskHandlers } from '../../local/engine.ts';
import { everyProvider } from '../../tools/every-provider.ts';
import { keptEvents } from '../support/fake-world.ts';
import { aGeneration, aRequestedGeneration } from '../support/generation.ts';
import { virtualClock } from '../support/virtual-clock.ts';
import { aFile, startWorkflowWorld, type WorkflowWorld } from '../support/workflow-world.ts';

const place = { folder: 'customers/42', tags: { customer: '42' } };
const job = { provider: 'duomi' as const, generationId: 'gen-1' };

let world: WorkflowWorld | undefined;
afterEach(async () => {
  await world?.close();
  world = undefined;
});

const only = (events: readonly { detailType: string; detail: unknown }[]) => {
  expect(events).toHaveLength(1);
  return events[0];
};

describe('where a generation lies, and its tags', () => {
  it('go from the trigger to the keys and the result', async () => {
    world = await startWorkflowWorld();
    world.simulator.add({ ...job, script: [{ says: 'completed' }], files: [aFile('pptx', 1)] });
    await world.archiver.trigger({ ...job, ...place }, 'e1');
    await world.archiver.ends();
    const event = only(world.events);
    expect(event?.detailType).toBe('Generation Archived');
    expect(resultDetailSchema.strict().parse(event?.detail)).toMatchObject({
      ...place,
      artifacts: [{ key: 'customers/42/duomi/gen-1/presentation.pptx' }],
      manifest: { key: 'customers/42/duomi/gen-1/manifest.json' },
    });
    expect(world.objects()).toEqual([
      '_folders/duomi/gen-1.json',
      'customers/42/duomi/gen-1/generation.json',
      'customers/42/duomi/gen-1/manifest.json',
      'customers/42/duomi/gen-1/presentation.pptx',
    ]);
  });

  it.each([
    ['Generation Failed', [{ says: 'failed', message: 'no' }]],
    ['Generation Timed Out', [{ says: 'working', seconds: 9000 }]],
  ] as const)('are in %s', async (detailType, script) => {
    world = await startWorkflowWorld();
    world.simulator.add({ ...job, script });
    await world.archiver.trigger({ ...job, ...place }, 'e1');
    await world.archiver.ends();
    const event = only(world.events);
    expect(event?.detailType).toBe(detailType);
    expect(resultDetailSchema.strict().parse(event?.detail)).toMatchObject(place);
  });

  it('are in Generation Cancelled and in Generation Rejected, where they are right', async () => {
    world = await startWorkflowWorld();
    world.simulator.add({ ...job, script: [{ says: 'working', seconds: 9000 }] });
    await world.archiver.trigger({ ...job, ...place }, 'e1');
    await world.archiver.trigger(job, 'c1', 'Generation Cancel');
    await world.archiver.ends();
    await world.archiver.trigger({ ...job, ...place, surprise: 1 }, 'e2');
    await world.archiver.trigger({ ...job, folder: '../up', tags: place.tags }, 'e3');
    const details = world.events.map(({ detail }) => detail);
    expect(world.events.map(({ detailType }) => detailType)).toEqual([
      'Generation Cancelled',
      'Generation Rejected',
      'Generation Rejected',
    ]);
    expect(cancelledDetailSchema.strict().parse(details[0])).toMatchObject(place);
    expect(details[1]).toMatchObject(place);
    expect(details[2]).toMatchObject({ tags: place.tags });
    expect(details[2]).not.toHaveProperty('folder');
  });

  it('belong to a request: the same with another folder is refused', async () => {
    world = await startWorkflowWorld({
      onCreate: async () => ({ script: [{ says: 'completed' }], files: [aFile('pptx', 1)] }),
    });
    const request = {
      slides: [{ template_slide_id: 'slide_1', slide_data: { title: 'Bread' } }],
    };
    const order = { provider: 'duomi', requestId: 'order-1', request };
    await world.archiver.trigger({ ...order, ...place }, 'r1', 'Generation Requested');
    await world.archiver.ends();
    await world.archiver.trigger({ ...order, ...place }, 'r2', 'Generation Requested');
    expect(world.events.map(({ detailType }) => detailType)).toEqual([
      'Generation Accepted',
      'Generation Archived',
    ]);
    for (const { detail } of world.events) expect(detail).toMatchObject(place);
    for (const [id, other] of [
      ['r3', { folder: 'customers/43' }],
      ['r4', { tags: {} }],
    ] as const)
      await world.archiver.trigger({ ...order, ...place, ...other }, id, 'Generation Requested');
    expect(world.events.slice(2).map(({ detailType }) => detailType)).toEqual([
      'Generation Rejected',
      'Generation Rejected',
    ]);
  });
});

const definitions = synthesiseDefinitions(everyProvider);

const crash = async (): Promise<never> =>
  Promise.reject(Object.assign(new Error('x'), { name: 'Runtime.ExitError' }));

/** Runs the machine with functions that crash, where they are asked. */
const crashing = async (input: object) => {
  const { bus, events } = keptEvents();
  const tasks: TaskHandlers = { start: crash, check: crash, copy: crash, startExport: crash, bus };
  const clock = virtualClock();
  const engine = createEngine({ definitions, tasks, clock, virtualTime: true });
  await engine.run('one', JSON.parse(JSON.stringify(input))).end;
  return only(events);
};

const fresh = { poll: { next: 'wait', waitSeconds: 0, memory: freshMemory }, copy: {} };

describe('the events that the machine makes by itself', () => {
  const asked = [
    {},
    { folder: 'customers/42' },
    { tags: { customer: '42' } },
    place,
    { requestId: 'order-1', ...place },
  ];

  it.each(asked)('tell of an internal error what the trigger asked: %j', async (more) => {
    const event = await crashing({ ...fresh, generation: aGeneration(more) });
    expect(event?.detailType).toBe('Generation Not Archived');
    const detail = resultDetailSchema.strict().parse(event?.detail);
    expect(detail.error?.code).toBe('InternalError');
    const { requestId, folder, tags } = detail;
    expect(JSON.parse(JSON.stringify({ requestId, folder, tags }))).toEqual(more);
  });

  it.each(asked)('tell of a start that broke off what the request asked: %j', async (more) => {
    const generation = aRequestedGeneration({ provider: 'gamma', ...more, requestId: 'order-1' });
    const start = { memory: freshStartMemory };
    const event = await crashing({ ...fresh, generation, request: { inputText: 'x' }, start });
    expect(event?.detailType).toBe('Generation Not Started');
    const { folder, tags } = notStartedDetailSchema.strict().parse(event?.detail);
    const { requestId: _, ...expected } = { requestId: '', ...more };
    expect(JSON.parse(JSON.stringify({ folder, tags }))).toEqual(expected);
  });
});
