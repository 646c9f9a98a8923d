import { PutSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { describe, expect, it } from 'vitest';
import { onePdf } from '../harness/decks.ts';
import { expectArchived } from '../harness/expect-archived.ts';
import type { World } from '../harness/world.ts';

const working = [{ says: 'working', seconds: 2 }, { says: 'completed' }] as const;

/** Several API keys of one provider, and keys that change. */
export const credentials = (world: () => World): void => {
  describe.concurrent('uses the right API key', () => {
    it.each(['gamma', 'perceptis'] as const)(
      'with two credentials of %s side by side',
      async (provider) => {
        const keys = ['team-a', 'team-b'].map((credential) => ({
          credential,
          apiKey: `sk-${provider}-${credential}-0123456789`,
        }));
        const started = await Promise.all(
          keys.map(async ({ credential, apiKey }, index) => {
            // As plain text, and as the JSON that a rotation function writes.
            await world().storeKey(
              provider,
              credential,
              index === 0 ? apiKey : JSON.stringify({ apiKey }),
            );
            return world().generate(
              { provider, apiKey, script: working, files: onePdf() },
              { credential },
            );
          }),
        );
        for (const [index, generation] of started.entries()) {
          const { credential } = await expectArchived(world(), generation);
          expect(credential).toBe(keys[index]?.credential);
        }
      },
    );

    it('of a generation whose key is rotated while it runs', async () => {
      const credential = 'rotating';
      const [before, after] = ['chr_before_the_rotation', 'chr_after_the_rotation'];
      await world().storeKey('chronicle', credential, before);
      const script = [{ says: 'working', seconds: 12 }, { says: 'completed' }] as const;
      const generation = await world().generate(
        { provider: 'chronicle', apiKey: before, script },
        { credential },
      );
      const { generationId } = generation;
      const statuses = (): number[] =>
        world()
          .simulator.requestsFor(generationId, 'status')
          .map(({ status }) => status);
      await world().results.until(() => statuses().includes(200), 'the first check');
      generation.setApiKey(after);
      await world().aws.secrets.send(
        new PutSecretValueCommand({
          SecretId: `generation-archiver/chronicle/${credential}`,
          SecretString: after,
        }),
      );
      await expectArchived(world(), generation);
      expect(statuses()).toContain(401);
    });
  });
};
