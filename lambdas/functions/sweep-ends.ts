import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { SFNClient } from '@aws-sdk/client-sfn';
import { createClaims } from '../adapters/claims.ts';
import { systemClock } from '../adapters/clock.ts';
import { createEndedExecutions } from '../adapters/ended-executions.ts';
import { createEventBus } from '../adapters/events.ts';
import { createExecutions } from '../adapters/executions.ts';
import { createLog } from '../adapters/log.ts';
import { createMeasure } from '../adapters/metrics.ts';
import { createS3Client } from '../adapters/s3-client.ts';
import { announceEnvironmentSchema } from '../contract/environment.ts';
import { createAnnounceEnd } from '../handlers/announce-end.ts';
import { createSweepEnds } from '../handlers/sweep-ends.ts';

const environment = announceEnvironmentSchema.parse(process.env);
const stepFunctions = { client: new SFNClient(), stateMachineArn: environment.STATE_MACHINE_ARN };
const log = createLog('sweep-ends');

/** The function that finds ends that were not announced, on AWS. */
export const handler = createSweepEnds({
  ended: createEndedExecutions(stepFunctions),
  announce: createAnnounceEnd({
    bus: createEventBus({
      client: new EventBridgeClient(),
      eventBusName: environment.EVENT_BUS_NAME,
    }),
    executions: createExecutions(stepFunctions),
    claims: createClaims({
      client: createS3Client(),
      bucket: environment.BUCKET_NAME,
      keyPrefix: environment.KEY_PREFIX,
    }),
    clock: systemClock,
    log,
    measure: createMeasure(environment.ARCHIVER_NAME),
  }),
  clock: systemClock,
  log: (level, message, fields) =>
    log(level, message, {
      provider: 'unknown',
      generationId: 'unknown',
      execution: 'unknown',
      ...fields,
    }),
});
