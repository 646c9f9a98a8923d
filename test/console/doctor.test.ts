import { DescribeStacksCommand, ListStackResourcesCommand } from '@aws-sdk/client-cloudformation';
import {
  DescribeAlarmsCommand,
  GetDashboardCommand,
  GetMetricDataCommand,
} from '@aws-sdk/client-cloudwatch';
import { DescribeRuleCommand } from '@aws-sdk/client-eventbridge';
import {
  GetAccountSettingsCommand,
  GetFunctionConcurrencyCommand,
  GetFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import { GetBucketLifecycleConfigurationCommand } from '@aws-sdk/client-s3';
import { GetSecretValueCommand, ResourceNotFoundException } from '@aws-sdk/client-secrets-manager';
import { ListExecutionsCommand } from '@aws-sdk/client-sfn';
import { GetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { mockClient } from 'aws-sdk-client-mock';
import { afterAll, describe, expect, it } from 'vitest';
import { createClients } from '../../console/aws/clients.ts';
import { costToday } from '../../console/aws/cost.ts';
import { findStack } from '../../console/aws/stack.ts';
import type { Finding } from '../../console/backend.ts';
import { doctor } from '../../console/commands/doctor.ts';
import type { Terminal } from '../../console/commands/terminal.ts';
import { examine } from '../../console/doctor/doctor.ts';
import { synthesiseDashboard } from '../../lib/workflow/definition.ts';
import { startSimulator } from '../../local/simulator/index.ts';
import { outputs } from '../support/aws/archiver.ts';

/** One mocked client of each service. */
const mockedClients = () => {
  const clients = createClients({ region: 'eu-west-1' });
  const mocks = {
    cloudFormation: mockClient(clients.cloudFormation),
    cloudWatch: mockClient(clients.cloudWatch),
    events: mockClient(clients.events),
    lambda: mockClient(clients.lambda),
    s3: mockClient(clients.s3),
    secrets: mockClient(clients.secrets),
    stepFunctions: mockClient(clients.stepFunctions),
    sqs: mockClient(clients.sqs),
  };
  return { clients, mocks };
};

type ResourceRow = readonly [type: string, logicalId: string, physicalId: string];

const summaries = (rows: readonly ResourceRow[]) =>
  rows.map(([ResourceType, LogicalResourceId, PhysicalResourceId]) => ({
    ResourceType,
    LogicalResourceId,
    PhysicalResourceId,
    ResourceStatus: 'CREATE_COMPLETE' as const,
    LastUpdatedTimestamp: new Date(0),
  }));

const resources: readonly ResourceRow[] = [
  ['AWS::Lambda::Function', 'ArchiverIntakeFunction1', 'intake'],
  ['AWS::Lambda::Function', 'ArchiverCopyExportsFunction1', 'copy'],
  ['AWS::Events::Rule', 'ArchiverIntakeRule1', 'generation-archiver|intake-rule'],
  ['AWS::Events::Rule', 'ArchiverStoppedRule1', 'stopped-rule'],
  ['AWS::CloudWatch::Alarm', 'ArchiverAlarm1', 'alarm-1'],
  ['AWS::CloudWatch::Dashboard', 'ArchiverDashboard1', 'dashboard-1'],
];

/** Another archiver of the stack, which is listed first and is ill. */
const another: readonly ResourceRow[] = [
  ['AWS::Lambda::Function', 'ArchiverOfOthersIntakeFunction1', 'intake-of-others'],
  ['AWS::Lambda::Function', 'ArchiverOfOthersCopyExportsFunction1', 'copy-of-others'],
  ['AWS::Events::Rule', 'ArchiverOfOthersIntakeRule1', 'generation-archiver|rule-of-others'],
  ['AWS::CloudWatch::Alarm', 'ArchiverOfOthersAlarm1', 'alarm-of-others'],
  [
    'AWS::StepFunctions::StateMachine',
    'ArchiverOfOthersWorkflowStateMachine0123ABCD',
    `${outputs['StateMachineArn']}OfOthers`,
  ],
];

/** What a function is told of a provider. */
const settings = (baseUrl: string) => ({
  baseUrl,
  timeoutMinutes: 60,
  checkIntervalSeconds: 5,
  firstCheckSeconds: 25,
  checkWindowSeconds: 0,
});

/** An archiver that is well, against a simulated Gamma. */
const wellArchiver = (baseUrl: string, apiKey: string, version = '0.1.0') => {
  const { clients, mocks } = mockedClients();
  const Outputs = Object.entries({ ...outputs, Version: version }).map(
    ([OutputKey, OutputValue]) => ({ OutputKey, OutputValue }),
  );
  mocks.cloudFormation.on(DescribeStacksCommand).resolves({
    Stacks: [
      { StackName: 'x', CreationTime: new Date(0), StackStatus: 'UPDATE_COMPLETE', Outputs },
    ],
  });
  mocks.cloudFormation
    .on(ListStackResourcesCommand)
    .resolves({ StackResourceSummaries: summaries(resources) });
  mocks.lambda.on(GetFunctionConfigurationCommand, { FunctionName: 'intake' }).resolves({
    Environment: { Variables: { PROVIDERS: JSON.stringify({ gamma: settings(baseUrl) }) } },
  });
  mocks.lambda.on(GetFunctionConfigurationCommand, { FunctionName: 'copy' }).resolves({
    Environment: {
      Variables: { SECRET_PREFIX: 'generation-archiver', ALLOW_INSECURE_SOURCES: 'true' },
    },
  });
  mocks.lambda
    .on(GetAccountSettingsCommand)
    .resolves({ AccountLimit: { UnreservedConcurrentExecutions: 900 } });
  mocks.lambda.on(GetFunctionConcurrencyCommand).resolves({});
  mocks.secrets.on(GetSecretValueCommand).resolves({ SecretString: apiKey });
  mocks.events.on(DescribeRuleCommand).resolves({ State: 'ENABLED' });
  mocks.sqs
    .on(GetQueueAttributesCommand)
    .resolves({ Attributes: { ApproximateNumberOfMessages: '0' } });
  mocks.cloudWatch.on(DescribeAlarmsCommand).resolves({
    MetricAlarms: [
      { AlarmName: 'alarm-1', StateValue: 'OK', ActionsEnabled: true, AlarmActions: ['arn'] },
    ],
  });
  mocks.stepFunctions.on(ListExecutionsCommand).resolves({ executions: [] });
  mocks.s3.on(GetBucketLifecycleConfigurationCommand).resolves({
    Rules: [{ Status: 'Enabled', AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 } }],
  });
  return { clients, mocks };
};

type Well = ReturnType<typeof wellArchiver>;

const findingsOf = async (
  { clients }: Pick<Well, 'clients'>,
  nodeVersion = 'v24.11.0',
): Promise<Finding[]> => {
  const deployed = await findStack(clients, 'GenerationArchiver');
  const findings: Finding[] = [];
  for await (const one of examine({ clients, deployed, version: '0.1.0', nodeVersion }))
    findings.push(one);
  return findings;
};

const refused = Object.assign(
  new Error('User: arn is not authorized to perform: lambda:GetAccountSettings on resource: *'),
  { name: 'AccessDeniedException' },
);

describe('generation-archiver doctor', async () => {
  const simulator = await startSimulator();
  afterAll(() => simulator.close());
  const well = (version?: string): Well =>
    wellArchiver(simulator.baseUrl('gamma'), simulator.apiKey('gamma'), version);

  it('finds nothing to do about an archiver that is well', async () => {
    const findings = await findingsOf(well());
    expect(findings.filter(({ gravity }) => gravity !== 'good')).toEqual([]);
    expect(findings.map(({ about }) => about)).toEqual([
      'Node.js',
      'clock',
      'version',
      'stack',
      'key of gamma',
      'rules',
      'dead letters',
      'alarms',
      'Lambda concurrency',
      'reserved concurrency',
      'bucket',
    ]);
  });

  it('looks at the archiver that the outputs are of, where the stack has another', async () => {
    const patient = well();
    const { cloudFormation, lambda, events, cloudWatch } = patient.mocks;
    const own: ResourceRow = [
      'AWS::StepFunctions::StateMachine',
      'ArchiverWorkflowStateMachine89ABCDEF',
      outputs['StateMachineArn'] ?? '',
    ];
    cloudFormation
      .on(ListStackResourcesCommand)
      .resolves({ StackResourceSummaries: summaries([...another, ...resources, own]) });
    lambda.on(GetFunctionConfigurationCommand, { FunctionName: 'intake-of-others' }).resolves({
      Environment: { Variables: { PROVIDERS: '{"duomi":{}}' } },
    });
    lambda
      .on(GetFunctionConcurrencyCommand, { FunctionName: 'copy-of-others' })
      .resolves({ ReservedConcurrentExecutions: 0 });
    events
      .on(DescribeRuleCommand, { Name: 'rule-of-others', EventBusName: 'generation-archiver' })
      .resolves({ State: 'DISABLED' });
    const findings = await findingsOf(patient);
    expect(findings.filter(({ gravity }) => gravity !== 'good')).toEqual([]);
    expect(findings.map(({ about, says }) => `${about}: ${says}`)).toEqual(
      expect.arrayContaining([
        'key of gamma: the key is stored, and the provider takes it',
        'other archivers: ArchiverOfOthers… is in the stack as well, and is not looked at: the outputs are of another',
      ]),
    );
    const [asked] = cloudWatch.commandCalls(DescribeAlarmsCommand);
    expect(asked?.args[0].input.AlarmNames).toEqual(['alarm-1']);
  });

  it.each<[string, (mocks: Well['mocks']) => unknown, Partial<Finding>]>([
    [
      'a secret that is not there',
      ({ secrets }) =>
        secrets
          .on(GetSecretValueCommand)
          .rejects(new ResourceNotFoundException({ message: '', $metadata: {} })),
      {
        gravity: 'doubtful',
        about: 'key of gamma',
        says: 'there is no secret generation-archiver/gamma/default',
      },
    ],
    [
      'a secret that is no key',
      ({ secrets }) => secrets.on(GetSecretValueCommand).resolves({ SecretString: 'two words' }),
      {
        gravity: 'bad',
        about: 'key of gamma',
        says: 'the secret generation-archiver/gamma/default holds no usable key: it holds spaces',
      },
    ],
    [
      'a key that the provider refuses',
      ({ secrets }) =>
        secrets.on(GetSecretValueCommand).resolves({ SecretString: 'sk-gamma-wrong' }),
      { gravity: 'bad', about: 'key of gamma' },
    ],
    [
      'a secret that is about to be deleted',
      ({ secrets }) =>
        secrets.on(GetSecretValueCommand).rejects(
          Object.assign(new Error('… because it was marked for deletion.'), {
            name: 'InvalidRequestException',
          }),
        ),
      {
        gravity: 'bad',
        about: 'key of gamma',
        says: 'the secret generation-archiver/gamma/default is scheduled for deletion',
      },
    ],
    [
      'one secret that it may not read, among others that it may',
      ({ lambda, secrets }) => [
        lambda.on(GetFunctionConfigurationCommand, { FunctionName: 'intake' }).resolves({
          Environment: {
            Variables: {
              PROVIDERS: JSON.stringify({
                gamma: settings(simulator.baseUrl('gamma')),
                acme: settings('https://acme.example'),
              }),
            },
          },
        }),
        secrets
          .on(GetSecretValueCommand, { SecretId: 'generation-archiver/acme/default' })
          .rejects(Object.assign(new Error('no'), { name: 'AccessDeniedException' })),
      ],
      {
        gravity: 'unknown',
        about: 'key of acme',
        says: expect.stringContaining('could not be looked at: AWS refuses it') as string,
      },
    ],
    [
      'a rule that is disabled',
      ({ events }) =>
        events
          .on(DescribeRuleCommand, { Name: 'intake-rule', EventBusName: 'generation-archiver' })
          .resolves({ State: 'DISABLED' }),
      {
        gravity: 'bad',
        about: 'rules',
        says: 'ArchiverIntakeRule1 is disabled: its events reach nobody',
      },
    ],
    [
      'dead letters',
      ({ sqs }) =>
        sqs
          .on(GetQueueAttributesCommand)
          .resolves({ Attributes: { ApproximateNumberOfMessages: '3' } }),
      { gravity: 'bad', about: 'dead letters', says: '3 in the queue' },
    ],
    [
      'an alarm that rings',
      ({ cloudWatch }) =>
        cloudWatch.on(DescribeAlarmsCommand).resolves({
          MetricAlarms: [
            {
              AlarmName: 'alarm-1',
              AlarmDescription: 'See "IntakeErrors"',
              StateValue: 'ALARM',
              AlarmActions: ['arn'],
            },
          ],
        }),
      { gravity: 'bad', about: 'alarms', says: 'alarm-1 rings: See "IntakeErrors"' },
    ],
    [
      'alarms that nobody hears',
      ({ cloudWatch }) =>
        cloudWatch
          .on(DescribeAlarmsCommand)
          .resolves({ MetricAlarms: [{ AlarmName: 'alarm-1', StateValue: 'OK' }] }),
      { gravity: 'doubtful', about: 'alarms', says: '1 of 1 notify nobody' },
    ],
    [
      'less concurrency than generations',
      ({ lambda, stepFunctions }) => [
        lambda
          .on(GetAccountSettingsCommand)
          .resolves({ AccountLimit: { UnreservedConcurrentExecutions: 0 } }),
        stepFunctions.on(ListExecutionsCommand).resolves({
          executions: [
            {
              executionArn: 'a',
              stateMachineArn: 'b',
              name: 'c',
              status: 'RUNNING',
              startDate: new Date(0),
            },
          ],
        }),
      ],
      { gravity: 'doubtful', about: 'Lambda concurrency' },
    ],
    [
      'a function that may not run',
      ({ lambda }) =>
        lambda
          .on(GetFunctionConcurrencyCommand, { FunctionName: 'copy' })
          .resolves({ ReservedConcurrentExecutions: 0 }),
      {
        gravity: 'bad',
        about: 'reserved concurrency',
        says: 'ArchiverCopyExportsFunction1 may not run at all',
      },
    ],
    [
      'a bucket without lifecycle rules',
      ({ s3 }) =>
        s3
          .on(GetBucketLifecycleConfigurationCommand)
          .rejects(Object.assign(new Error('none'), { name: 'NoSuchLifecycleConfiguration' })),
      { gravity: 'doubtful', about: 'bucket', says: 'has no lifecycle rules' },
    ],
    [
      'what it may not look at',
      ({ lambda }) => lambda.on(GetAccountSettingsCommand).rejects(refused),
      {
        gravity: 'unknown',
        about: 'Lambda concurrency',
        says: expect.stringContaining(
          'the permission lambda:GetAccountSettings is missing',
        ) as string,
      },
    ],
  ])('finds %s, with what to do', async (_, change, finding) => {
    const archiver = well();
    change(archiver.mocks);
    const found = (await findingsOf(archiver)).filter(({ gravity }) => gravity !== 'good');
    expect(found).toEqual([expect.objectContaining(finding)]);
    expect(found[0]?.remedy).toMatch(/\w{4}/);
    expect(JSON.stringify(found)).not.toContain('sk-gamma-');
  });

  it('reads a key that was stored as bytes', async () => {
    const archiver = well();
    archiver.mocks.secrets
      .on(GetSecretValueCommand)
      .resolves({ SecretBinary: Buffer.from(`\uFEFF${simulator.apiKey('gamma')}`, 'utf16le') });
    const found = (await findingsOf(archiver)).filter(({ about }) => about === 'key of gamma');
    expect(found).toMatchObject([{ gravity: 'good' }]);
  });

  it('looks at the secrets of all providers where the settings cannot be read', async () => {
    const archiver = well();
    archiver.mocks.lambda
      .on(GetFunctionConfigurationCommand, { FunctionName: 'intake' })
      .resolves({});
    const abouts = (await findingsOf(archiver)).map(({ about }) => about);
    for (const name of ['gamma', 'chronicle', 'duomi', 'perceptis'])
      expect(abouts).toContain(`key of ${name}`);
  });

  it('finds an old Node.js, another version and a clock that is wrong', async () => {
    const archiver = well('0.0.9');
    archiver.clients.tally.skew = -200_000;
    const found = (await findingsOf(archiver, 'v20.18.3')).filter(
      ({ gravity }) => gravity !== 'good',
    );
    expect(found.map(({ about, says }) => `${about} ${says}`)).toEqual([
      'Node.js is v20.18.3',
      "clock differs from AWS's by 200 s",
      'version this is 0.1.0, deployed is 0.0.9',
    ]);
  });

  it('tells each finding with its remedy, and ends with 1 where one is bad', async () => {
    const told: string[] = [];
    const terminal = {
      output: { write: (text: string) => told.push(text) },
    } as unknown as Terminal;
    const findings: Finding[] = [
      { gravity: 'good', about: 'stack', says: 'UPDATE_COMPLETE' },
      { gravity: 'bad', about: 'rules', says: 'one is disabled', remedy: 'enable it' },
    ];
    const all = async function* all() {
      yield* findings;
    };
    expect(await doctor({ json: false })({ doctor: all }, terminal)).toBe(1);
    expect(told.join('')).toBe(
      '✓ stack: UPDATE_COMPLETE\n✗ rules: one is disabled\n    enable it\n',
    );
  });
});

const dashboardOnly = async () => [
  { type: 'AWS::CloudWatch::Dashboard', logicalId: 'x', physicalId: 'dashboard-1' },
];

describe('what today cost', () => {
  it("is the estimate of the stack's own dashboard, added up since midnight", async () => {
    const { clients, mocks } = mockedClients();
    mocks.cloudWatch.on(GetDashboardCommand).resolves({
      DashboardBody: synthesiseDashboard({ providers: { gamma: {}, chronicle: {} } }),
    });
    mocks.cloudWatch
      .on(GetMetricDataCommand)
      .resolves({ MetricDataResults: [{ Id: 'total', Values: [0.5, 0.25] }] });
    const { dollars } = await costToday(
      clients,
      { resources: dashboardOnly },
      Date.UTC(2026, 10, 26, 12),
    );
    expect(dollars).toBe(0.75);
    const { MetricDataQueries: queries = [], StartTime } =
      mocks.cloudWatch.commandCalls(GetMetricDataCommand)[0]?.args[0].input ?? {};
    expect(StartTime).toEqual(new Date('2026-11-26T00:00:00Z'));
    // One is returned, and whatever its expression names is asked for.
    expect(queries.filter(({ ReturnData }) => ReturnData === true)).toHaveLength(1);
    const ids = queries.map(({ Id }) => Id);
    const named = queries.flatMap(
      ({ Expression = '' }) => Expression.match(/[a-z][A-Za-z]*\d*/g) ?? [],
    );
    expect(named.filter((name) => !ids.includes(name))).toEqual([]);
    expect(new Set(ids).size).toBe(ids.length);
    // CloudWatch API Reference, "GetMetricData": at most 500 queries.
    expect(ids.length).toBeLessThan(500);
  });

  it('is not known where there is no dashboard', async () => {
    const { clients } = mockedClients();
    expect(await costToday(clients, { resources: async () => [] }, 0)).toEqual({
      note: expect.stringContaining('no dashboard') as string,
    });
  });
});
