import { Duration } from 'aws-cdk-lib';
import { Rule, type IEventBus } from 'aws-cdk-lib/aws-events';
import { LambdaFunction as LambdaTarget } from 'aws-cdk-lib/aws-events-targets';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { environmentNames } from '../../lambdas/contract/environment.ts';
import { acknowledgeWildcards } from '../acknowledge.ts';
import type { ArtifactStore } from '../artifact-store.ts';
import type { FunctionNetwork } from '../props.ts';
import { grantPutResults } from '../put-results.ts';
import { claimsEnvironment, grantTakingClaims } from './claims.ts';
import { asynchronousInvocation, delivery } from './intake.ts';
import { nodeFunction } from './node-function.ts';

/** What {@link StoppedExecutions} are made from. */
export interface StoppedExecutionsProps {
  /** Results are announced here. */
  readonly eventBus: IEventBus;
  readonly stateMachine: StateMachine;
  /** Keeps the ends that could not be announced. */
  readonly deadLetterQueue: IQueue;
  readonly store: ArtifactStore;
  readonly network: FunctionNetwork | undefined;
}

/**
 * Announces executions that the machine cannot announce itself: stopped by hand, stopped by the
 * time limit, or failed with an error that no Catch matches. Step Functions tells of them on the
 * account's default bus, whatever bus the archiver uses.
 */
export class StoppedExecutions extends Construct {
  readonly function: LambdaFunction;

  constructor(
    scope: Construct,
    id: string,
    { eventBus, stateMachine, deadLetterQueue, store, network }: StoppedExecutionsProps,
  ) {
    super(scope, id);
    this.function = nodeFunction(this, 'Function', {
      entry: 'announce-stopped',
      description:
        'Generation Archiver: announces an execution that was stopped, or failed, without a word',
      memorySize: 256,
      network,
      timeout: Duration.seconds(30),
      deadLetterQueue,
      ...asynchronousInvocation,
      environment: {
        [environmentNames.eventBusName]: eventBus.eventBusName,
        [environmentNames.stateMachineArn]: stateMachine.stateMachineArn,
        ...claimsEnvironment(store),
      },
    });
    const describing = stateMachine.grantExecution(
      this.function,
      'states:DescribeExecution',
      'states:GetExecutionHistory',
    );
    acknowledgeWildcards(
      this.function.role ?? this,
      describing.principalStatements.flatMap(({ resources }) => resources),
      'The executions of one state machine: their names follow from the ids of the generations',
    );
    grantPutResults(eventBus, this.function, [
      'Generation Cancelled',
      'Generation Not Archived',
      'Generation Not Started',
    ]);
    grantTakingClaims(this.function, store, 'ends');

    const rule = new Rule(this, 'Rule', {
      description:
        'Generation Archiver: executions that ended without success; those that were announced are left alone',
      eventPattern: {
        source: ['aws.states'],
        detailType: ['Step Functions Execution Status Change'],
        detail: {
          stateMachineArn: [stateMachine.stateMachineArn],
          status: ['FAILED', 'TIMED_OUT', 'ABORTED'],
        },
      },
    });
    rule.addTarget(new LambdaTarget(this.function, { deadLetterQueue, ...delivery }));
  }
}
