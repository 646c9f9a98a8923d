import { Duration } from 'aws-cdk-lib';
import { Match, Rule, type IEventBus } from 'aws-cdk-lib/aws-events';
import { LambdaFunction as LambdaTarget } from 'aws-cdk-lib/aws-events-targets';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { environmentNames } from '../../lambdas/contract/environment.ts';
import { eventSource } from '../../lambdas/contract/results.ts';
import { triggerDetailTypes } from '../../lambdas/contract/triggers.ts';
import { acknowledgeWildcards } from '../acknowledge.ts';
import type { ArtifactStore } from '../artifact-store.ts';
import type { ArchiverSettings } from '../config/config.ts';
import { deployedProviders } from '../config/deployed-providers.ts';
import { grantPutResults } from '../put-results.ts';
import { bucketEnvironment, grantListingClaims } from './claims.ts';
import { nodeFunction } from './node-function.ts';

/** The longest that SQS keeps a message: time to notice, to repair and to send the events again. */
const keptFor = Duration.days(14);

/**
 * EventBridge's own maximum: a day of tries before an event that could not be delivered goes to the
 * dead-letter queue.
 */
export const delivery = { maxEventAge: Duration.hours(24), retryAttempts: 185 };

/**
 * Lambda's maximum for a function that an event invokes: Step Functions, EventBridge or a provider
 * throttles or is down, which passes.
 */
export const asynchronousInvocation = { retryAttempts: 2, maxEventAge: Duration.hours(6) };

/** What an {@link Intake} is made from. */
export interface IntakeProps {
  readonly eventBus: IEventBus;
  readonly stateMachine: StateMachine;
  readonly store: ArtifactStore;
  readonly settings: ArchiverSettings;
}

/**
 * Turns each trigger event into an execution; what cannot be turned into one lies in the
 * dead-letter queue.
 */
export class Intake extends Construct {
  readonly function: LambdaFunction;
  /**
   * Holds events that could not be delivered and events that the function could not handle, both as
   * they were sent.
   */
  readonly deadLetterQueue: Queue;

  constructor(
    scope: Construct,
    id: string,
    { eventBus, stateMachine, store, settings }: IntakeProps,
  ) {
    super(scope, id);
    this.deadLetterQueue = new Queue(this, 'DeadLetterQueue', {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: keptFor,
    });
    this.function = nodeFunction(this, 'Function', {
      entry: 'intake',
      description:
        'Generation Archiver: checks a trigger event and starts the execution that follows the generation',
      network: settings.network,
      timeout: Duration.seconds(30),
      deadLetterQueue: this.deadLetterQueue,
      ...asynchronousInvocation,
      environment: {
        [environmentNames.providers]: deployedProviders(settings),
        [environmentNames.eventBusName]: eventBus.eventBusName,
        [environmentNames.stateMachineArn]: stateMachine.stateMachineArn,
        ...bucketEnvironment(store),
      },
    });
    stateMachine.grantStartExecution(this.function);
    const describing = stateMachine.grantExecution(
      this.function,
      'states:DescribeExecution',
      'states:StopExecution',
      'states:GetExecutionHistory',
    );
    acknowledgeWildcards(
      this.function.role ?? this,
      describing.principalStatements.flatMap(({ resources }) => resources),
      'The executions of one state machine: their names follow from the ids of the generations',
    );
    grantPutResults(eventBus, this.function, ['Generation Rejected']);
    grantListingClaims(this.function, store, 'accepted');

    const rule = new Rule(this, 'Rule', {
      eventBus,
      description: `Generation Archiver: ${triggerDetailTypes.join(', ')}, from anybody but the archiver itself`,
      eventPattern: { detailType: triggerDetailTypes, source: Match.anythingBut(eventSource) },
    });
    rule.addTarget(
      new LambdaTarget(this.function, { deadLetterQueue: this.deadLetterQueue, ...delivery }),
    );
  }
}
