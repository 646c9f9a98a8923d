import { afterEach, describe, expect, it } from 'vitest';
import { progressDetailSchema, type ProgressDetail } from '../../lambdas/contract/results.ts';
import type { LocalEvent } from '../../local/event-bus.ts';
import type { Step } from '../../local/simulator/types.ts';
import {
  aFile,
  startWorkflowWorld,
  type WorkflowWorld,
  type WorldOptions,
} from '../support/workflow-world.ts';

let world: WorkflowWorld;
afterEach(async () => world.close());

const duomi = { provider: 'duomi' as const, generationId: 'gen-1' };
const chronicle = { provider: 'chronicle' as const, generationId: 'gen-1' };

const follow = async (
  job: Parameters<WorkflowWorld['simulator']['add']>[0],
  trigger: object = { progress: true },
  options: WorldOptions = {},
): Promise<void> => {
  world = await startWorkflowWorld(options);
  world.simulator.add(job);
  const { provider, generationId } = job;
  await world.archiver.trigger({ provider, generationId, ...trigger }, 'e1');
  await world.archiver.ends();
};

const typesOf = (events: readonly LocalEvent[]): string[] =>
  events.map(({ detailType }) => detailType);
const told = (): ProgressDetail[] =>
  world.events
    .filter(({ detailType }) => detailType === 'Generation Progress')
    .map(({ detail }) => progressDetailSchema.strict().parse(detail));

/** Works at an even pace, a hundredth after the other. */
const workingFor = (seconds: number): Step[] => [
  ...Array.from({ length: 100 }, (_, percent): Step => ({
    says: 'working',
    seconds: seconds / 100,
    progress: percent / 100,
  })),
  { says: 'completed' },
];

describe('progress on the way', () => {
  it('is announced where the trigger asks for it, and never after the end', async () => {
    await follow(
      { ...duomi, script: workingFor(200), files: [aFile('pptx', 1)] },
      { progress: true, folder: 'customers/42', tags: { customer: '42' }, metadata: { deck: 7 } },
    );
    const progress = told();
    expect(progress.length).toBeGreaterThan(15);
    expect(progress.length).toBeLessThanOrEqual(22);
    expect(typesOf(world.events).slice(progress.length)).toEqual(['Generation Archived']);
    expect(progress[0]).toMatchObject({
      ...duomi,
      metadata: { deck: 7 },
      folder: 'customers/42',
      tags: { customer: '42' },
      status: 'processing',
      elapsedSeconds: 0,
    });
    expect(progress.at(-1)?.step).toMatch(/^Generating slide/);
    const shares = progress.map((one) => one.progress ?? 0);
    expect(shares).toEqual(shares.toSorted((a, b) => a - b));
    const times = progress.map(({ timing }) => Date.parse(timing.endedAt));
    const gaps = times.slice(1).map((time, index) => time - (times[index] ?? 0));
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(5000);
    // Half of it is done: the forecast knows how long the rest takes.
    const half = progress.find((one) => (one.progress ?? 0) >= 0.5);
    expect(half?.expectedSeconds).toBeGreaterThan(180);
    expect(half?.expectedSeconds).toBeLessThan(220);
  });

  it('is not announced unless the trigger asks for it', async () => {
    await follow({ ...duomi, script: workingFor(200), files: [aFile('pptx', 1)] }, {});
    expect(typesOf(world.events)).toEqual(['Generation Archived']);
    expect(world.states).not.toContain('Announce progress');
  });

  it("tells Chronicle's phase and step, and goes on over the calls of the checks machine", async () => {
    await follow({ ...chronicle, script: workingFor(900) });
    const steps = told().map(({ step }) => step);
    expect(steps[0]).toMatch(/^storyline/);
    expect(steps.at(-1)).toMatch(/^slides: /);
    expect(world.states.filter((state) => state === 'Follow generation').length).toBeGreaterThan(2);
    const words = told().map(({ status, step = '', progress = 0 }) =>
      [status, step.split(':')[0], Math.floor(progress * 20)].join(' '),
    );
    expect(new Set(words).size).toBe(words.length);
  });

  it('is announced of what the archiver has started itself, after the acceptance', async () => {
    world = await startWorkflowWorld({
      onCreate: async () => ({ script: workingFor(60), files: [aFile('pptx', 1)] }),
    });
    const request = {
      slides: [{ template_slide_id: 'slide_1', slide_data: { title: 'Bread' } }],
    };
    await world.archiver.trigger(
      { provider: 'duomi', requestId: 'order-1', request, progress: true },
      'r1',
      'Generation Requested',
    );
    await world.archiver.ends();
    const types = typesOf(world.events);
    expect(types[0]).toBe('Generation Accepted');
    expect(types[1]).toBe('Generation Progress');
    expect(types.at(-1)).toBe('Generation Archived');
    expect(told()[0]).toMatchObject({ requestId: 'order-1' });
  });

  it('ends with a cancel, though a round of checks is under way', async () => {
    world = await startWorkflowWorld({
      onEvent: ({ detailType }) => {
        if (detailType !== 'Generation Progress' || isCancelled) return;
        isCancelled = true;
        void world.archiver.trigger(duomi, 'c1', 'Generation Cancel');
      },
    });
    let isCancelled = false;
    world.simulator.add({ ...duomi, script: workingFor(3000), files: [aFile('pptx', 1)] });
    await world.archiver.trigger({ ...duomi, progress: true }, 'e1');
    await world.archiver.ends();
    expect(typesOf(world.events)).toEqual(['Generation Progress', 'Generation Cancelled']);
    expect(world.states.at(-1)).toBe('Nobody waits any more');
  });
});
