import { Annotations } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { ArchiverSettings } from './config.ts';

/**
 * Says what `maxConcurrentChecks` asks of the account. Synthesis cannot know what the account can
 * give, and CloudFormation finds out in the middle of a deployment.
 */
export const tellReservations = (scope: Construct, { providers }: ArchiverSettings): void => {
  const total = providers.reduce(
    (sum, { maxConcurrentChecks = 0 }) => sum + maxConcurrentChecks,
    0,
  );
  if (total === 0) return;
  Annotations.of(scope).addInfoV2(
    'generation-archiver:reservedConcurrency',
    `maxConcurrentChecks reserves ${total} of the functions that the account may run at a time. Lambda leaves 100 to functions that reserve none: ` +
      `where fewer than ${total + 100} are unreserved before the first deployment, it fails and rolls back ("aws lambda get-account-settings" tells)`,
  );
};
