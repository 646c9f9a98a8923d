import { describe, expect, it } from 'vitest';
import { configurationFor } from '../harness/configuration.ts';
import { onePdf } from '../harness/decks.ts';
import { resultAbout } from '../harness/expect-archived.ts';
import { collectResults } from '../harness/result-events.ts';
import type { World } from '../harness/world.ts';

/** A second deployment, like the first but for one permission. */
const variant = { stackName: 'WithoutPermission', eventBusName: 'without-permission' };

const app = 'npx tsx test/e2e/app-without-permission.ts';

/** Whether permissions are checked at all. */
export const permissions = (world: () => World): void => {
  describe('runs with its own permissions', () => {
    it(
      'and fails with StorageFailed where its deployment lacks s3:PutObject',
      { timeout: 180_000 },
      async () => {
        const { cdk, aws, simulator } = world();
        await cdk.deploy(configurationFor(simulator, variant), app);
        const results = await collectResults(aws, variant.eventBusName);
        try {
          const { provider, generationId } = simulator.add({
            provider: 'gamma',
            script: [{ says: 'completed' }],
            files: onePdf(),
          });
          await world().send({ provider, generationId }, { busName: variant.eventBusName });
          const { error } = await resultAbout(
            { ...world(), results },
            { generationId },
            'Generation Not Archived',
          );
          expect(error).toEqual({
            code: 'StorageFailed',
            message: expect.stringMatching(/PutObject.*AccessDenied|AccessDenied.*PutObject/),
          });
        } finally {
          await results.stop();
        }
      },
    );
  });
};
