import {
  DescribeExecutionCommand,
  ExecutionAlreadyExists,
  ExecutionDoesNotExist,
  GetExecutionHistoryCommand,
  paginateGetExecutionHistory,
  StartExecutionCommand,
  StopExecutionCommand,
  type HistoryEvent,
  type SFNClient,
} from '@aws-sdk/client-sfn';
import { followStateName } from '../contract/follow.ts';
import type { Executions } from '../contract/ports.ts';
import { whyAborted, whyOf } from './why-aborted.ts';

/** Events of a page. Between two states there are a task's attempts, three events each. */
const eventsOfPage = 100;

const isEnd = ({ type }: HistoryEvent): boolean =>
  type !== 'ExecutionStarted' && type?.startsWith('Execution') === true;

/** The state data that an event of the history tells. */
const dataOf = ({
  stateEnteredEventDetails: entered,
  stateExitedEventDetails: exited,
  executionStartedEventDetails: started,
}: HistoryEvent) => entered?.input ?? exited?.output ?? started?.input;

/**
 * Whether a task is under way that may send something on behalf of a request: following only asks.
 */
const isInTask = ({ type, stateEnteredEventDetails: entered }: HistoryEvent): boolean =>
  type === 'TaskStateEntered' && entered?.name !== followStateName;

/** ARN of the execution of a name. */
export const executionArnOf =
  (stateMachineArn: string) =>
  (name: string): string =>
    `${stateMachineArn.replace(':stateMachine:', ':execution:')}:${name}`;

/** The executions of a Step Functions state machine. */
export const createExecutions = ({
  client,
  stateMachineArn,
}: {
  client: SFNClient;
  stateMachineArn: string;
}): Executions => {
  const arnOf = executionArnOf(stateMachineArn);
  return {
    start: async (name, input) => {
      try {
        await client.send(
          new StartExecutionCommand({ stateMachineArn, name, input: JSON.stringify(input) }),
        );
        return 'started';
      } catch (error) {
        if (error instanceof ExecutionAlreadyExists) return 'exists';
        throw error;
      }
    },
    describe: async (name) => {
      try {
        const found = await client.send(
          new DescribeExecutionCommand({ executionArn: arnOf(name) }),
        );
        const isUntold = found.status === 'ABORTED' && found.error === undefined;
        return {
          running: found.status === 'RUNNING' || found.status === 'PENDING_REDRIVE',
          input: found.input ?? '',
          ...(found.stopDate === undefined ? {} : { endedAt: found.stopDate.getTime() }),
          ...(isUntold ? await whyAborted(client, arnOf(name)) : whyOf(found)),
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
      const history = {
        executionArn: arnOf(name),
        reverseOrder: true,
        includeExecutionData: true,
        maxResults: eventsOfPage,
      };
      let isWhole: boolean | undefined;
      for await (const { events = [] } of paginateGetExecutionHistory({ client }, history)) {
        for (const event of events) {
          isWhole ??= isEnd(event);
          const data = dataOf(event);
          // A history that does not tell the end yet may lack states, too.
          if (data !== undefined) return { data, inTask: !isWhole || isInTask(event) };
        }
      }
      return undefined;
    },
    stateOf: async (name) => {
      const { events = [] } = await client.send(
        new GetExecutionHistoryCommand({
          executionArn: arnOf(name),
          reverseOrder: true,
          includeExecutionData: false,
          maxResults: eventsOfPage,
        }),
      );
      return events.flatMap(({ stateEnteredEventDetails: entered }) => entered?.name ?? [])[0];
    },
  };
};
