import { DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { describe, expect, it } from 'vitest';
import { configurationFor } from '../harness/configuration.ts';
import type { World } from '../harness/world.ts';

/** A second deployment that reserves more than the account of these tests can give. */
const greedy = { stackName: 'Greedy', eventBusName: 'greedy' };

/** `npm run deploy` looks at the account before CloudFormation does. */
export const concurrency = (world: () => World): void => {
  describe('is not deployed', () => {
    it(
      'where the account cannot give the concurrency that it reserves, and says so in words',
      { timeout: 120_000 },
      async () => {
        const { aws, cdk, simulator } = world();
        const configuration = configurationFor(simulator, {
          ...greedy,
          providers: { gamma: { maxConcurrentChecks: 5 } },
        });
        await expect(cdk.npmRunDeploy(configuration)).rejects.toThrow(
          /not deployed: maxConcurrentChecks reserves 5 concurrent functions \(gamma 5\), and this account can give 0: it may run 10 at a time/,
        );
        await expect(
          aws.cloudFormation.send(new DescribeStacksCommand({ StackName: greedy.stackName })),
        ).rejects.toThrow(/does not exist/);
      },
    );
  });
};
