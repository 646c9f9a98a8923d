import { describe, expect, it } from 'vitest';
import { simulatedProviders } from '../../../local/simulator/index.ts';
import { configurationFor } from '../harness/configuration.ts';
import { exportOf } from '../harness/decks.ts';
import { expectArchived } from '../harness/expect-archived.ts';
import { executionsAbout } from '../harness/observe.ts';
import type { World } from '../harness/world.ts';

const eachProvider = 4;

/** Seconds that the generations work: longer than the deployment takes. */
const workSeconds = 30;

/** The configuration after the update: a change in each function that knows its provider. */
export const updatedConfiguration = ({ simulator }: World): object =>
  configurationFor(simulator, {}, { timeoutMinutes: 50 });

/** A deployment while generations are followed. */
export const update = (world: () => World): void => {
  describe('is updated', () => {
    it('with a changed configuration while generations are in flight, and every one is archived', async () => {
      const generations = await Promise.all(
        simulatedProviders.flatMap((provider) =>
          Array.from({ length: eachProvider }, () =>
            world().generate({
              provider,
              script: [{ says: 'working', seconds: workSeconds }, { says: 'completed' }],
              files: exportOf(provider),
            }),
          ),
        ),
      );
      const isFollowed = (): boolean =>
        generations.every(
          ({ generationId }) => world().simulator.requestsFor(generationId, 'status').length > 0,
        );
      await world().results.until(isFollowed, 'the first check of each generation');
      await world().cdk.deploy(updatedConfiguration(world()));
      for (const generation of generations) {
        await expectArchived(world(), generation);
        const { provider, generationId } = generation;
        expect(world().results.about(generationId)).toHaveLength(1);
        expect(
          await executionsAbout(world().aws, world().stateMachineArn, provider, generationId),
        ).toHaveLength(1);
      }
    });
  });
};
