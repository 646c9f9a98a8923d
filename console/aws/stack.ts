import {
  DescribeStacksCommand,
  paginateListStackResources,
  type Stack,
} from '@aws-sdk/client-cloudformation';
import { kept } from '../kept.ts';
import type { Clients } from './clients.ts';
import { ConsoleError } from './explain.ts';
import { resourcesOfArchiver, type Resource } from './own-resources.ts';

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
  /** Everything in the stack that is this archiver's; asked for once. */
  readonly resources: () => Promise<readonly Resource[]>;
  /** What the logical ids of the stack's other archivers begin with. */
  readonly otherArchivers: () => Promise<readonly string[]>;
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
  const bucket = output('ArtifactsBucketName');
  const stateMachineArn = output('StateMachineArn');
  const resources = kept(Infinity, Date.now, async () =>
    resourcesOfArchiver(await resourcesOf(clients, stackName), stateMachineArn),
  );
  return {
    stackName,
    region,
    status,
    bucket,
    busName: output('EventBusName'),
    stateMachineArn,
    deadLetterQueueUrl: output('DeadLetterQueueUrl'),
    providers: (outputs.get('Providers') ?? '').split(',').filter((name) => name !== ''),
    secretPrefix: outputs.get('SecretPrefix') ?? 'generation-archiver',
    // CloudFormation has no empty output, so that `/` stands for none.
    keyPrefix: (outputs.get('KeyPrefix') ?? '/').replace(/^\/$/, ''),
    version: outputs.get('Version'),
    resources: async () => (await resources()).own,
    otherArchivers: async () => (await resources()).others,
  };
};
