import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { SFNClient } from '@aws-sdk/client-sfn';
import { createClaims } from '../adapters/claims.ts';
import { systemClock } from '../adapters/clock.ts';
import { createEventBus } from '../adapters/events.ts';
import { createExecutions } from '../adapters/executions.ts';
import { createLog } from '../adapters/log.ts';
import { createMeasure } from '../adapters/metrics.ts';
import { createS3Client } from '../adapters/s3-client.ts';
import { announceEnvironmentSchema } from '../contract/environment.ts';
import { createAnnounceStopped } from '../handlers/announce-stopped.ts';

const environment = announceEnvironmentSchema.parse(process.env);

/** The function that announces stopped executions on AWS. */
export const handler = createAnnounceStopped({
  bus: createEventBus({
    client: new EventBridgeClient(),
    eventBusName: environment.EVENT_BUS_NAME,
  }),
  executions: createExecutions({
    client: new SFNClient(),
    stateMachineArn: environment.STATE_MACHINE_ARN,
  }),
  claims: createClaims({
    client: createS3Client(),
    bucket: environment.BUCKET_NAME,
    keyPrefix: environment.KEY_PREFIX,
  }),
  clock: systemClock,
  log: createLog('announce-stopped'),
  measure: createMeasure(environment.ARCHIVER_NAME),
});
