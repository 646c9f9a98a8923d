import {
  DescribeExecutionCommand,
  ExecutionAlreadyExists,
  ExecutionDoesNotExist,
  paginateGetExecutionHistory,
  StartExecutionCommand,
  StopExecutionCommand,
  type SFNClient,
} from '@aws-sdk/client-sfn';
import type { Executions } from '../contract/ports.ts';

/** Events of a page. Between two states there are a task's attempts, three events each. */
const eventsOfPage = 100;

/** ARN of the execution of a name. */
export const executionArnOf =
  (stateMachineArn: string) =>
  (name: string): string =>
    `${stateMachineArn.replace(':stateMachine:', ':execution:')}:${name}`;

/** The executions of a Step Functions state machine. */
export const createExecutions = ({ client, stateMachineArn }: { client: SFNClient; stateMachineArn: string }): Executions => {
  const arnOf = executionArnOf(stateMachineArn);
  return {
    start: async (name, input) => {
      try {
        await client.send(new StartExecutionCommand({ stateMachineArn, name, input: JSON.stringify(input) }));
        return 'started';
      } catch (error) {
        if (error instanceof ExecutionAlreadyExists) return 'exists';
        throw error;
      }
    },
    describe: async (name) => {
      try {
        const found = await client.send(new DescribeExecutionCommand({ executionArn: arnOf(name) }));
        return {
          running: found.status === 'RUNNING' || found.status === 'PENDING_REDRIVE',
          input: found.input ?? '',
          ...(found.error === undefined ? {} : { error: found.error }),
          ...(found.cause === undefined ? {} : { cause: found.cause }),
        };
      } catch (error) {
        if (error instanceof ExecutionDoesNotExist) return undefined;
        throw error;
      }
    },
    stop: async (name, why) => {
      await client.send(new StopExecutionCommand({ executionArn: arnOf(name), ...why }));
    },
    lastState: async (name) => {
      const history = { executionArn: arnOf(name), reverseOrder: true, includeExecutionData: true, maxResults: eventsOfPage };
      for await (const { events = [] } of paginateGetExecutionHistory({ client }, history)) {
        for (const { stateEnteredEventDetails: entered, stateExitedEventDetails: exited } of events) {
          const data = entered?.input ?? exited?.output;
          if (data !== undefined) return data;
        }
      }
      return undefined;
    },
  };
};
