import { fileURLToPath } from 'node:url';
import { RemovalPolicy, type Duration } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, LoggingFormat, Runtime, Tracing } from 'aws-cdk-lib/aws-lambda';
import { LogLevel, NodejsFunction, OutputFormat, type NodejsFunctionProps } from 'aws-cdk-lib/aws-lambda-nodejs';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { acknowledgeWildcards } from './acknowledge.ts';

/** Where this package lies: the functions' source is in it, whoever synthesises. */
const projectRoot = fileURLToPath(new URL('..', import.meta.url));

/** What makes one function differ from another. */
export interface NodeFunctionProps
  extends Pick<
    NodejsFunctionProps,
    'memorySize' | 'deadLetterQueue' | 'retryAttempts' | 'maxEventAge' | 'reservedConcurrentExecutions'
  > {
  /** File under `lambdas/functions`, without `.ts`; it exports `handler`. */
  readonly entry: 'intake' | 'check-status' | 'copy-exports' | 'announce-stopped';
  readonly description: string;
  readonly timeout: Duration;
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * The one way a function is made: newest Node.js on arm64, one minified ES module with the locked version of the AWS SDK in
 * it, JSON logs in a log group of its own, and a role that may write that log and traces and nothing else.
 */
export const nodeFunction = (scope: Construct, id: string, { entry, environment, ...props }: NodeFunctionProps): NodejsFunction => {
  // A role of its own, because the one that CDK makes has AWS's managed policy, which may write every log group of the account.
  const role = new Role(scope, `${id}Role`, { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
  const logGroup = new LogGroup(scope, `${id}Log`, {
    retention: RetentionDays.ONE_MONTH,
    removalPolicy: RemovalPolicy.DESTROY,
  });
  logGroup.grantWrite(role);

  const created = new NodejsFunction(scope, id, {
    entry: `${projectRoot}lambdas/functions/${entry}.ts`,
    handler: 'handler',
    projectRoot,
    depsLockFilePath: `${projectRoot}package-lock.json`,
    runtime: Runtime.NODEJS_24_X,
    // A fifth cheaper than x86 for the same work.
    architecture: Architecture.ARM_64,
    role,
    logGroup,
    loggingFormat: LoggingFormat.JSON,
    tracing: Tracing.ACTIVE,
    // It only sets a variable that the SDK's version 3 does not read.
    awsSdkConnectionReuse: false,
    environment: { ...environment },
    bundling: {
      format: OutputFormat.ESM,
      target: 'node24',
      mainFields: ['module', 'main'],
      // undici and parts of the SDK are CommonJS and `require` Node's own modules, which an ES module has no function for.
      banner: [
        "import { createRequire as createRequireOfBundle } from 'node:module';",
        'const require = createRequireOfBundle(import.meta.url);',
      ].join(' '),
      bundleAwsSDK: true,
      minify: true,
      logLevel: LogLevel.WARNING,
      // Errors carry literal names and the log tells what happened; a map of a megabyte would cost every cold start, and the
      // memory of a 128 MB function at the worst moment.
      sourceMap: false,
    },
    ...props,
  });
  acknowledgeWildcards(role, ['*'], 'X-Ray has no resources: writing traces can only be granted on "*"');
  return created;
};
