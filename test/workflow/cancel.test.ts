import { afterEach, beforeEach, expect, it, describe } from 'vitest';
import { resultDetailSchema } from '../../lambdas/contract/results.ts';
import { aFile, startWorkflowWorld, type WorkflowWorld } from '../support/workflow-world.ts';

const job = { provider: 'duomi' as const, generationId: 'gen-1' };

let world: WorkflowWorld;
const announced = (): string[] => world.events.map(({ detailType }) => detailType);
const statuses = async (): Promise<string[]> =>
  [...(await world.archiver.ends()).values()].map(({ status }) => status);

describe('a generation that is cancelled', () => {
  beforeEach(async () => {
    world = await startWorkflowWorld();
  });
  afterEach(async () => world.close());

  it('is announced as cancelled, once, and not followed any more', async () => {
    world.simulator.add({
      ...job,
      script: [{ says: 'working', seconds: 3000 }, { says: 'completed' }],
      files: [aFile('pptx', 1)],
    });
    await world.archiver.trigger({ ...job, metadata: { customer: '42' } }, 'e1');
    await world.archiver.trigger(job, 'c1', 'Generation Cancel');
    await world.archiver.trigger(job, 'c1', 'Generation Cancel');
    expect(await statuses()).toEqual(['aborted']);
    expect(announced()).toEqual(['Generation Cancelled']);
    expect(resultDetailSchema.strict().parse(world.events[0]?.detail)).toMatchObject({
      generationId: 'gen-1',
      metadata: { customer: '42' },
      error: { code: 'GenerationCancelled' },
    });
    expect(world.objects()).toEqual([]);
  });

  it('can be followed again by a new event', async () => {
    world.simulator.add({ ...job, script: [{ says: 'completed' }], files: [aFile('pptx', 1)] });
    await world.archiver.trigger(job, 'e1');
    await world.archiver.trigger(job, 'c1', 'Generation Cancel');
    await world.archiver.ends();
    await world.archiver.trigger(job, 'e2');
    expect(await statuses()).toEqual(['aborted', 'succeeded']);
    expect(announced()).toEqual(['Generation Cancelled', 'Generation Archived']);
  });

  it('that has ended before keeps its result, and the event is rejected', async () => {
    world.simulator.add({ ...job, script: [{ says: 'completed' }], files: [aFile('pptx', 1)] });
    await world.archiver.trigger(job, 'e1');
    await statuses();
    await world.archiver.trigger(job, 'c1', 'Generation Cancel');
    expect(announced()).toEqual(['Generation Archived', 'Generation Rejected']);
  });
});
