import { DescribeRuleCommand, ResourceNotFoundException } from '@aws-sdk/client-eventbridge';
import { GetAccountSettingsCommand, GetFunctionConcurrencyCommand } from '@aws-sdk/client-lambda';
import { ListExecutionsCommand } from '@aws-sdk/client-sfn';
import { bad, doubtful, good, resourcesOf, type Look, type Patient } from './look.ts';

/** How much of the account's concurrency there is for what is in flight. */
export const concurrency: Look = async ({ clients, deployed: { stateMachineArn } }) => {
  const [{ AccountLimit: limit }, { executions = [] }] = await Promise.all([
    clients.lambda.send(new GetAccountSettingsCommand({})),
    clients.stepFunctions.send(
      new ListExecutionsCommand({ stateMachineArn, statusFilter: 'RUNNING', maxResults: 1000 }),
    ),
  ]);
  const available = limit?.UnreservedConcurrentExecutions ?? 0;
  const inFlight = executions.length;
  const says = `${available} functions may run at a time, ${inFlight}${inFlight === 1000 ? ' or more' : ''} generations are under way`;
  return inFlight > available
    ? doubtful(says, 'raise the quota "Concurrent executions" of Lambda (docs/limits.md)')
    : good(says);
};

/** Functions that a limit of their own holds back. */
export const reserved: Look = async (patient) => {
  const functions = await resourcesOf(patient, 'AWS::Lambda::Function');
  const limits = await Promise.all(
    functions.map(async ({ physicalId: FunctionName, logicalId }) => {
      const { ReservedConcurrentExecutions: value } = await patient.clients.lambda.send(
        new GetFunctionConcurrencyCommand({ FunctionName }),
      );
      return { logicalId, value };
    }),
  );
  const stopped = limits.filter(({ value }) => value === 0);
  const limited = limits.flatMap(({ logicalId, value = 0 }) =>
    value > 0 ? [`${logicalId} ${value}`] : [],
  );
  return [
    ...stopped.map(({ logicalId }) =>
      bad(`${logicalId} may not run at all`, 'remove its reserved concurrency of 0'),
    ),
    good(limited.length === 0 ? 'none is set' : limited.join(', ')),
  ];
};

/** On a bus of one's own, CloudFormation names a rule `bus|rule`; not every stand-in for it does. */
const stateOfRule = async ({ clients, deployed }: Patient, physicalId: string): Promise<string> => {
  const [first = '', second] = physicalId.split('|');
  const stateOf = async (Name: string, EventBusName?: string): Promise<string> => {
    const rule = new DescribeRuleCommand({ Name, EventBusName });
    return (await clients.events.send(rule)).State ?? 'unknown';
  };
  try {
    return second === undefined ? await stateOf(first) : await stateOf(second, first);
  } catch (error) {
    if (!(error instanceof ResourceNotFoundException) || second !== undefined) throw error;
    return stateOf(first, deployed.busName);
  }
};

/** Rules that deliver nothing. */
export const rules: Look = async (patient) => {
  const all = await resourcesOf(patient, 'AWS::Events::Rule');
  const states = await Promise.all(all.map(({ physicalId }) => stateOfRule(patient, physicalId)));
  const disabled = all.filter((_, index) => states[index] === 'DISABLED');
  return disabled.length === 0
    ? good(`${all.length}, all enabled`)
    : disabled.map(({ logicalId }) =>
        bad(
          `${logicalId} is disabled: its events reach nobody`,
          'enable it (aws events enable-rule)',
        ),
      );
};
