import {
  DescribeStacksCommand,
  paginateListStackResources,
  type CloudFormationClient,
} from '@aws-sdk/client-cloudformation';

/** A deployed function. */
export interface DeployedFunction {
  /** As CloudFormation knows it: `ArchiverStatusChecksCheckGamma…`. */
  readonly logicalId: string;
  readonly name: string;
}

/** What is deployed. */
export interface DeployedStack {
  readonly bucket: string;
  readonly eventBusName: string;
  readonly stateMachineArn: string;
  readonly functions: readonly DeployedFunction[];
}

/** Reads a stack. @throws where it is not there, or is no archiver */
export const readStack = async (
  client: CloudFormationClient,
  StackName: string,
): Promise<DeployedStack> => {
  const { Stacks } = await client.send(new DescribeStacksCommand({ StackName }));
  const output = (key: string): string => {
    const value = Stacks?.[0]?.Outputs?.find(({ OutputKey }) => OutputKey === key)?.OutputValue;
    if (value === undefined)
      throw new Error(`the stack ${StackName} has no output ${key}: is it an archiver?`);
    return value;
  };
  const functions: DeployedFunction[] = [];
  for await (const { StackResourceSummaries = [] } of paginateListStackResources(
    { client },
    { StackName },
  )) {
    for (const { ResourceType, LogicalResourceId, PhysicalResourceId } of StackResourceSummaries)
      if (ResourceType === 'AWS::Lambda::Function')
        functions.push({ logicalId: LogicalResourceId ?? '', name: PhysicalResourceId ?? '' });
  }
  return {
    bucket: output('ArtifactsBucketName'),
    eventBusName: output('EventBusName'),
    stateMachineArn: output('StateMachineArn'),
    functions,
  };
};
