import { Duration } from 'aws-cdk-lib';
import { Match, Rule, type IEventBus } from 'aws-cdk-lib/aws-events';
import { LambdaFunction as LambdaTarget } from 'aws-cdk-lib/aws-events-targets';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { environmentNames } from '../../lambdas/contract/environment.ts';
import { eventSource } from '../../lambdas/contract/results.ts';
import type { TriggerDetailType } from '../../lambdas/contract/triggers.ts';
import type { ArtifactStore } from '../artifact-store.ts';
import type { ArchiverSettings, DeployedProvider } from '../config/config.ts';
import { grantPutResults } from '../put-results.ts';
import { bucketEnvironment, grantTakingClaims } from './claims.ts';
import { asynchronousInvocation, delivery } from './intake.ts';
import { providerFunction, type ProviderFunction } from './provider-function.ts';

/** Six rounds of asking and sending, 10 s each at most, and the pauses between them. */
const timeout = Duration.minutes(4);

/** What {@link Replies} are made from. */
export interface RepliesProps {
  readonly eventBus: IEventBus;
  /** Keeps the replies that could not be sent. */
  readonly deadLetterQueue: IQueue;
  readonly store: ArtifactStore;
  readonly settings: ArchiverSettings;
}

/**
 * A function for each provider that takes replies, with a role that reads that provider's API keys
 * and no other secret. Its rule matches the provider by name; every other reply is for intake,
 * which refuses it.
 */
export class Replies extends Construct {
  readonly functions: readonly ProviderFunction[];

  constructor(scope: Construct, id: string, props: RepliesProps) {
    super(scope, id);
    this.functions = props.settings.providers
      .filter(({ provider }) => provider.reply !== undefined)
      .map((deployed) => this.createReply(deployed, props));
  }

  private createReply(
    deployed: DeployedProvider,
    { eventBus, deadLetterQueue, store, settings }: RepliesProps,
  ): ProviderFunction {
    const { name, title } = deployed.provider;
    const reply = providerFunction(this, `Reply${title}`, {
      deployed,
      settings,
      entry: 'send-reply',
      description: `Generation Archiver: sends replies to questions of ${title}`,
      timeout,
      deadLetterQueue,
      ...asynchronousInvocation,
      environment: {
        [environmentNames.eventBusName]: eventBus.eventBusName,
        ...bucketEnvironment(store),
      },
    });
    grantPutResults(eventBus, reply.function, ['Generation Rejected']);
    grantTakingClaims(reply.function, store, `replies/${name}`);

    const detailType: TriggerDetailType = 'Generation Reply';
    const rule = new Rule(this, `${title}Rule`, {
      eventBus,
      description: `Generation Archiver: ${detailType} for ${title}, from anybody but the archiver itself`,
      eventPattern: {
        detailType: [detailType],
        source: Match.anythingBut(eventSource),
        detail: { provider: [name] },
      },
    });
    rule.addTarget(new LambdaTarget(reply.function, { deadLetterQueue, ...delivery }));
    return reply;
  }
}
