import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import { EventField, RuleTargetInput } from 'aws-cdk-lib/aws-events';
import { SnsTopic } from 'aws-cdk-lib/aws-events-targets';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Construct } from 'constructs';
import { GenerationArchiver, type GenerationArchiverProps } from 'generation-archiver';

/** What a {@link FailureMailStack} is made from. */
export interface FailureMailStackProps extends StackProps {
  /** The bucket that exists already. */
  readonly bucketName: string;
  /** Who is told; SNS asks for a confirmation first. */
  readonly email: string;
  /** More settings of the archiver. */
  readonly archiver?: Partial<GenerationArchiverProps>;
}

/**
 * Archives below `decks/` of an existing bucket, and sends an e-mail for every generation that
 * could not be archived.
 */
export class FailureMailStack extends Stack {
  /** What is told by e-mail. */
  readonly failures: Topic;

  constructor(
    scope: Construct,
    id: string,
    { bucketName, email, archiver: more, ...props }: FailureMailStackProps,
  ) {
    super(scope, id, props);
    this.failures = new Topic(this, 'Failures', { enforceSSL: true });
    this.failures.addSubscription(new EmailSubscription(email));

    const archiver = new GenerationArchiver(this, 'Archiver', {
      bucket: Bucket.fromBucketName(this, 'Bucket', bucketName),
      keyPrefix: 'decks/',
      eventBusName: 'decks',
      providers: { gamma: {}, perceptis: {} },
      ...more,
    });
    const mail = new SnsTopic(this.failures, {
      message: RuleTargetInput.fromText(
        `The deck ${EventField.fromPath('$.detail.generationId')} of ${EventField.fromPath('$.detail.provider')} was not archived. ` +
          `${EventField.fromPath('$.detail.error.code')}: ${EventField.fromPath('$.detail.error.message')}`,
      ),
    });
    archiver.onFailed('FailedMail', { target: mail });
    archiver.onTimedOut('TimedOutMail', { target: mail });
    archiver.onNotArchived('NotArchivedMail', { target: mail });
    archiver.onRejected('RejectedMail', { target: mail });
    archiver.onNotStarted('NotStartedMail', {
      target: new SnsTopic(this.failures, {
        message: RuleTargetInput.fromText(
          `The request ${EventField.fromPath('$.detail.requestId')} to ${EventField.fromPath('$.detail.provider')} led to no deck. ` +
            `${EventField.fromPath('$.detail.error.code')}: ${EventField.fromPath('$.detail.error.message')}`,
        ),
      }),
    });

    new CfnOutput(this, 'EventBusName', { value: archiver.eventBus.eventBusName });
  }
}
