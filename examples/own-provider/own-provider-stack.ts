import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import {
  GenerationArchiver,
  ProviderModule,
  type GenerationArchiverProps,
  type ProviderOptions,
} from 'generation-archiver';

/** The translation of Acme's API, beside this file. */
const acmeFile = import.meta.resolve('./acme.ts');

/** What an {@link OwnProviderStack} is made from. */
export interface OwnProviderStackProps extends StackProps {
  /** Options of the provider Acme. */
  readonly acme?: ProviderOptions;
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
      providers: { acme: { ...acme, module: ProviderModule.fromSource(acmeFile) } },
      ...more,
    });
    new CfnOutput(this, 'EventBusName', { value: archiver.eventBus.eventBusName });
    new CfnOutput(this, 'ArtifactsBucketName', { value: archiver.bucket.bucketName });
  }
}
