import { paginateListExecutions, type SFNClient } from '@aws-sdk/client-sfn';
import { ArchiverError } from '../contract/error-codes.ts';
import type { EndedExecutions } from '../contract/ports.ts';

/** The most that a page holds (Step Functions API Reference, "ListExecutions"). */
const pageSize = 1000;

/** Pages of one list: 20,000 failures in two days are an outage, of which other alarms tell. */
const maxPages = 20;

/** The ended executions of a Step Functions state machine. */
export const createEndedExecutions = ({
  client,
  stateMachineArn,
}: {
  client: SFNClient;
  stateMachineArn: string;
}): EndedExecutions => ({
  list: async function* (status, begunAfter) {
    let pages = 0;
    const all = paginateListExecutions(
      { client, pageSize },
      { stateMachineArn, statusFilter: status },
    );
    for await (const { executions = [] } of all) {
      pages += 1;
      for (const { executionArn, name, startDate, stopDate } of executions) {
        // The most recent comes first ("ListExecutions").
        if (startDate !== undefined && startDate.getTime() <= begunAfter) return;
        if (executionArn === undefined || name === undefined || stopDate === undefined) continue;
        yield { execution: executionArn, name, endedAt: stopDate.getTime() };
      }
      if (pages === maxPages)
        throw new ArchiverError('InternalError', `more than ${maxPages * pageSize} ${status}`);
    }
  },
});
