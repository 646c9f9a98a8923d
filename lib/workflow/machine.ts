import { Names, RemovalPolicy, type Duration } from 'aws-cdk-lib';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import {
  DefinitionBody,
  LogLevel,
  StateMachine,
  type IChainable,
  type StateMachineType,
} from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { acknowledgeWildcards } from '../acknowledge.ts';

/** What makes one state machine differ from the other. */
export interface MachineProps {
  readonly comment: string;
  readonly type: StateMachineType;
  readonly definition: IChainable;
  readonly timeout: Duration;
  /** The functions that it invokes. */
  readonly functions: readonly IFunction[];
}

/**
 * The one way a state machine is made: traced, with a log of its errors alone. State data is in no
 * log.
 *
 * @param scope named after the machine, since the log group is
 */
export const machine = (
  scope: Construct,
  { comment, type, definition, timeout, functions }: MachineProps,
): StateMachine => {
  const created = new StateMachine(scope, 'StateMachine', {
    comment,
    stateMachineType: type,
    definitionBody: DefinitionBody.fromChainable(definition),
    timeout,
    tracingEnabled: true,
    logs: {
      destination: new LogGroup(scope, 'Log', {
        // Step Functions Developer Guide, "Logging in CloudWatch Logs": log groups under this
        // name take no room in the account's resource policy, which is limited to 5,120
        // characters.
        logGroupName: `/aws/vendedlogs/states/${Names.uniqueResourceName(scope, { maxLength: 80 })}`,
        retention: RetentionDays.ONE_MONTH,
        removalPolicy: RemovalPolicy.DESTROY,
      }),
      level: LogLevel.ERROR,
      includeExecutionData: false,
    },
  });
  acknowledgeWildcards(
    created,
    functions.map(({ functionArn }) => `${functionArn}:*`),
    'The CDK grants a function together with its versions and aliases',
  );
  acknowledgeWildcards(
    created,
    ['*'],
    'Neither X-Ray nor the log delivery that Step Functions sets up has resources',
  );
  return created;
};
