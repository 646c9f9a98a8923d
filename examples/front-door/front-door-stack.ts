import { fileURLToPath } from 'node:url';
import { CfnOutput, Duration, Stack, type StackProps } from 'aws-cdk-lib';
import { CfnStage, HttpApi, HttpMethod, ParameterMapping } from 'aws-cdk-lib/aws-apigatewayv2';
import {
  HttpLambdaAuthorizer,
  HttpLambdaResponseType,
} from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import {
  HttpEventBridgeIntegration,
  HttpLambdaIntegration,
} from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { Runtime } from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction, OutputFormat } from 'aws-cdk-lib/aws-lambda-nodejs';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import { GenerationArchiver, type GenerationArchiverProps } from 'generation-archiver';
import { detailTypes } from './triggers.ts';

/** What a {@link FrontDoorStack} is made from. */
export interface FrontDoorStackProps extends StackProps {
  /** More settings of the archiver. */
  readonly archiver?: Partial<GenerationArchiverProps>;
}

/** Requests a second that the door lets through, and at once: it is for tools, not for crowds. */
const throttling = { throttlingRateLimit: 20, throttlingBurstLimit: 40 };

/**
 * An HTTPS address for triggers: the body of a POST with the right bearer token goes to the bus as the
 * detail of the event that the path names. No function lies between; `/check/…` tells beforehand what
 * would be wrong with it.
 */
export class FrontDoorStack extends Stack {
  constructor(
    scope: Construct,
    id: string,
    { archiver: more, ...props }: FrontDoorStackProps = {},
  ) {
    super(scope, id, props);
    const archiver = new GenerationArchiver(this, 'Archiver', {
      eventBusName: 'front-door',
      providers: { gamma: {}, chronicle: {} },
      ...more,
    });
    // Made within Secrets Manager: it is in no template.
    const token = new Secret(this, 'Token', {
      description: 'Bearer token of the front door',
      generateSecretString: { passwordLength: 48, excludePunctuation: true },
    });

    const authorize = this.function('authorize', { TOKEN_SECRET_ARN: token.secretArn });
    token.grantRead(authorize);
    const authorizer = new HttpLambdaAuthorizer('Bearer', authorize, {
      responseTypes: [HttpLambdaResponseType.SIMPLE],
      identitySource: ['$request.header.Authorization'],
      // So long an old token still opens the door once it was replaced.
      resultsCacheTtl: Duration.minutes(1),
    });
    const api = new HttpApi(this, 'Door', { defaultAuthorizer: authorizer });
    const stage = api.defaultStage?.node.defaultChild;
    if (stage instanceof CfnStage) stage.defaultRouteSettings = throttling;

    const { eventBus } = archiver;
    for (const [path, detailType] of Object.entries(detailTypes)) {
      // Source and detail-type are the door's: whoever has the token sends triggers, and nothing else.
      const parameterMapping = new ParameterMapping()
        .custom('Source', 'front-door')
        .custom('DetailType', detailType)
        .custom('Detail', '$request.body')
        .custom('EventBusName', eventBus.eventBusName);
      api.addRoutes({
        path: `/${path}`,
        methods: [HttpMethod.POST],
        integration: new HttpEventBridgeIntegration(`Send-${path}`, {
          eventBusRef: eventBus.eventBusRef,
          parameterMapping,
        }),
      });
    }
    const providers = Object.keys(more?.providers ?? { gamma: {}, chronicle: {} });
    const check = this.function('check', { PROVIDERS: providers.join(',') });
    api.addRoutes({
      path: '/check/{trigger}',
      methods: [HttpMethod.POST],
      integration: new HttpLambdaIntegration('Check', check),
    });

    new CfnOutput(this, 'EventBusName', { value: eventBus.eventBusName });
    new CfnOutput(this, 'DoorUrl', { value: api.apiEndpoint });
    new CfnOutput(this, 'TokenSecretArn', { value: token.secretArn });
  }

  private function(name: string, environment: Record<string, string>): NodejsFunction {
    return new NodejsFunction(this, name, {
      entry: fileURLToPath(new URL(`./${name}.ts`, import.meta.url)),
      runtime: Runtime.NODEJS_24_X,
      memorySize: 256,
      timeout: Duration.seconds(10),
      environment,
      bundling: {
        format: OutputFormat.ESM,
        bundleAwsSDK: true,
        // Parts of the SDK are CommonJS, and an ES module has no `require` for them.
        banner:
          "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
      },
    });
  }
}
