import {
  DescribeStacksCommand,
  paginateListStackResources,
  type Stack,
} from '@aws-sdk/client-cloudformation';
import { kept } from '../kept.ts';
import type { Clients } from './clients.ts';
import { ConsoleError } from './explain.ts';

/** A resource of the stack. */
export interface Resource {
  readonly type: string;
  readonly logicalId: string;
  readonly physicalId: string;
}

/** A deployed archiver, as its stack's outputs tell. */
export interface Deployed {
  readonly stackName: string;
  readonly region: string;
  /** CloudFormation's word for how the last deployment went. */
  readonly status: string;
  readonly bucket: string;
  readonly busName: string;
  readonly stateMachineArn: string;
  readonly deadLetterQueueUrl: string;
  /** Empty where the deployed version has no such output. */
  readonly providers: readonly string[];
  readonly secretPrefix: string;
  /** Empty, or ending in `/`. */
  readonly keyPrefix: string;
  /** Of the package that was deployed; absent where it does not say. */
  readonly version?: string | undefined;
  /** Everything that is in the stack; asked for once. */
  readonly resources: () => Promise<readonly Resource[]>;
}

const outputsOf = ({ Outputs: outputs = [] }: Stack): ReadonlyMap<string, string> =>
  new Map(
    outputs.flatMap(({ OutputKey: key, OutputValue: value }) =>
      key === undefined || value === undefined ? [] : [[key, value] as const],
    ),
  );

const resourcesOf = async ({ cloudFormation }: Clients, stackName: string): Promise<Resource[]> => {
  const resources: Resource[] = [];
  const pages = paginateListStackResources({ client: cloudFormation }, { StackName: stackName });
  for await (const { StackResourceSummaries: page = [] } of pages)
    resources.push(
      ...page.map(({ ResourceType, LogicalResourceId, PhysicalResourceId }) => ({
        type: ResourceType ?? '',
        logicalId: LogicalResourceId ?? '',
        physicalId: PhysicalResourceId ?? '',
      })),
    );
  return resources;
};

/**
 * Finds an archiver by its stack.
 *
 * @throws ConsoleError where the stack is not an archiver's
 */
export const findStack = async (clients: Clients, stackName: string): Promise<Deployed> => {
  const region = await clients.cloudFormation.config.region();
  const found = await clients.cloudFormation.send(
    new DescribeStacksCommand({ StackName: stackName }),
  );
  const stack = found.Stacks?.[0];
  const status = stack?.StackStatus ?? 'unknown';
  const outputs = stack === undefined ? new Map<string, string>() : outputsOf(stack);
  const output = (name: string): string => {
    const value = outputs.get(name);
    if (value === undefined)
      throw new ConsoleError(
        `the stack ${stackName} in ${region} (${status}) has no output ${name}: it is no archiver's. In an app of your own, call addOutputs() of the construct and deploy`,
      );
    return value;
  };
  return {
    stackName,
    region,
    status,
    bucket: output('ArtifactsBucketName'),
    busName: output('EventBusName'),
    stateMachineArn: output('StateMachineArn'),
    deadLetterQueueUrl: output('DeadLetterQueueUrl'),
    providers: (outputs.get('Providers') ?? '').split(',').filter((name) => name !== ''),
    secretPrefix: outputs.get('SecretPrefix') ?? 'generation-archiver',
    // CloudFormation has no empty output, so that `/` stands for none.
    keyPrefix: (outputs.get('KeyPrefix') ?? '/').replace(/^\/$/, ''),
    version: outputs.get('Version'),
    resources: kept(Infinity, Date.now, () => resourcesOf(clients, stackName)),
  };
};
