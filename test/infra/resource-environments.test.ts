import { CfnParameter, Stack, type Environment } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { SecurityGroup, Subnet, Vpc, type IVpc } from 'aws-cdk-lib/aws-ec2';
import { EventBus, type IEventBus } from 'aws-cdk-lib/aws-events';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Bucket, type IBucket } from 'aws-cdk-lib/aws-s3';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  ConfigurationError,
  GenerationArchiver,
  type GenerationArchiverProps,
} from '../../lib/index.ts';
import { createApp, resourcesOf } from './stack.ts';

type Props = (stack: Stack) => Partial<GenerationArchiverProps>;

const here = { account: '111111111111', region: 'eu-west-1' };
const elsewhere = [
  { account: '222222222222', region: 'eu-west-1' },
  { account: '111111111111', region: 'us-east-1' },
  { account: '222222222222', region: 'us-east-1' },
] as const;

const bus = (stack: Stack, { account, region }: Required<Environment>): IEventBus =>
  EventBus.fromEventBusArn(stack, 'Bus', `arn:aws:events:${region}:${account}:event-bus/decks`);

const key = (stack: Stack, { account, region }: Required<Environment>) =>
  Key.fromKeyArn(stack, 'Key', `arn:aws:kms:${region}:${account}:key/0a1b`);

const vpc = (stack: Stack, region: string): IVpc =>
  Vpc.fromVpcAttributes(stack, 'Vpc', {
    vpcId: 'vpc-1',
    availabilityZones: ['a'],
    privateSubnetIds: ['subnet-1'],
    region,
  });

/** Everything that can be brought, as of an environment. */
const brought: Readonly<Record<string, (env: Required<Environment>) => Props>> = {
  eventBus: (env) => (stack) => ({ eventBus: bus(stack, env) }),
  bucket: (env) => (stack) => ({
    bucket: Bucket.fromBucketAttributes(stack, 'Decks', { bucketName: 'decks', ...env }),
  }),
  encryptionKey: (env) => (stack) => ({ encryptionKey: key(stack, env) }),
  'bucket.encryptionKey': (env) => (stack) => ({
    bucket: Bucket.fromBucketAttributes(stack, 'Decks', {
      bucketName: 'decks',
      encryptionKey: key(stack, env),
    }),
  }),
  alarmTopic:
    ({ account, region }) =>
    (stack) => ({
      alarmTopic: Topic.fromTopicArn(stack, 'Topic', `arn:aws:sns:${region}:${account}:alarms`),
    }),
  alarmTopicArn:
    ({ account, region }) =>
    () => ({ alarmTopicArn: `arn:aws:sns:${region}:${account}:alarms` }),
};

const synthesise = (env: Environment | undefined, props: Props): Stack => {
  const stack = new Stack(createApp(), 'Consumer', env === undefined ? {} : { env });
  return Stack.of(
    new GenerationArchiver(stack, 'Archiver', { providers: { gamma: {} }, ...props(stack) }),
  );
};

const warningsOf = (stack: Stack): string[] =>
  Annotations.fromStack(stack)
    .findWarning('*', Match.stringLikeRegexp('environment'))
    .map(({ entry }) => JSON.stringify(entry.data));

/** The account and the region that the command line tells, put back after each test. */
const variables = ['CDK_DEFAULT_ACCOUNT', 'CDK_DEFAULT_REGION'] as const;
const before = new Map(variables.map((name) => [name, process.env[name]]));
const set = (name: (typeof variables)[number], value: string | undefined): void => {
  if (value === undefined) delete process.env[name];
  else process.env[name] = value;
};
beforeEach(() => {
  for (const name of variables) set(name, undefined);
});
afterEach(() => {
  for (const [name, value] of before) set(name, value);
});

/** Made by another stack of the same app. */
const made: Props = (stack) => {
  const other = new Stack(stack.node.scope, 'Other', { env: elsewhere[1] });
  return {
    bucket: new Bucket(other, 'Decks', { bucketName: 'decks-elsewhere' }) as IBucket,
    eventBus: new EventBus(other, 'Bus', { eventBusName: 'decks' }) as IEventBus,
  };
};

describe('a resource of another account or region', () => {
  const cases = Object.entries(brought).flatMap(([path, propsFor]) =>
    elsewhere.map((env) => [path, env, propsFor(env)] as const),
  );

  it.each(cases)('is refused, with the remedy: %s of %o', (path, { account, region }, props) => {
    expect(() => synthesise(here, props)).toThrow(ConfigurationError);
    expect(() => synthesise(here, props)).toThrow(
      `${path} is of account ${account}, region ${region}, and the stack is deployed to account 111111111111, region eu-west-1: `,
    );
  });

  it.each<[string, Props]>([
    ['a VPC', (stack) => ({ network: { vpc: vpc(stack, 'us-east-1') } })],
    [
      'a security group',
      (stack) => ({
        network: {
          vpc: vpc(stack, 'eu-west-1'),
          securityGroups: [
            SecurityGroup.fromSecurityGroupId(
              new Stack(stack.node.scope, 'Other', { env: elsewhere[1] }),
              'Group',
              'sg-1',
            ),
          ],
        },
      }),
    ],
    [
      'a subnet',
      (stack) => ({
        network: {
          vpc: vpc(stack, 'eu-west-1'),
          vpcSubnets: {
            subnets: [
              Subnet.fromSubnetId(
                new Stack(stack.node.scope, 'Other', { env: elsewhere[0] }),
                'Subnet',
                'subnet-2',
              ),
            ],
          },
        },
      }),
    ],
  ])('is refused within the network as well: %s', (_, props) => {
    expect(() => synthesise(here, props)).toThrow(/network is of .*: use a VPC of here/);
  });

  it('is refused where another stack of the app makes it', () => {
    expect(() => synthesise(here, made)).toThrow('has 2 problems');
  });
});

describe('a resource of the same account and region', () => {
  it.each(Object.entries(brought))('is used: %s', (_, propsFor) => {
    expect(warningsOf(synthesise(here, propsFor(here)))).toEqual([]);
  });

  it('is used where only its name is known', () => {
    const stack = synthesise(here, (scope) => ({
      eventBus: EventBus.fromEventBusName(scope, 'Bus', 'decks'),
      bucket: Bucket.fromBucketName(scope, 'Decks', 'decks'),
    }));
    expect(warningsOf(stack)).toEqual([]);
  });
});

describe('where it cannot be known', () => {
  const [, propsFor] = Object.entries(brought)[0] ?? [];

  it('a resource of a named environment is used with a warning', () => {
    const stack = synthesise(undefined, (scope) => ({ eventBus: bus(scope, here) }));
    expect(warningsOf(stack)).toEqual([
      expect.stringContaining('eventBus is of account 111111111111, region eu-west-1, and'),
    ]);
    expect(resourcesOf(Template.fromStack(stack), 'AWS::StepFunctions::StateMachine')).toHaveLength(
      2,
    );
  });

  it('but without one where the command line points there', () => {
    set('CDK_DEFAULT_ACCOUNT', here.account);
    set('CDK_DEFAULT_REGION', here.region);
    expect(warningsOf(synthesise(undefined, propsFor?.(here) ?? (() => ({}))))).toEqual([]);
    const other = synthesise(undefined, propsFor?.(elsewhere[0]) ?? (() => ({})));
    expect(warningsOf(other)).toHaveLength(1);
  });

  it('half of an environment is compared', () => {
    const region = { region: 'eu-west-1' };
    expect(() => synthesise(region, (stack) => ({ eventBus: bus(stack, elsewhere[1]) }))).toThrow(
      'the stack is deployed to region eu-west-1',
    );
    const stack = synthesise(region, (scope) => ({ eventBus: bus(scope, elsewhere[0]) }));
    expect(warningsOf(stack)).toHaveLength(1);
  });

  it('a resource that only deployment knows is used', () => {
    for (const env of [undefined, here]) {
      const stack = synthesise(env, (scope) => ({
        eventBus: EventBus.fromEventBusArn(
          scope,
          'Bus',
          new CfnParameter(scope, 'BusArn').valueAsString,
        ),
        alarmTopicArn: new CfnParameter(scope, 'TopicArn').valueAsString,
      }));
      expect(warningsOf(stack)).toEqual([]);
    }
  });
});
