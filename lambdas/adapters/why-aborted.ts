import { GetExecutionHistoryCommand, type SFNClient } from '@aws-sdk/client-sfn';
import { ArchiverError } from '../contract/error-codes.ts';
import type { ExecutionFound } from '../contract/ports.ts';

/** Why an execution ended. */
export type Why = Pick<ExecutionFound, 'error' | 'cause'>;

/** What is told of it. */
export const whyOf = ({
  error,
  cause,
}: {
  error?: string | undefined;
  cause?: string | undefined;
}): Why => ({
  ...(error === undefined ? {} : { error }),
  ...(cause === undefined ? {} : { cause }),
});

/**
 * With which error an execution was stopped. DescribeExecution documents an error for one that
 * failed alone; that of StopExecution is in the history's last event (API Reference,
 * "ExecutionAbortedEventDetails").
 *
 * @throws where the history does not tell the end yet: what is read is eventually consistent
 */
export const whyAborted = async (client: SFNClient, executionArn: string): Promise<Why> => {
  const history = await client.send(
    new GetExecutionHistoryCommand({ executionArn, reverseOrder: true, maxResults: 1 }),
  );
  const last = history?.events?.[0];
  if (last === undefined) return {};
  if (last.type === 'ExecutionAborted') return whyOf(last.executionAbortedEventDetails ?? {});
  throw new ArchiverError(
    'InternalError',
    `the history of ${executionArn} does not tell yet that it was stopped`,
  );
};
