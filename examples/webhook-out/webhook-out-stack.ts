import { CfnOutput, Duration, SecretValue, Stack, type StackProps } from 'aws-cdk-lib';
import { TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import {
  ApiDestination,
  Authorization,
  Connection,
  HttpMethod,
  type IApiDestination,
} from 'aws-cdk-lib/aws-events';
import { ApiDestination as ToApiDestination } from 'aws-cdk-lib/aws-events-targets';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { GenerationArchiver, type GenerationArchiverProps } from 'generation-archiver';

/** What a {@link WebhookOutStack} is made from. */
export interface WebhookOutStackProps extends StackProps {
  /** Called by POST with every result; https. */
  readonly url: string;
  /** Name of the secret with the value of the `Authorization` header, such as `Bearer …`. */
  readonly secretName: string;
  /** More settings of the archiver. */
  readonly archiver?: Partial<GenerationArchiverProps>;
}

/** EventBridge tries for a day, up to 185 times, which is the most it does. */
const patience = { maxEventAge: Duration.hours(24), retryAttempts: 185 };

/** Calls of a second, at most: a tool that is told of a hundred decks at once is told in turn. */
const rateLimitPerSecond = 10;

/**
 * Calls an address with each result, the decks that are archived and those that are not. What it does
 * not take for a day lies in a queue, and an alarm tells.
 */
export class WebhookOutStack extends Stack {
  constructor(
    scope: Construct,
    id: string,
    { url, secretName, archiver: more, ...props }: WebhookOutStackProps,
  ) {
    super(scope, id, props);
    const archiver = new GenerationArchiver(this, 'Archiver', {
      eventBusName: 'webhook-out',
      providers: { gamma: {}, chronicle: {} },
      ...more,
    });
    const connection = new Connection(this, 'Connection', {
      // A reference: the value is in no template.
      authorization: Authorization.apiKey('Authorization', SecretValue.secretsManager(secretName)),
    });
    const destination = new ApiDestination(this, 'Address', {
      connection,
      endpoint: url,
      httpMethod: HttpMethod.POST,
      rateLimitPerSecond,
    });
    const undelivered = new Queue(this, 'Undelivered', {
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    });
    undelivered.metricApproximateNumberOfMessagesVisible().createAlarm(this, 'UndeliveredResults', {
      threshold: 1,
      evaluationPeriods: 1,
      treatMissingData: TreatMissingData.NOT_BREACHING,
      alarmDescription: 'The address did not take a result for a day: it lies in the queue',
    });

    // The CDK's class declares an optional property more loosely than its own interface: hence the assertion.
    const target = new ToApiDestination(destination as IApiDestination, {
      ...patience,
      deadLetterQueue: undelivered,
    });
    archiver.onArchived('ArchivedOut', { target });
    archiver.onPartiallyArchived('PartiallyArchivedOut', { target });
    archiver.onFailed('FailedOut', { target });
    archiver.onTimedOut('TimedOutOut', { target });
    archiver.onNotArchived('NotArchivedOut', { target });
    archiver.onNotStarted('NotStartedOut', { target });
    archiver.onCancelled('CancelledOut', { target });
    archiver.onRejected('RejectedOut', { target });
    // For a progress bar elsewhere, and for questions: two lines more.
    // archiver.onProgress('ProgressOut', { target });
    // archiver.onAwaitingInput('QuestionsOut', { target });

    new CfnOutput(this, 'EventBusName', { value: archiver.eventBus.eventBusName });
    new CfnOutput(this, 'UndeliveredQueueUrl', { value: undelivered.queueUrl });
  }
}
