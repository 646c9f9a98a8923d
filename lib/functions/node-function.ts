import { RemovalPolicy, type Duration } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  Architecture,
  Function as LambdaFunction,
  LoggingFormat,
  Runtime,
  Tracing,
  type FunctionProps,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { acknowledgeWildcards } from '../acknowledge.ts';
import type { FunctionNetwork } from '../props.ts';
import { functionCode, type FunctionEntry } from './function-code.ts';
import { memoryMegabytes } from './memory-sizes.ts';
import type { ProviderModule } from './provider-module.ts';

/** What makes one function differ from another. */
export interface NodeFunctionProps extends Pick<
  FunctionProps,
  | 'deadLetterQueue'
  | 'retryAttempts'
  | 'maxEventAge'
  | 'reservedConcurrentExecutions'
  | 'systemLogLevelV2'
> {
  readonly entry: FunctionEntry;
  readonly description: string;
  readonly timeout: Duration;
  readonly environment: Readonly<Record<string, string>>;
  /** The caller's VPC, where there is one: it holds for every function. */
  readonly network: FunctionNetwork | undefined;
  /** The providers from outside that it asks, by name. */
  readonly modules?: ReadonlyMap<string, ProviderModule>;
}

/**
 * AWS Lambda Developer Guide, "Giving Lambda functions access to resources in an Amazon VPC",
 * Required IAM permissions.
 */
const networkInterfaceActions = [
  'ec2:CreateNetworkInterface',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeSubnets',
  'ec2:DeleteNetworkInterface',
  'ec2:AssignPrivateIpAddresses',
  'ec2:UnassignPrivateIpAddresses',
];

/**
 * The one way a function is made: newest Node.js on arm64, one ES module, JSON logs in a log group
 * of its own, and a role that may write that log and traces and nothing else.
 */
export const nodeFunction = (
  scope: Construct,
  id: string,
  { entry, environment, network, modules = new Map(), ...props }: NodeFunctionProps,
): LambdaFunction => {
  // A role of its own, because the one that CDK makes has AWS's managed policy, which may write
  // every log group of the account.
  const role = new Role(scope, `${id}Role`, {
    assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
  });
  const logGroup = new LogGroup(scope, `${id}Log`, {
    retention: RetentionDays.ONE_MONTH,
    removalPolicy: RemovalPolicy.DESTROY,
  });
  logGroup.grantWrite(role);
  if (network !== undefined)
    role.addToPolicy(new PolicyStatement({ actions: networkInterfaceActions, resources: ['*'] }));

  const created = new LambdaFunction(scope, id, {
    code: functionCode(entry, modules),
    handler: 'index.handler',
    runtime: Runtime.NODEJS_24_X,
    // A fifth cheaper than x86 for the same work.
    architecture: Architecture.ARM_64,
    role,
    logGroup,
    loggingFormat: LoggingFormat.JSON,
    tracing: Tracing.ACTIVE,
    memorySize: memoryMegabytes[entry],
    environment: { ...environment },
    ...network,
    ...props,
  });
  acknowledgeWildcards(
    role,
    ['*'],
    'Neither X-Ray nor the network interfaces of a VPC have resources to grant',
  );
  return created;
};
