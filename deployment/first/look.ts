import { randomUUID } from 'node:crypto';
import type { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import type { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import type { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import type { LambdaClient } from '@aws-sdk/client-lambda';
import type { S3Client } from '@aws-sdk/client-s3';
import type { SFNClient } from '@aws-sdk/client-sfn';
import type { SQSClient } from '@aws-sdk/client-sqs';
import { lookAt, type Finding } from './finding.ts';
import { archiveCheck, cancelCheck, type Named } from './generation.ts';
import { memoryCheck } from './memory.ts';
import { listen } from './results.ts';
import { readStack } from './stack.ts';
import { storageChecks } from './storage.ts';

/** The services, with the caller's own credentials. */
export interface Services {
  readonly cloudFormation: CloudFormationClient;
  readonly events: EventBridgeClient;
  readonly lambda: LambdaClient;
  readonly logs: CloudWatchLogsClient;
  readonly s3: S3Client;
  readonly sqs: SQSClient;
  readonly stepFunctions: SFNClient;
}

/** What to look at. */
export interface LookOptions {
  readonly stackName: string;
  /** Deployed: a generation that it does not know is followed for a moment and cancelled. */
  readonly provider: string;
  /** In front of every key, as it is configured. */
  readonly keyPrefix: string;
  /** A finished or running generation to archive, if there is one. */
  readonly generation: Named | undefined;
  /** Longest wait for it. */
  readonly minutes: number;
}

/** Title of the provider whose status check a logical id stands for. */
const checkedTitle = /StatusChecksCheck(.+?)[0-9A-F]{8}$/;

/**
 * Looks at what no emulator can show, and removes what it made.
 *
 * @param told is given each finding as it is found
 * @throws where the stack cannot be read, or results cannot be listened to
 */
export const lookAtDeployment = async (
  services: Services,
  { stackName, provider, keyPrefix, generation, minutes }: LookOptions,
  told: (finding: Finding) => void,
): Promise<Finding[]> => {
  const findings: Finding[] = [];
  const look = async (check: Parameters<typeof lookAt>[0]): Promise<void> => {
    const finding = await lookAt(check);
    findings.push(finding);
    told(finding);
  };
  const id = `first-deployment-${randomUUID()}`;
  const { bucket, eventBusName, stateMachineArn, functions } = await readStack(
    services.cloudFormation,
    stackName,
  );
  const folder = `${keyPrefix}_${id}`;
  for (const check of storageChecks({ client: services.s3, bucket, folder })) await look(check);

  const results = await listen(services, eventBusName, id);
  try {
    const options = { ...services, eventBusName, stateMachineArn, results };
    await look(cancelCheck(options, { provider, generationId: id }));
    if (generation !== undefined) await look(archiveCheck(options, generation, minutes));
  } finally {
    await results.close();
  }

  const memory = { lambda: services.lambda, logs: services.logs, now: Date.now() };
  for (const { logicalId, name } of functions) {
    const title = checkedTitle.exec(logicalId)?.[1];
    if (title !== undefined) await look(memoryCheck(memory, name, `the check of ${title}`));
    else if (logicalId.includes('CopyExports')) await look(memoryCheck(memory, name, 'the copy'));
  }
  return findings;
};
