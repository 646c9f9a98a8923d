import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import type { ProviderFunction } from '../functions/provider-function.ts';

/** What is watched. */
export interface Watched {
  readonly intake: LambdaFunction;
  readonly copyExports: LambdaFunction;
  readonly stoppedExecutions: LambdaFunction;
  /** Looks for ends that were not announced. */
  readonly sweep: LambdaFunction;
  readonly statusChecks: readonly ProviderFunction[];
  /**
   * What sends replies, of the providers that take them. What it cannot send lies in the
   * dead-letter queue, which has an alarm.
   */
  readonly replies: readonly ProviderFunction[];
  /** What has generations started, of the providers that can be asked to. */
  readonly starts: readonly ProviderFunction[];
  /** What has finished decks exported, of the providers that do so on request. */
  readonly exports: readonly ProviderFunction[];
  readonly deadLetterQueue: IQueue;
  readonly stateMachine: StateMachine;
  readonly checksMachine: StateMachine;
}
