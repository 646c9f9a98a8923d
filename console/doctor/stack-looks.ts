import { DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import { DescribeRuleCommand, ResourceNotFoundException } from '@aws-sdk/client-eventbridge';
import { GetAccountSettingsCommand, GetFunctionConcurrencyCommand } from '@aws-sdk/client-lambda';
import { GetBucketLifecycleConfigurationCommand } from '@aws-sdk/client-s3';
import { ListExecutionsCommand } from '@aws-sdk/client-sfn';
import { GetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import type { Finding } from '../backend.ts';
import { bad, doubtful, good, type Look, type Patient } from './look.ts';

/** Oldest Node.js that the command line is tested with. */
const oldestNode = [20, 19] as const;

/** Milliseconds between two clocks from which AWS refuses signatures: five minutes. Told well before. */
const maxSkew = 60_000;

const resourcesOf = async ({ deployed }: Patient, type: string) =>
  (await deployed.resources()).filter((resource) => resource.type === type);

/** Node.js, the clock, and the versions of both ends. */
export const machine: Look = async ({ nodeVersion, clients, version, deployed }) => {
  const [major = 0, minor = 0] = nodeVersion.replace('v', '').split('.').map(Number);
  const isOld = major < oldestNode[0] || (major === oldestNode[0] && minor < oldestNode[1]);
  const skew = clients.tally.skew ?? 0;
  const seconds = Math.round(Math.abs(skew) / 1000);
  return [
    isOld
      ? bad('Node.js', `is ${nodeVersion}`, `install ${oldestNode.join('.')} or newer`)
      : good('Node.js', nodeVersion),
    Math.abs(skew) > maxSkew
      ? bad(
          'clock',
          `differs from AWS's by ${seconds} s`,
          'set the clock of this machine: AWS refuses signatures of another time',
        )
      : good('clock', `agrees with AWS's to ${Math.max(1, seconds)} s`),
    deployed.version === undefined || deployed.version === version
      ? good('version', `${version}, deployed: ${deployed.version ?? 'not told'}`)
      : doubtful(
          'version',
          `this is ${version}, deployed is ${deployed.version}`,
          'deploy again, or use the deployed version of the package',
        ),
  ];
};

/** How the last deployment went. */
export const deployment: Look = async ({ deployed: { status } }) => [
  /^(CREATE|UPDATE|IMPORT)_COMPLETE$/.test(status)
    ? good('stack', status)
    : doubtful('stack', `is ${status}`, 'look at the events of the stack, and deploy again'),
];

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
  return [
    inFlight > available
      ? doubtful(
          'Lambda concurrency',
          says,
          'raise the quota "Concurrent executions" of Lambda (docs/limits.md)',
        )
      : good('Lambda concurrency', says),
  ];
};

/** Functions that a limit of their own holds back. */
export const reserved: Look = async (patient) => {
  const functions = await resourcesOf(patient, 'AWS::Lambda::Function');
  const limits = await Promise.all(
    functions.map(async ({ physicalId, logicalId }) => {
      const { ReservedConcurrentExecutions: value } = await patient.clients.lambda.send(
        new GetFunctionConcurrencyCommand({ FunctionName: physicalId }),
      );
      return { logicalId, value };
    }),
  );
  const stopped = limits.filter(({ value }) => value === 0);
  const limited = limits.filter(({ value }) => value !== undefined && value > 0);
  return [
    ...stopped.map(({ logicalId }) =>
      bad(
        'reserved concurrency',
        `${logicalId} may not run at all`,
        'remove its reserved concurrency of 0',
      ),
    ),
    good(
      'reserved concurrency',
      limited.length === 0
        ? 'none is set'
        : limited.map(({ logicalId, value }) => `${logicalId} ${value ?? 0}`).join(', '),
    ),
  ];
};

/** On a bus of one's own, CloudFormation names a rule `bus|rule`; not every stand-in for it does. */
const stateOfRule = async ({ clients, deployed }: Patient, physicalId: string): Promise<string> => {
  const [bus = '', name] = physicalId.split('|');
  const onBus = name === undefined ? { Name: bus } : { Name: name, EventBusName: bus };
  try {
    return (await clients.events.send(new DescribeRuleCommand(onBus))).State ?? 'unknown';
  } catch (error) {
    if (!(error instanceof ResourceNotFoundException) || name !== undefined) throw error;
    const other = { ...onBus, EventBusName: deployed.busName };
    return (await clients.events.send(new DescribeRuleCommand(other))).State ?? 'unknown';
  }
};

/** Rules that deliver nothing. */
export const rules: Look = async (patient) => {
  const all = await resourcesOf(patient, 'AWS::Events::Rule');
  const found = await Promise.all(
    all.map(async ({ physicalId, logicalId }) => ({
      logicalId,
      state: await stateOfRule(patient, physicalId),
    })),
  );
  const disabled = found.filter(({ state }) => state === 'DISABLED');
  return disabled.length === 0
    ? [good('rules', `${all.length}, all enabled`)]
    : disabled.map(({ logicalId }) =>
        bad(
          'rules',
          `${logicalId} is disabled: its events reach nobody`,
          'enable it (aws events enable-rule)',
        ),
      );
};

/** Alarms that ring, and alarms that notify no topic. */
export const alarms: Look = async (patient) => {
  const names = (await resourcesOf(patient, 'AWS::CloudWatch::Alarm')).map(
    ({ physicalId }) => physicalId,
  );
  if (names.length === 0)
    return [
      doubtful(
        'alarms',
        'the stack has none',
        'set "alarms": true and deploy (docs/configuration.md)',
      ),
    ];
  const { MetricAlarms: found = [] } = await patient.clients.cloudWatch.send(
    new DescribeAlarmsCommand({ AlarmNames: names, MaxRecords: 100 }),
  );
  const ringing = found.filter(({ StateValue }) => StateValue === 'ALARM');
  const silent = found.filter(
    ({ AlarmActions = [], ActionsEnabled }) =>
      AlarmActions.length === 0 || ActionsEnabled === false,
  );
  return [
    ...ringing.map(({ AlarmName = '', AlarmDescription = '' }): Finding =>
      bad(
        'alarms',
        `${AlarmName} rings: ${AlarmDescription}`,
        'docs/runbook.md has a heading for it',
      ),
    ),
    silent.length === 0
      ? good('alarms', `${found.length}, all notify somebody`)
      : doubtful(
          'alarms',
          `${silent.length} of ${found.length} notify nobody`,
          'name a topic in alarmTopicArn and deploy',
        ),
  ];
};

/** What lies in the dead-letter queue. */
export const queue: Look = async ({ clients, deployed: { deadLetterQueueUrl } }) => {
  const { Attributes: attributes = {} } = await clients.sqs.send(
    new GetQueueAttributesCommand({
      QueueUrl: deadLetterQueueUrl,
      AttributeNames: ['ApproximateNumberOfMessages'],
    }),
  );
  const count = Number(attributes['ApproximateNumberOfMessages'] ?? 0);
  return [
    count === 0
      ? good('dead letters', 'none')
      : bad(
          'dead letters',
          `${count} in the queue`,
          'generation-archiver dead-letters tells what they are, --send sends them again',
        ),
  ];
};

/** Whether parts of unfinished uploads are cleared away. */
export const lifecycle: Look = async ({ clients, deployed: { bucket } }) => {
  const remedy =
    'add a lifecycle rule with AbortIncompleteMultipartUpload: parts cost, and no listing shows them';
  try {
    const { Rules: found = [] } = await clients.s3.send(
      new GetBucketLifecycleConfigurationCommand({ Bucket: bucket }),
    );
    return found.some(
      ({ AbortIncompleteMultipartUpload: abort, Status }) =>
        abort !== undefined && Status === 'Enabled',
    )
      ? [good('bucket', 'unfinished uploads are cleared away')]
      : [doubtful('bucket', 'unfinished uploads are kept for ever', remedy)];
  } catch (error) {
    if (error instanceof Error && error.name === 'NoSuchLifecycleConfiguration')
      return [doubtful('bucket', 'has no lifecycle rules', remedy)];
    throw error;
  }
};
