import { createHash } from 'node:crypto';
import {
  paginateDescribeLogGroups,
  paginateFilterLogEvents,
} from '@aws-sdk/client-cloudwatch-logs';
import { ResourceNotFoundException } from '@aws-sdk/client-cloudwatch-logs';
import { GetObjectCommand, HeadObjectCommand, paginateListObjectsV2 } from '@aws-sdk/client-s3';
import {
  paginateGetExecutionHistory,
  paginateListExecutions,
  type ExecutionListItem,
  type HistoryEvent,
} from '@aws-sdk/client-sfn';
import type { Aws } from './aws.ts';

/** An object of the bucket. */
export interface StoredObject {
  readonly body: Buffer;
  readonly sha256: string;
  readonly contentType: string | undefined;
  readonly contentDisposition: string | undefined;
}

/** Reads an object. */
export const readObject = async (
  { s3 }: Aws,
  bucket: string,
  key: string,
): Promise<StoredObject> => {
  const found = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
  const body = Buffer.from((await found.Body?.transformToByteArray()) ?? []);
  const { ContentDisposition: contentDisposition } = await s3.send(
    new HeadObjectCommand({ Bucket: bucket, Key: key }),
  );
  return {
    body,
    sha256: createHash('sha256').update(body).digest('hex'),
    contentType: found.ContentType,
    contentDisposition,
  };
};

/** The keys under a prefix. */
export const listKeys = async ({ s3 }: Aws, bucket: string, prefix = ''): Promise<string[]> => {
  const keys: string[] = [];
  for await (const page of paginateListObjectsV2(
    { client: s3 },
    { Bucket: bucket, Prefix: prefix },
  )) {
    keys.push(...(page.Contents ?? []).flatMap(({ Key }) => (Key === undefined ? [] : [Key])));
  }
  return keys;
};

/** The executions of a state machine, newest first. */
export const executionsOf = async (
  { stepFunctions }: Aws,
  stateMachineArn: string,
): Promise<ExecutionListItem[]> => {
  const executions: ExecutionListItem[] = [];
  for await (const page of paginateListExecutions({ client: stepFunctions }, { stateMachineArn }))
    executions.push(...(page.executions ?? []));
  return executions;
};

/** The executions that followed one generation. */
export const executionsAbout = async (
  aws: Aws,
  stateMachineArn: string,
  provider: string,
  generationId: string,
): Promise<ExecutionListItem[]> => {
  const start = `${provider}-${generationId.slice(0, 24)}-`;
  return (await executionsOf(aws, stateMachineArn)).filter(
    ({ name }) => name?.startsWith(start) === true,
  );
};

/** An execution's history, with all its data. */
export const historyOf = async (
  { stepFunctions }: Aws,
  executionArn: string,
): Promise<HistoryEvent[]> => {
  const events: HistoryEvent[] = [];
  const request = { executionArn, includeExecutionData: true, maxResults: 1000 };
  for await (const page of paginateGetExecutionHistory({ client: stepFunctions }, request))
    events.push(...(page.events ?? []));
  return events;
};

/** A line of a log. */
export interface LogLine {
  readonly group: string;
  readonly message: string;
}

/** Every line of every log group. */
export const readLogs = async ({ logs }: Aws): Promise<LogLine[]> => {
  const lines: LogLine[] = [];
  for await (const groups of paginateDescribeLogGroups({ client: logs }, {})) {
    for (const { logGroupName } of groups.logGroups ?? []) {
      if (logGroupName === undefined) continue;
      try {
        for await (const page of paginateFilterLogEvents({ client: logs }, { logGroupName })) {
          lines.push(
            ...(page.events ?? []).map(({ message = '' }) => ({ group: logGroupName, message })),
          );
        }
      } catch (error) {
        if (!(error instanceof ResourceNotFoundException)) throw error;
      }
    }
  }
  return lines;
};
