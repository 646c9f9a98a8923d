import { afterEach, describe, expect, it } from 'vitest';
import { freshMemory } from '../../lambdas/contract/state.ts';
import { ProviderModule } from '../../lib/index.ts';
import { synthesiseDefinitions } from '../../lib/workflow/definition.ts';
import { createEngine } from '../../local/engine.ts';
import { simulatedProviders, type SimulatedProvider } from '../../local/simulator/index.ts';
import { everyProvider } from '../../tools/every-provider.ts';
import { keptEvents } from '../support/fake-world.ts';
import { aGeneration } from '../support/generation.ts';
import { problemsOfDefinition } from '../support/valid-definition.ts';
import { virtualClock } from '../support/virtual-clock.ts';
import { aFile, startWorkflowWorld, type WorkflowWorld } from '../support/workflow-world.ts';

/** Each provider alone, each pair, and all of them. */
const choices: readonly (readonly SimulatedProvider[])[] = [
  ...simulatedProviders.map((one) => [one]),
  ...simulatedProviders.flatMap((one, index) =>
    simulatedProviders.slice(index + 1).map((other) => [one, other]),
  ),
  simulatedProviders,
];

const table = choices.map((deployed) => ({ deployed, names: deployed.join(' and ') }));

const unexpected = async () => Promise.reject(new Error('nobody asked for this'));

describe('a deployment of', () => {
  let world: WorkflowWorld | undefined;

  afterEach(async () => {
    await world?.close();
    world = undefined;
  });

  it.each(table)('$names has a valid machine', ({ deployed }) => {
    const providers = Object.fromEntries(
      Object.entries(everyProvider.providers).filter(([name]) =>
        deployed.some((one) => one === name),
      ),
    );
    const { generation, checks } = synthesiseDefinitions({ providers });
    expect([generation, checks].flatMap(problemsOfDefinition)).toEqual([]);
  });

  it.each(table)('$names archives a generation of each', async ({ deployed }) => {
    world = await startWorkflowWorld({ deployed });
    for (const provider of deployed) {
      world.simulator.add({
        provider,
        generationId: 'gen-1',
        script: [{ says: 'working', seconds: 40 }, { says: 'completed' }],
        files: provider === 'chronicle' ? [] : [aFile('pptx', 1)],
      });
      await world.archiver.trigger({ provider, generationId: 'gen-1' });
    }
    const ends = [...(await world.archiver.ends()).values()];
    expect(ends).toEqual(deployed.map(() => ({ status: 'succeeded' })));
    expect(world.events.map(({ detailType }) => detailType)).toEqual(
      deployed.map(() => 'Generation Archived'),
    );
  });

  it("a provider of one's own alone has a valid machine, which runs", async () => {
    const acme = { module: ProviderModule.fromSource('test/fixtures/acme/provider.ts') };
    const definitions = synthesiseDefinitions({ providers: { acme } });
    expect([definitions.generation, definitions.checks].flatMap(problemsOfDefinition)).toEqual([]);
    const { bus, events } = keptEvents();
    const engine = createEngine({
      definitions,
      tasks: {
        start: unexpected,
        check: async () => ({ next: 'copy', waitSeconds: 0, memory: freshMemory }),
        copy: async () => ({
          next: 'succeed',
          result: { detailType: 'Generation Archived', detail: { provider: 'acme' } },
        }),
        startExport: unexpected,
        bus,
      },
      clock: virtualClock(),
      virtualTime: true,
    });
    const input = {
      generation: aGeneration({ provider: 'acme' }),
      poll: { next: 'wait' as const, waitSeconds: 5, memory: freshMemory },
      copy: {},
    };
    expect(await engine.run('one', input).end).toEqual({ status: 'succeeded' });
    expect(events.map(({ detailType }) => detailType)).toEqual(['Generation Archived']);
  });
});
