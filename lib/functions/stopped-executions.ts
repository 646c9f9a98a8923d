import { Duration } from 'aws-cdk-lib';
import { Rule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction as LambdaTarget } from 'aws-cdk-lib/aws-events-targets';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { FunctionNetwork } from '../props.ts';
import { endsEnvironment, grantAnnouncingEnds, type EndsProps } from './ends.ts';
import { asynchronousInvocation, delivery } from './intake.ts';
import { nodeFunction } from './node-function.ts';

/** What {@link StoppedExecutions} are made from. */
export interface StoppedExecutionsProps extends EndsProps {
  /** Keeps the ends that could not be announced. */
  readonly deadLetterQueue: IQueue;
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
    { deadLetterQueue, network, ...props }: StoppedExecutionsProps,
  ) {
    super(scope, id);
    this.function = nodeFunction(this, 'Function', {
      entry: 'announce-stopped',
      description:
        'Generation Archiver: announces an execution that was stopped, or failed, without a word',
      network,
      timeout: Duration.seconds(30),
      deadLetterQueue,
      ...asynchronousInvocation,
      environment: endsEnvironment(props),
    });
    grantAnnouncingEnds(this.function, props);

    const rule = new Rule(this, 'Rule', {
      description:
        'Generation Archiver: executions that ended without success; those that were announced are left alone',
      eventPattern: {
        source: ['aws.states'],
        detailType: ['Step Functions Execution Status Change'],
        detail: {
          stateMachineArn: [props.stateMachine.stateMachineArn],
          status: ['FAILED', 'TIMED_OUT', 'ABORTED'],
        },
      },
    });
    rule.addTarget(new LambdaTarget(this.function, { deadLetterQueue, ...delivery }));
  }
}
