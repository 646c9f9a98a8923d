import {
  CloudFormationClient,
  paginateListStackResources,
  type StackResourceSummary,
} from '@aws-sdk/client-cloudformation';
import {
  GetAccountSettingsCommand,
  GetFunctionConcurrencyCommand,
  LambdaClient,
} from '@aws-sdk/client-lambda';
import type { AccountConcurrency } from './concurrency.ts';

const functionsOf = async (client: CloudFormationClient, stack: string): Promise<string[]> => {
  const resources: StackResourceSummary[] = [];
  try {
    for await (const page of paginateListStackResources({ client }, { StackName: stack }))
      resources.push(...(page.StackResourceSummaries ?? []));
  } catch (error) {
    // There is no stack of that name yet.
    if (error instanceof Error && error.name === 'ValidationError') return [];
    throw error;
  }
  return resources.flatMap(({ ResourceType, PhysicalResourceId }) =>
    ResourceType === 'AWS::Lambda::Function' && PhysicalResourceId !== undefined
      ? [PhysicalResourceId]
      : [],
  );
};

/**
 * Asks AWS, with the caller's own credentials, what the account can give.
 *
 * @param stack its functions may hold a part of it already
 * @throws where AWS does not say
 */
export const askAccount = async (
  stack: string,
): Promise<{ readonly account: AccountConcurrency; readonly held: number }> => {
  const lambda = new LambdaClient();
  const cloudFormation = new CloudFormationClient();
  const { AccountLimit } = await lambda.send(new GetAccountSettingsCommand({}));
  const { ConcurrentExecutions: limit, UnreservedConcurrentExecutions: unreserved } =
    AccountLimit ?? {};
  if (limit === undefined || unreserved === undefined)
    throw new Error('Lambda did not name the limits of the account');
  let held = 0;
  for (const FunctionName of await functionsOf(cloudFormation, stack)) {
    const { ReservedConcurrentExecutions = 0 } = await lambda.send(
      new GetFunctionConcurrencyCommand({ FunctionName }),
    );
    held += ReservedConcurrentExecutions;
  }
  return { account: { limit, unreserved }, held };
};
