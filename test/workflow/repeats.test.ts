import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ResultDetail } from '../../lambdas/contract/results.ts';
import { aFile, startWorkflowWorld, type WorkflowWorld } from '../support/workflow-world.ts';

let world: WorkflowWorld;

const job = { provider: 'duomi', generationId: 'gen-1' };
const deck = aFile('pptx', 1);

const settled = async (): Promise<string[]> =>
  [...(await world.archiver.ends()).values()].map(({ status }) => status);
const announced = (): string[] => world.events.map(({ detailType }) => detailType);
const downloads = (): number => world.simulator.requestsFor('gen-1', 'download').length;
const lastDetail = (): ResultDetail => world.events.at(-1)?.detail as ResultDetail;

describe('an event that is repeated', () => {
  beforeEach(async () => {
    world = await startWorkflowWorld();
  });

  afterEach(async () => {
    await world.close();
  });

  it('does nothing while the first is being followed', async () => {
    world.simulator.add({
      ...job,
      provider: 'duomi',
      script: [{ says: 'working', seconds: 60 }, { says: 'completed' }],
      files: [deck],
    });
    await Promise.all([
      world.archiver.trigger(job, 'event-1'),
      world.archiver.trigger(job, 'event-2'),
      world.archiver.trigger(job, 'event-1'),
    ]);
    expect(await settled()).toEqual(['succeeded']);
    expect(announced()).toEqual(['Generation Archived']);
    expect(downloads()).toBe(1);
  });

  it('does nothing when it is the very same event, delivered again after the end', async () => {
    world.simulator.add({
      ...job,
      provider: 'duomi',
      script: [{ says: 'completed' }],
      files: [deck],
    });
    await world.archiver.trigger(job, 'event-1');
    await settled();
    await world.archiver.trigger(job, 'event-1');
    expect(await settled()).toEqual(['succeeded']);
    expect(announced()).toEqual(['Generation Archived']);
  });

  it('announces the archive again without downloading what is stored', async () => {
    world.simulator.add({
      ...job,
      provider: 'duomi',
      script: [{ says: 'completed' }],
      files: [deck],
    });
    await world.archiver.trigger({ ...job, metadata: { run: 1 } }, 'event-1');
    await settled();
    const first = lastDetail();
    await world.archiver.trigger({ ...job, metadata: { run: 2 } }, 'event-2');
    expect(await settled()).toEqual(['succeeded', 'succeeded']);
    expect(announced()).toEqual(['Generation Archived', 'Generation Archived']);
    expect(downloads()).toBe(1);
    expect(lastDetail().artifacts).toEqual(first.artifacts);
    expect(lastDetail().metadata).toEqual({ run: 2 });
  });

  it('fetches anew when it asks for that', async () => {
    world.simulator.add({
      ...job,
      provider: 'duomi',
      script: [{ says: 'completed' }],
      files: [deck],
    });
    await world.archiver.trigger(job, 'event-1');
    await settled();
    await world.archiver.trigger({ ...job, refresh: true }, 'event-2');
    expect(await settled()).toEqual(['succeeded', 'succeeded']);
    expect(downloads()).toBe(2);
  });

  it('fetches again what has disappeared from the bucket', async () => {
    world.simulator.add({
      ...job,
      provider: 'duomi',
      script: [{ says: 'completed' }],
      files: [deck],
    });
    await world.archiver.trigger(job, 'event-1');
    await settled();
    await world.remove('duomi/gen-1/presentation.pptx');
    await world.archiver.trigger(job, 'event-2');
    expect(await settled()).toEqual(['succeeded', 'succeeded']);
    expect(downloads()).toBe(2);
    expect(world.objects()).toContain('duomi/gen-1/presentation.pptx');
  });

  it('runs again after a failure', async () => {
    world.simulator.add({
      ...job,
      provider: 'duomi',
      script: [{ says: 'http', status: 401, polls: 2 }, { says: 'completed' }],
      files: [deck],
    });
    await world.archiver.trigger(job, 'event-1');
    await settled();
    await world.archiver.trigger(job, 'event-2');
    expect(await settled()).toEqual(['failed', 'succeeded']);
    expect(announced()).toEqual(['Generation Not Archived', 'Generation Archived']);
  });

  it('is rejected, and starts nothing, when it is not valid', async () => {
    await world.archiver.trigger({ provider: 'acme', generationId: '../x' });
    expect(await settled()).toEqual([]);
    expect(announced()).toEqual(['Generation Rejected']);
  });
});
