import { describe, expect, it } from 'vitest';
import { resultDetailTypes, type ResultDetailType } from '../../lambdas/contract/results.ts';
import { providers } from '../../lambdas/providers/registry.ts';
import { everyProvider } from '../../tools/every-provider.ts';
import { permissionsOf, resourcesOf, statementsAllowing, synthesise } from './stack.ts';

const { template } = synthesise(everyProvider);

const account = '${AWS::Region}:${AWS::AccountId}';
const tracing = ['xray:PutTelemetryRecords on *', 'xray:PutTraceSegments on *'];
const secretsOf = (provider: string): string =>
  `secretsmanager:GetSecretValue on arn:\${AWS::Partition}:secretsmanager:${account}:secret:generation-archiver/${provider}/*`;
const logOf = (id: string): string[] => [
  `logs:CreateLogStream on \${${id}Log.Arn}`,
  `logs:PutLogEvents on \${${id}Log.Arn}`,
];

/** Events of these kinds alone, under the archiver's own source. */
const announces = (...detailTypes: readonly ResultDetailType[]): string => {
  const condition = {
    StringEquals: {
      'events:source': 'generation-archiver',
      'events:detail-type': detailTypes,
    },
  };
  return `events:PutEvents on \${ArchiverEventBus.Arn} if ${JSON.stringify(condition)}`;
};

const titles = Object.fromEntries(providers.map(({ name, title }) => [name, title]));
const names = Object.keys(titles);
const startable = providers
  .filter(({ starting }) => starting !== undefined)
  .map(({ name, title }) => [name, title] as const);

const bucket = '${ArchiverArtifactStoreBucket.Arn}';

const takingClaims = (folder: string): string[] =>
  ['s3:PutObject', 's3:GetObject'].map((action) => `${action} on ${bucket}/_claims/${folder}/*`);

const invoking = (id: string): string[] => [
  `lambda:InvokeFunction on \${${id}.Arn}`,
  `lambda:InvokeFunction on \${${id}.Arn}:*`,
];

describe('the role', () => {
  it.each(Object.entries(titles))(
    'of the status check of %s reads the keys of that provider, and writes its log and traces',
    (name, title) => {
      const id = `ArchiverStatusChecksCheck${title}`;
      expect(permissionsOf(template, `${id}Role`)).toEqual(
        [...logOf(id), secretsOf(name), ...tracing].toSorted(),
      );
    },
  );

  it.each(startable)(
    'of the start at %s reads the keys of that provider, notes what was accepted, and writes its log and traces',
    (name, title) => {
      const id = `ArchiverStartsStart${title}`;
      expect(permissionsOf(template, `${id}Role`)).toEqual(
        [...logOf(id), secretsOf(name), ...takingClaims(`accepted/${name}`), ...tracing].toSorted(),
      );
    },
  );

  it('of the copy writes and reads back the folders of the providers, and reads their keys', () => {
    const id = 'ArchiverCopyExportsFunction';
    const actions = [
      's3:PutObject',
      's3:PutObjectTagging',
      's3:GetObject',
      's3:AbortMultipartUpload',
      's3:ListMultipartUploadParts',
    ];
    const folders = names.flatMap((name) => [`${name}/*`, `*/${name}/*`]);
    expect(permissionsOf(template, `${id}Role`)).toEqual(
      [
        ...logOf(id),
        ...names.map(secretsOf),
        ...actions.flatMap((action) => folders.map((folder) => `${action} on ${bucket}/${folder}`)),
        `s3:ListBucket on ${bucket} if {"StringLike":{"s3:prefix":${JSON.stringify(folders)}}}`,
        // A folder may be called anything: the claims are none.
        `not s3:* on ${bucket}/_claims/*`,
        `not s3:ListBucket on ${bucket} if {"StringLike":{"s3:prefix":"_claims/*"}}`,
        ...tracing,
      ].toSorted(),
    );
  });

  it('of intake starts, describes and stops executions of the one machine, announces rejections and fills the dead-letter queue', () => {
    const id = 'ArchiverIntakeFunction';
    expect(permissionsOf(template, `${id}Role`)).toEqual(
      [
        ...logOf(id),
        announces('Generation Rejected'),
        'sqs:SendMessage on ${ArchiverIntakeDeadLetterQueue.Arn}',
        'states:StartExecution on ${ArchiverWorkflowStateMachine}',
        `s3:ListBucket on ${bucket} if {"StringLike":{"s3:prefix":"_claims/accepted/*"}}`,
        ...['DescribeExecution', 'StopExecution', 'GetExecutionHistory'].map(
          (action) =>
            `states:${action} on arn:\${AWS::Partition}:states:${account}:execution:\${part 6 of \${ArchiverWorkflowStateMachine}}:*`,
        ),
        ...tracing,
      ].toSorted(),
    );
  });

  it('of the replies to Chronicle reads the keys of Chronicle, announces rejections and fills the dead-letter queue', () => {
    const id = 'ArchiverRepliesReplyChronicle';
    expect(permissionsOf(template, `${id}Role`)).toEqual(
      [
        ...logOf(id),
        secretsOf('chronicle'),
        announces('Generation Rejected'),
        ...takingClaims('replies/chronicle'),
        'sqs:SendMessage on ${ArchiverIntakeDeadLetterQueue.Arn}',
        ...tracing,
      ].toSorted(),
    );
  });

  it('of the exports of Gamma reads the keys of Gamma, and writes its log and traces', () => {
    const id = 'ArchiverExportsExportGamma';
    expect(permissionsOf(template, `${id}Role`)).toEqual(
      [...logOf(id), secretsOf('gamma'), ...tracing].toSorted(),
    );
  });

  const announcingEnds = [
    ...takingClaims('ends'),
    `s3:ListBucket on ${bucket} if {"StringLike":{"s3:prefix":"_claims/ends/*"}}`,
    announces('Generation Cancelled', 'Generation Not Archived', 'Generation Not Started'),
    ...['DescribeExecution', 'GetExecutionHistory'].map(
      (action) =>
        `states:${action} on arn:\${AWS::Partition}:states:${account}:execution:\${part 6 of \${ArchiverWorkflowStateMachine}}:*`,
    ),
    ...tracing,
  ];

  it('of the announcement of stopped executions describes executions of the one machine, and announces', () => {
    const id = 'ArchiverStoppedExecutionsFunction';
    expect(permissionsOf(template, `${id}Role`)).toEqual(
      [
        ...logOf(id),
        'sqs:SendMessage on ${ArchiverIntakeDeadLetterQueue.Arn}',
        ...announcingEnds,
      ].toSorted(),
    );
  });

  it('of the sweep lists executions of the one machine besides', () => {
    const id = 'ArchiverSweepFunction';
    expect(permissionsOf(template, `${id}Role`)).toEqual(
      [
        ...logOf(id),
        'states:ListExecutions on ${ArchiverWorkflowStateMachine}',
        ...announcingEnds,
      ].toSorted(),
    );
  });

  const delivery = [
    'CreateLogDelivery',
    'GetLogDelivery',
    'UpdateLogDelivery',
    'DeleteLogDelivery',
    'ListLogDeliveries',
    'PutResourcePolicy',
    'DescribeResourcePolicies',
    'DescribeLogGroups',
  ];
  const ofEveryMachine = [
    ...delivery.map((action) => `logs:${action} on *`),
    ...['GetSamplingRules', 'GetSamplingTargets', 'PutTelemetryRecords', 'PutTraceSegments'].map(
      (action) => `xray:${action} on *`,
    ),
  ];

  it('of the generation machine starts the one checks machine, invokes the functions and announces results; only logs and traces, which have no resources, are granted on "*"', () => {
    const functions = [
      ...startable.map(([, title]) => `ArchiverStartsStart${title}`),
      'ArchiverExportsExportGamma',
      'ArchiverCopyExportsFunction',
    ];
    expect(permissionsOf(template, 'ArchiverWorkflowStateMachineRole')).toEqual(
      [
        announces(
          'Generation Accepted',
          'Generation Archived',
          'Generation Partially Archived',
          'Generation Awaiting Input',
          'Generation Failed',
          'Generation Timed Out',
          'Generation Not Archived',
          'Generation Not Started',
        ),
        ...functions.flatMap(invoking),
        'states:StartExecution on ${ArchiverWorkflowChecksStateMachine}',
        ...ofEveryMachine,
      ].toSorted(),
    );
  });

  it('of the checks machine invokes the checks and answers for the one generation machine', () => {
    const functions = Object.values(titles).map((title) => `ArchiverStatusChecksCheck${title}`);
    expect(permissionsOf(template, 'ArchiverWorkflowChecksStateMachineRole')).toEqual(
      [
        ...functions.flatMap(invoking),
        'states:SendTaskSuccess on ${ArchiverWorkflowStateMachine}',
        'states:SendTaskFailure on ${ArchiverWorkflowStateMachine}',
        'states:SendTaskHeartbeat on ${ArchiverWorkflowStateMachine}',
        announces('Generation Progress'),
        ...ofEveryMachine,
      ].toSorted(),
    );
  });

  it('is one of those: there is no other', () => {
    expect(resourcesOf(template, 'AWS::IAM::Role')).toHaveLength(
      names.length + startable.length + 8,
    );
    // The policy by which the checks machine answers is attached apart.
    expect(resourcesOf(template, 'AWS::IAM::Policy')).toHaveLength(
      names.length + startable.length + 9,
    );
  });

  it('reads secrets under the configured prefix', () => {
    const own = synthesise({ providers: { gamma: {} }, secretPrefix: 'team/archiver' });
    expect(permissionsOf(own.template, 'ArchiverStatusChecks')).toContain(
      secretsOf('gamma').replace('generation-archiver/', 'team/archiver/'),
    );
  });

  it.each([
    ['its own bus', everyProvider],
    ['a bus that exists', { ...everyProvider, createEventBus: false, eventBusName: 'default' }],
  ])('that puts events on %s puts nothing but results, whichever role it is', (_, props) => {
    const statements = statementsAllowing(synthesise(props).template, 'events:PutEvents');
    expect(statements.length).toBeGreaterThanOrEqual(4);
    for (const { policy, resources, conditions } of statements) {
      expect(resources, policy).not.toContain('*');
      // Any other operator, or one more, might be true where the key is absent.
      expect(conditions, policy).toEqual({
        StringEquals: {
          'events:source': 'generation-archiver',
          'events:detail-type': expect.toSatisfy((detailTypes: readonly string[]) =>
            detailTypes.every((one) => resultDetailTypes.some((result) => result === one)),
          ),
        },
      });
    }
  });
});
