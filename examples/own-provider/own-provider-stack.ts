import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import {
  GenerationArchiver,
  Provider,
  type GenerationArchiverProps,
  type ProviderConfig,
} from 'generation-archiver';

/** What an {@link OwnProviderStack} is made from. */
export interface OwnProviderStackProps extends StackProps {
  /** Settings of the provider Acme. */
  readonly acme?: ProviderConfig;
  /** More settings of the archiver. */
  readonly archiver?: Partial<GenerationArchiverProps>;
}

/**
 * Archives the decks of a provider that the archiver does not know: `acme.ts` is all that it takes.
 */
export class OwnProviderStack extends Stack {
  constructor(
    scope: Construct,
    id: string,
    { acme, archiver: more, ...props }: OwnProviderStackProps = {},
  ) {
    super(scope, id, props);
    const archiver = new GenerationArchiver(this, 'Archiver', {
      eventBusName: 'acme-decks',
      providers: { acme: Provider.fromModule(new URL('./acme.ts', import.meta.url), acme) },
      ...more,
    });
    new CfnOutput(this, 'EventBusName', { value: archiver.eventBus.eventBusName });
    new CfnOutput(this, 'ArtifactsBucketName', { value: archiver.bucket.bucketName });
  }
}
