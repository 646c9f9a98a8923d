import { CfnOutput, Stack } from 'aws-cdk-lib';
import type { IEventBus } from 'aws-cdk-lib/aws-events';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import type { ArchiverSettings } from './config/config.ts';
import { packageVersion } from './version.ts';

/** What the outputs tell of. */
interface Told {
  readonly bucket: IBucket;
  readonly eventBus: IEventBus;
  readonly stateMachine: StateMachine;
  readonly deadLetterQueue: IQueue;
  readonly settings: Pick<ArchiverSettings, 'providers' | 'secretPrefix' | 'keyPrefix'>;
}

/**
 * Outputs of the stack that an archiver is in: for its users, and for the command line, which finds
 * the archiver by them. Their names are API.
 *
 * @throws Error where the stack has them already: they are of one archiver
 */
export const addStackOutputs = (archiver: Construct, told: Told): void => {
  const { bucket, eventBus, stateMachine, deadLetterQueue, settings } = told;
  const stack = Stack.of(archiver);
  if (stack.node.tryFindChild('StateMachineArn') instanceof CfnOutput)
    throw new Error(
      `the stack ${stack.node.path} has the outputs of an archiver already, and ${archiver.node.path} needs others: only in a stack of its own can the command line find it`,
    );
  const outputs: readonly (readonly [name: string, value: string, description: string])[] = [
    ['ArtifactsBucketName', bucket.bucketName, 'The archive'],
    [
      'EventBusName',
      eventBus.eventBusName,
      'Send "Generation Started" events here; results arrive here',
    ],
    ['StateMachineArn', stateMachine.stateMachineArn, 'One execution follows one generation'],
    ['DeadLetterQueueUrl', deadLetterQueue.queueUrl, 'Trigger events that could not be followed'],
    [
      'Providers',
      settings.providers.map(({ provider }) => provider.name).join(','),
      'Whose generations are followed',
    ],
    ['SecretPrefix', settings.secretPrefix, 'API keys are the secrets <prefix>/<provider>/<name>'],
    // CloudFormation refuses an empty output.
    ['KeyPrefix', settings.keyPrefix || '/', 'Keys of the archive begin with it; / for none'],
    ['Version', packageVersion, 'Of the package generation-archiver'],
  ];
  for (const [name, value, description] of outputs)
    void new CfnOutput(stack, name, { value, description });
};
