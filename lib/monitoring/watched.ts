import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';

/** A provider's status check, as it is watched. */
export interface WatchedCheck {
  /** The provider's name in metrics. */
  readonly name: string;
  /** The provider's name for people. */
  readonly title: string;
  readonly function: LambdaFunction;
}

/** What is watched. */
export interface Watched {
  readonly intake: LambdaFunction;
  readonly copyExports: LambdaFunction;
  readonly stoppedExecutions: LambdaFunction;
  readonly statusChecks: readonly WatchedCheck[];
  /** What sends replies, of the providers that take them. What it cannot send lies in the dead-letter queue, which has an alarm. */
  readonly replies: readonly { readonly title: string; readonly function: LambdaFunction }[];
  readonly starts: readonly Omit<WatchedCheck, 'name'>[];
  readonly deadLetterQueue: IQueue;
  readonly stateMachine: StateMachine;
}
