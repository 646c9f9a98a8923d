import {
  type CloudWatchLogsClient,
  paginateFilterLogEvents,
} from '@aws-sdk/client-cloudwatch-logs';
import { GetFunctionConfigurationCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import * as z from 'zod';
import { asExpected, unknown, wrong, type Check } from './finding.ts';

/** Part of a function's memory that may be used: above it, little is left for a large answer. */
const mostUsed = 0.85;

const hour = 3_600_000;

const reportSchema = z.object({
  type: z.literal('platform.report'),
  record: z.object({ metrics: z.object({ maxMemoryUsedMB: z.number() }) }),
});

/** What the runtime needs beside the process that a check sees, in megabytes. */
const besideTheProcess = 32;

/** A check's own line: Lambda writes none of its own about one that goes well. */
const checkedSchema = z.object({ memoryMegabytes: z.number() });

const asJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/**
 * Megabytes that a line tells: a REPORT line of JSON or of text (AWS Lambda Developer Guide, "Log
 * formats"), or one about a check.
 */
export const memoryOf = (line: string): number | undefined => {
  const json = asJson(line);
  const parsed = reportSchema.safeParse(json);
  if (parsed.success) return parsed.data.record.metrics.maxMemoryUsedMB;
  const checked = checkedSchema.safeParse(json);
  if (checked.success) return checked.data.memoryMegabytes + besideTheProcess;
  const [, used] = /^REPORT RequestId: .*Max Memory Used: (\d+) MB/s.exec(line) ?? [];
  return used === undefined ? undefined : Number(used);
};

/** What such a line has in it. */
const linePatterns = ['"platform.report"', '"REPORT RequestId"', '"memoryMegabytes"'] as const;

/** What the checks of memory need. */
export interface MemoryOptions {
  readonly lambda: LambdaClient;
  readonly logs: CloudWatchLogsClient;
  readonly now: number;
}

/** How much memory a function has used in the last hour. */
export const memoryCheck = (
  { lambda, logs, now }: MemoryOptions,
  FunctionName: string,
  title: string,
): Check => ({
  name: `${title} has memory to spare`,
  look: async () => {
    const { MemorySize = 0, LoggingConfig } = await lambda.send(
      new GetFunctionConfigurationCommand({ FunctionName }),
    );
    const logGroupName = LoggingConfig?.LogGroup ?? `/aws/lambda/${FunctionName}`;
    const used: number[] = [];
    for (const filterPattern of linePatterns) {
      const lines = { logGroupName, startTime: now - hour, filterPattern };
      for await (const { events = [] } of paginateFilterLogEvents({ client: logs }, lines))
        used.push(...events.flatMap(({ message }) => memoryOf(message ?? '') ?? []));
    }
    if (used.length === 0)
      return unknown('it was not invoked in the last hour: look again when it was');
    const most = Math.max(...used);
    const seen = `${most} of ${MemorySize} MB at the most, in ${used.length} lines of the last hour`;
    return most <= MemorySize * mostUsed
      ? asExpected(seen)
      : wrong(`${seen}: report it, with the provider`);
  },
});
