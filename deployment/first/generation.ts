import { setTimeout as pause } from 'node:timers/promises';
import { PutEventsCommand, type EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { HeadObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { DescribeExecutionCommand, type SFNClient } from '@aws-sdk/client-sfn';
import { executionArnOf } from '../../lambdas/adapters/executions.ts';
import type { TriggerDetailType } from '../../lambdas/contract/triggers.ts';
import { executionName } from '../../lambdas/handlers/intake/execution-names.ts';
import { asExpected, unknown, wrong, type Check, type Finding } from './finding.ts';
import type { Results, SeenResult } from './results.ts';

/** What the checks of generations need. */
export interface GenerationOptions {
  readonly events: EventBridgeClient;
  readonly stepFunctions: SFNClient;
  readonly s3: S3Client;
  readonly eventBusName: string;
  readonly stateMachineArn: string;
  readonly results: Results;
}

/** A generation at a provider, by the key of the default credential. */
export interface Named {
  readonly provider: string;
  readonly generationId: string;
}

/** Seconds for intake to start an execution, and for a cancel to be announced. */
const patience = 90;

const send = async (
  { events, eventBusName }: GenerationOptions,
  DetailType: TriggerDetailType,
  detail: Named,
): Promise<void> => {
  const Entries = [
    {
      EventBusName: eventBusName,
      Source: 'check-deployment',
      DetailType,
      Detail: JSON.stringify(detail),
    },
  ];
  const { FailedEntryCount = 0 } = await events.send(new PutEventsCommand({ Entries }));
  if (FailedEntryCount > 0) throw new Error('the bus did not take the event');
};

const isRunning = async (
  { stepFunctions, stateMachineArn }: GenerationOptions,
  generation: Named,
): Promise<boolean> => {
  const executionArn = executionArnOf(stateMachineArn)(executionName(generation, 1));
  try {
    const { status } = await stepFunctions.send(new DescribeExecutionCommand({ executionArn }));
    return status === 'RUNNING';
  } catch (error) {
    if (error instanceof Error && error.name === 'ExecutionDoesNotExist') return false;
    throw error;
  }
};

const reasonOf = ({ detail: { error } }: SeenResult): string =>
  error === undefined ? '' : `: ${error.code}, ${error.message}`;

/** Follows a generation that does not exist, and cancels it: nothing is started or paid. */
export const cancelCheck = (options: GenerationOptions, generation: Named): Check => ({
  name: 'a cancel ends as Generation Cancelled',
  look: async () => {
    await send(options, 'Generation Started', generation);
    for (let waited = 0; !(await isRunning(options, generation)); waited += 1) {
      const early = await options.results.next(generation.generationId, 1);
      if (early !== undefined)
        return unknown(
          `it ended before it could be cancelled, as ${early['detail-type']}${reasonOf(early)}`,
        );
      if (waited > patience)
        return wrong(
          'no execution was started: look into the dead-letter queue and the log of intake',
        );
      await pause(500);
    }
    await send(options, 'Generation Cancel', generation);
    const result = await options.results.next(generation.generationId, patience);
    if (result === undefined)
      return wrong(
        'nothing was announced: look at the function that announces stopped executions, and at its rule on the default bus',
      );
    return result['detail-type'] === 'Generation Cancelled'
      ? asExpected('Step Functions told of it, with the reason, and it was announced')
      : wrong(`it was announced as ${result['detail-type']}${reasonOf(result)}`);
  },
});

const objectsOf = async (
  s3: S3Client,
  { detail: { artifacts = [] } }: SeenResult,
): Promise<Omit<Finding, 'name'>> => {
  for (const { bucket: Bucket, key: Key, bytes } of artifacts) {
    const { ContentLength } = await s3.send(new HeadObjectCommand({ Bucket, Key }));
    if (ContentLength !== bytes)
      return wrong(`${Key} has ${ContentLength} bytes in place of ${bytes}`);
  }
  return asExpected(
    `${artifacts.length} files, as announced: ${artifacts.map(({ key }) => key).join(', ')}`,
  );
};

/** Follows a real generation to its end. */
export const archiveCheck = (
  options: GenerationOptions,
  generation: Named,
  minutes: number,
): Check => ({
  name: `${generation.provider} ${generation.generationId} is archived`,
  look: async () => {
    await send(options, 'Generation Started', generation);
    const result = await options.results.next(generation.generationId, minutes * 60);
    if (result === undefined) return unknown(`it has not ended within ${minutes} minutes`);
    return result['detail-type'] === 'Generation Archived'
      ? objectsOf(options.s3, result)
      : wrong(`it ended as ${result['detail-type']}${reasonOf(result)}`);
  },
});
