import { afterEach, describe, expect, it } from 'vitest';
import { aFile, startWorkflowWorld, type WorkflowWorld } from '../support/workflow-world.ts';

let world: WorkflowWorld;
afterEach(async () => world.close());

const kinds = ['status', 'link', 'export', 'exported'] as const;

/** Seconds between the requests about a generation, whatever they asked, or of these kinds. */
const gaps = (id: string, asked: readonly (typeof kinds)[number][] = kinds): number[] => {
  const times = asked
    .flatMap((kind) => world.simulator.requestsFor(id, kind))
    .map(({ at }) => at)
    .toSorted((a, b) => a - b);
  return times.slice(1).map((at, index) => (at - (times[index] ?? 0)) / 1000);
};

const follow = async (
  job: Omit<Parameters<WorkflowWorld['simulator']['add']>[0], 'generationId' | 'script'>,
  trigger: object = {},
): Promise<string[]> => {
  world = await startWorkflowWorld();
  const { provider } = job;
  const script = [{ says: 'working' as const, seconds: 20 }, { says: 'completed' as const }];
  world.simulator.add({ ...job, generationId: 'gen-1', script });
  await world.archiver.trigger({ provider, generationId: 'gen-1', ...trigger });
  await world.archiver.ends();
  return world.events.map(({ detailType }) => detailType);
};

describe("the provider's pace", () => {
  it('holds for every request about a generation, those of the copy included', async () => {
    // Perceptis, Errors and limits: one request per second and job.
    expect(
      await follow({
        provider: 'perceptis',
        files: [aFile('pptx', 1)],
        linkSeconds: [0, 0, 0, 3600],
      }),
    ).toEqual(['Generation Archived']);
    expect(gaps('gen-1').length).toBeGreaterThan(4);
    expect(Math.min(...gaps('gen-1'))).toBeGreaterThan(1);
  });

  it('is no pause where the provider documents none between two questions', async () => {
    expect(await follow({ provider: 'slidespeak', files: [aFile('pptx', 1)] })).toEqual([
      'Generation Archived',
    ]);
    // The check that sees that it is done, the copy's own look, and the link.
    expect(gaps('gen-1').slice(-2)).toEqual([0, 0]);
  });

  it('holds for exports on request', async () => {
    const exportFiles = [aFile('pdf', 1), aFile('pptx', 2)];
    expect(
      await follow(
        {
          provider: 'gamma',
          files: [aFile('pdf', 9)],
          exportFiles,
          exportRequests: [{ seconds: 12 }],
        },
        { exportAs: ['pdf', 'pptx'] },
      ),
    ).toEqual(['Generation Archived']);
    expect(world.simulator.requestsFor('gen-1', 'exported').length).toBeGreaterThan(2);
    // Gamma, Get generation status: every 5 s.
    expect(Math.min(...gaps('gen-1', ['exported']))).toBeGreaterThanOrEqual(5);
  });
});
