import { Annotations, Match, type Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { replyEnvironmentSchema } from '../../lambdas/contract/environment.ts';
import {
  announceEnvironmentSchema,
  checkEnvironmentSchema,
  connectionEnvironmentSchema,
  copyEnvironmentSchema,
  intakeEnvironmentSchema,
} from '../../lambdas/contract/environment.ts';
import { triggerDetailTypes } from '../../lambdas/contract/triggers.ts';
import { providerNamed } from '../../lambdas/providers/registry.ts';
import { providerNames } from '../../lambdas/providers/registry.ts';
import type { ProviderOptions } from '../../lib/props.ts';
import { everyProvider } from '../../tools/every-provider.ts';
import { readable, resourceOf, resourcesOf, synthesise } from './stack.ts';

const { template } = synthesise(everyProvider);
const duomi = providerNamed('duomi');

/** What synthesis says without being asked. */
const infosOf = (gamma: ProviderOptions): string[] =>
  Annotations.fromStack(synthesise({ providers: { gamma, chronicle: {} } }).stack)
    .findInfo('*', Match.anyValue())
    .map(({ entry }) => JSON.stringify(entry.data));

/** A function's environment as the function will see it: text. */
const environmentOf = (from: Template, idBegins: string): Record<string, string> => {
  const { properties } = resourceOf(from, 'AWS::Lambda::Function', idBegins);
  const { Variables: variables } = properties['Environment'] as {
    Variables: Record<string, unknown>;
  };
  return Object.fromEntries(
    Object.entries(variables).map(([name, value]) => [name, readable(value)]),
  );
};

/** The stack's id and the path in it, with a hash: no two in an account and region. */
const archiverName = 'ArchiveArchiver25E8C10F';

describe('every function', () => {
  it.each(resourcesOf(template, 'AWS::Lambda::Function'))(
    'runs the newest Node.js on arm64, traced, with JSON logs: $id',
    ({ properties }) => {
      expect(properties).toMatchObject({
        Runtime: 'nodejs24.x',
        Architectures: ['arm64'],
        Handler: 'index.handler',
        TracingConfig: { Mode: 'Active' },
        LoggingConfig: {
          LogFormat: 'JSON',
          LogGroup: { Ref: expect.stringContaining('Log') as unknown },
        },
      });
    },
  );

  it('writes a log group of its own that is kept for a month and goes with the stack', () => {
    const groups = resourcesOf(template, 'AWS::Logs::LogGroup');
    expect(groups).toHaveLength(resourcesOf(template, 'AWS::Lambda::Function').length + 2);
    for (const { properties } of groups) expect(properties).toMatchObject({ RetentionInDays: 30 });
    template.allResources('AWS::Logs::LogGroup', { DeletionPolicy: 'Delete' });
  });
});

describe('a status-check function', () => {
  it('gets the settings of its own provider and no other', () => {
    const { PROVIDERS: providers, ...rest } = checkEnvironmentSchema.parse(
      environmentOf(template, 'ArchiverStatusChecksCheckDuomi'),
    );
    expect(providers).toEqual({
      duomi: { ...duomi.defaults, baseUrl: 'https://duomi.example.com', firstLook: true },
    });
    expect(rest).toEqual({
      SECRET_PREFIX: 'generation-archiver',
      ALLOW_INSECURE_SOURCES: false,
      ARCHIVER_NAME: archiverName,
    });
  });

  it('has time for one request, and a first look only where a key has room for it', () => {
    expect(
      resourceOf(template, 'AWS::Lambda::Function', 'ArchiverStatusChecksCheckGamma').properties[
        'Timeout'
      ],
    ).toBe(30);
    const firstLookOf = (id: string): unknown =>
      Object.values(checkEnvironmentSchema.parse(environmentOf(template, id)).PROVIDERS)[0]
        ?.firstLook;
    expect(firstLookOf('ArchiverStatusChecksCheckDuomi')).toBe(true);
    expect(firstLookOf('ArchiverStatusChecksCheckChronicle')).toBeUndefined();
  });

  it('has the memory that it was measured with, also where the status document is the deck itself', () => {
    expect(
      resourceOf(template, 'AWS::Lambda::Function', 'ArchiverStatusChecksCheckGamma').properties[
        'MemorySize'
      ],
    ).toBe(256);
    expect(
      resourceOf(template, 'AWS::Lambda::Function', 'ArchiverStatusChecksCheckChronicle')
        .properties['MemorySize'],
    ).toBe(256);
  });

  it('runs as often at a time as the configuration allows', () => {
    const limited = synthesise({
      providers: { gamma: { maxConcurrentChecks: 7 }, chronicle: {} },
    }).template;
    expect(
      resourceOf(limited, 'AWS::Lambda::Function', 'ArchiverStatusChecksCheckGamma').properties,
    ).toMatchObject({
      ReservedConcurrentExecutions: 7,
    });
    expect(
      resourceOf(limited, 'AWS::Lambda::Function', 'ArchiverStatusChecksCheckChronicle').properties,
    ).not.toHaveProperty('ReservedConcurrentExecutions');
  });

  it('says what that takes of the account', () => {
    expect(infosOf({ maxConcurrentChecks: 7 })).toEqual([
      expect.stringContaining('reserves 7 of the functions'),
    ]);
    expect(infosOf({ maxConcurrentChecks: 7 })[0]).toContain('fewer than 107 are unreserved');
    expect(infosOf({})).toEqual([]);
  });

  it('lets insecure sources through where the configuration does', () => {
    const insecure = synthesise({
      allowInsecureSources: true,
      providers: { gamma: { baseUrl: 'http://127.0.0.1:4010' } },
    }).template;
    expect(
      checkEnvironmentSchema.parse(environmentOf(insecure, 'ArchiverStatusChecks')),
    ).toMatchObject({
      ALLOW_INSECURE_SOURCES: true,
      PROVIDERS: { gamma: { baseUrl: 'http://127.0.0.1:4010' } },
    });
  });
});

describe('a function that speaks to providers or their files', () => {
  it('knows which hosts may be private, where the configuration names some', () => {
    const named = synthesise({
      privateHosts: ['files.example.com', '*.decks.example.com'],
      providers: { gamma: {} },
    }).template;
    for (const part of ['ArchiverStatusChecks', 'ArchiverCopyExports']) {
      const { PRIVATE_HOSTS } = connectionEnvironmentSchema.parse(environmentOf(named, part));
      expect(PRIVATE_HOSTS).toEqual(['files.example.com', '*.decks.example.com']);
    }
    const { template } = synthesise({ providers: { gamma: {} } });
    expect(environmentOf(template, 'ArchiverCopyExports')).not.toHaveProperty('PRIVATE_HOSTS');
    const { PRIVATE_HOSTS } = connectionEnvironmentSchema.parse(
      environmentOf(template, 'ArchiverStatusChecks'),
    );
    expect(PRIVATE_HOSTS).toEqual([]);
  });
});

describe('the copy function', () => {
  it('knows every deployed provider and where to store', () => {
    const environment = copyEnvironmentSchema.parse(environmentOf(template, 'ArchiverCopyExports'));
    expect(Object.keys(environment.PROVIDERS)).toEqual(providerNames);
    expect(environment).toMatchObject({
      BUCKET_NAME: '${ArchiverArtifactStoreBucket}',
      KEY_PREFIX: '',
    });
  });

  it('has as long as Lambda allows', () => {
    expect(
      resourceOf(template, 'AWS::Lambda::Function', 'ArchiverCopyExports').properties,
    ).toMatchObject({ Timeout: 900, MemorySize: 512 });
  });
});

describe('intake', () => {
  it('knows every deployed provider, the bus and the machine', () => {
    const environment = intakeEnvironmentSchema.parse(
      environmentOf(template, 'ArchiverIntakeFunction'),
    );
    expect(Object.keys(environment.PROVIDERS)).toEqual(providerNames);
    expect(environment).toMatchObject({
      EVENT_BUS_NAME: '${ArchiverEventBus}',
      STATE_MACHINE_ARN: '${ArchiverWorkflowStateMachine}',
    });
  });

  it("hears every trigger on the bus but the archiver's own events", () => {
    expect(resourceOf(template, 'AWS::Events::Rule', 'ArchiverIntake').properties).toMatchObject({
      EventPattern: {
        'detail-type': triggerDetailTypes,
        source: [{ 'anything-but': ['generation-archiver'] }],
      },
      State: 'ENABLED',
    });
  });

  it('loses no event: what cannot be delivered and what fails lies in one dead-letter queue', () => {
    const queue = { 'Fn::GetAtt': [resourceOf(template, 'AWS::SQS::Queue').id, 'Arn'] };
    expect(
      resourceOf(template, 'AWS::Events::Rule', 'ArchiverIntake').properties['Targets'],
    ).toMatchObject([
      {
        DeadLetterConfig: { Arn: queue },
        RetryPolicy: { MaximumEventAgeInSeconds: 86_400, MaximumRetryAttempts: 185 },
      },
    ]);
    expect(
      resourceOf(template, 'AWS::Lambda::Function', 'ArchiverIntakeFunction').properties,
    ).toMatchObject({
      DeadLetterConfig: { TargetArn: queue },
    });
    expect(
      resourceOf(template, 'AWS::Lambda::EventInvokeConfig', 'ArchiverIntake').properties,
    ).toMatchObject({
      MaximumRetryAttempts: 2,
      MaximumEventAgeInSeconds: 21_600,
    });
  });

  it("keeps dead letters encrypted and for two weeks, and takes them from the archiver's own rules only", () => {
    expect(resourceOf(template, 'AWS::SQS::Queue').properties).toMatchObject({
      MessageRetentionPeriod: 1_209_600,
      SqsManagedSseEnabled: true,
    });
    const policy = resourceOf(template, 'AWS::SQS::QueuePolicy').properties;
    const rule = (idBegins: string) => ({
      'Fn::GetAtt': [resourceOf(template, 'AWS::Events::Rule', idBegins).id, 'Arn'],
    });
    expect(policy['PolicyDocument']).toMatchObject({
      Statement: [
        { Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } },
        {
          Effect: 'Allow',
          Action: 'sqs:SendMessage',
          Condition: { ArnEquals: { 'aws:SourceArn': rule('ArchiverIntake') } },
        },
        {
          Effect: 'Allow',
          Action: 'sqs:SendMessage',
          Condition: { ArnEquals: { 'aws:SourceArn': rule('ArchiverReplies') } },
        },
        {
          Effect: 'Allow',
          Action: 'sqs:SendMessage',
          Condition: { ArnEquals: { 'aws:SourceArn': rule('ArchiverStopped') } },
        },
      ],
    });
  });
});

describe('the function that sends replies to Chronicle', () => {
  it('is given everything that it reads from its environment', () => {
    const { Environment } = resourceOf(template, 'AWS::Lambda::Function', 'ArchiverReplies')
      .properties as { Environment: { Variables: object } };
    const required = Object.entries(replyEnvironmentSchema.shape)
      .filter(([, field]) => !field.safeParse(undefined).success)
      .map(([name]) => name);
    expect(required.length).toBeGreaterThan(4);
    expect(Object.keys(Environment.Variables)).toEqual(expect.arrayContaining(required));
  });

  it('hears of replies to Chronicle alone, and loses none', () => {
    const queue = { 'Fn::GetAtt': [resourceOf(template, 'AWS::SQS::Queue').id, 'Arn'] };
    expect(resourceOf(template, 'AWS::Events::Rule', 'ArchiverReplies').properties).toMatchObject({
      EventPattern: {
        'detail-type': ['Generation Reply'],
        source: [{ 'anything-but': ['generation-archiver'] }],
        detail: { provider: ['chronicle'] },
      },
      Targets: [{ DeadLetterConfig: { Arn: queue } }],
    });
    expect(
      resourceOf(template, 'AWS::Lambda::Function', 'ArchiverReplies').properties,
    ).toMatchObject({ DeadLetterConfig: { TargetArn: queue } });
    expect(
      resourceOf(template, 'AWS::Lambda::EventInvokeConfig', 'ArchiverReplies').properties,
    ).toMatchObject({ MaximumRetryAttempts: 2 });
  });
});

describe('the function that announces stopped executions', () => {
  it('hears of every execution of the generation machine that ended without success, on the default bus', () => {
    const { properties } = resourceOf(template, 'AWS::Events::Rule', 'ArchiverStopped');
    expect(properties).not.toHaveProperty('EventBusName');
    expect(properties).toMatchObject({
      EventPattern: {
        source: ['aws.states'],
        'detail-type': ['Step Functions Execution Status Change'],
        detail: {
          stateMachineArn: [
            {
              Ref: resourceOf(
                template,
                'AWS::StepFunctions::StateMachine',
                'ArchiverWorkflowStateMachine',
              ).id,
            },
          ],
          status: ['FAILED', 'TIMED_OUT', 'ABORTED'],
        },
      },
      State: 'ENABLED',
    });
  });

  it('knows the bus and the machine', () => {
    expect(
      announceEnvironmentSchema.parse(environmentOf(template, 'ArchiverStoppedExecutionsFunction')),
    ).toEqual({
      EVENT_BUS_NAME: '${ArchiverEventBus}',
      STATE_MACHINE_ARN: '${ArchiverWorkflowStateMachine}',
      ARCHIVER_NAME: archiverName,
      BUCKET_NAME: '${ArchiverArtifactStoreBucket}',
      KEY_PREFIX: '',
      SERVER_SIDE_ENCRYPTION: 'AES256',
    });
  });

  it('loses no end: what cannot be delivered and what fails lies in the dead-letter queue', () => {
    const queue = { 'Fn::GetAtt': [resourceOf(template, 'AWS::SQS::Queue').id, 'Arn'] };
    expect(
      resourceOf(template, 'AWS::Events::Rule', 'ArchiverStopped').properties['Targets'],
    ).toMatchObject([
      {
        DeadLetterConfig: { Arn: queue },
        RetryPolicy: { MaximumEventAgeInSeconds: 86_400, MaximumRetryAttempts: 185 },
      },
    ]);
    expect(
      resourceOf(template, 'AWS::Lambda::Function', 'ArchiverStopped').properties,
    ).toMatchObject({
      DeadLetterConfig: { TargetArn: queue },
    });
    expect(
      resourceOf(template, 'AWS::Lambda::EventInvokeConfig', 'ArchiverStopped').properties,
    ).toMatchObject({ MaximumRetryAttempts: 2 });
  });
});
