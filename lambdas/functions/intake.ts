import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { SFNClient } from '@aws-sdk/client-sfn';
import { createClaims } from '../adapters/claims.ts';
import { systemClock } from '../adapters/clock.ts';
import { createEventBus } from '../adapters/events.ts';
import { createExecutions, executionArnOf } from '../adapters/executions.ts';
import { createLog } from '../adapters/log.ts';
import { createMeasure } from '../adapters/metrics.ts';
import { createS3Client } from '../adapters/s3-client.ts';
import { encryptionOf, intakeEnvironmentSchema } from '../contract/environment.ts';
import { createIntake } from '../handlers/intake/intake.ts';

const environment = intakeEnvironmentSchema.parse(process.env);

/** The intake function on AWS. */
export const handler = createIntake({
  settings: environment.PROVIDERS,
  bus: createEventBus({
    client: new EventBridgeClient(),
    eventBusName: environment.EVENT_BUS_NAME,
  }),
  claims: createClaims({
    client: createS3Client(),
    bucket: environment.BUCKET_NAME,
    encryption: encryptionOf(environment),
    keyPrefix: environment.KEY_PREFIX,
  }),
  executions: createExecutions({
    client: new SFNClient(),
    stateMachineArn: environment.STATE_MACHINE_ARN,
  }),
  clock: systemClock,
  log: createLog('intake'),
  measure: createMeasure(environment.ARCHIVER_NAME),
  executionArn: executionArnOf(environment.STATE_MACHINE_ARN),
});
