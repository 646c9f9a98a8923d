import { fileURLToPath } from 'node:url';
import { CfnOutput, Duration, Stack, type StackProps } from 'aws-cdk-lib';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { Runtime } from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction, OutputFormat } from 'aws-cdk-lib/aws-lambda-nodejs';
import { BlockPublicAccess, Bucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { GenerationArchiver, type GenerationArchiverProps } from 'generation-archiver';

/** What a {@link DeckTextStack} is made from. */
export interface DeckTextStackProps extends StackProps {
  /** More settings of the archiver. */
  readonly archiver?: Partial<GenerationArchiverProps>;
}

/** Archives decks, and has a function read every PowerPoint file as soon as it is archived. */
export class DeckTextStack extends Stack {
  constructor(scope: Construct, id: string, { archiver: more, ...props }: DeckTextStackProps = {}) {
    super(scope, id, props);
    const archiver = new GenerationArchiver(this, 'Archiver', {
      eventBusName: 'deck-text',
      providers: { gamma: {}, perceptis: {} },
      ...more,
    });

    const texts = new Bucket(this, 'Texts', {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
    });
    const readDeck = new NodejsFunction(this, 'ReadDeck', {
      entry: fileURLToPath(new URL('./read-deck.ts', import.meta.url)),
      runtime: Runtime.NODEJS_24_X,
      timeout: Duration.minutes(1),
      memorySize: 512,
      environment: { TEXTS_BUCKET: texts.bucketName },
      bundling: {
        format: OutputFormat.ESM,
        bundleAwsSDK: true,
        // Parts of the SDK and of jszip are CommonJS, and an ES module has no `require` for them.
        banner:
          "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
      },
    });
    archiver.grantRead(readDeck);
    texts.grantPut(readDeck);
    archiver.onArchived('DeckArchived', {
      target: new LambdaFunction(readDeck),
      eventPattern: { detail: { artifacts: { format: ['pptx'] } } },
    });

    new CfnOutput(this, 'EventBusName', { value: archiver.eventBus.eventBusName });
    new CfnOutput(this, 'TextsBucketName', { value: texts.bucketName });
  }
}
