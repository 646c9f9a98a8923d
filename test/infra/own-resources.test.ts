import { Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { SecurityGroup, Vpc, type IVpc } from 'aws-cdk-lib/aws-ec2';
import { EventBus, type IEventBus } from 'aws-cdk-lib/aws-events';
import { User } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Bucket, BucketEncryption, type IBucket } from 'aws-cdk-lib/aws-s3';
import { describe, expect, expectTypeOf, it } from 'vitest';
import type { z } from 'zod';
import type { archiverSchema } from '../../lib/config/config-schema.ts';
import {
  ConfigurationError,
  GenerationArchiver,
  type ProviderOptions,
  type GenerationArchiverProps,
} from '../../lib/index.ts';
import { createApp, permissionsOf, readable, resourceOf, resourcesOf } from './stack.ts';

/** A stack of somebody else's with the archiver in it. */
const withArchiver = (props: (stack: Stack) => Partial<GenerationArchiverProps>) => {
  const stack = new Stack(createApp(), 'Consumer');
  const archiver = new GenerationArchiver(stack, 'Archiver', {
    providers: { gamma: {} },
    ...props(stack),
  });
  return { stack, archiver, template: () => Template.fromStack(stack) };
};

const permissionsOfCopy = (template: Template, about: string): string[] =>
  permissionsOf(template, 'ArchiverCopyExports').filter((line) => line.startsWith(about));

describe("the caller's own bucket", () => {
  it('takes the archive, and no other is made', () => {
    const { template: made, archiver } = withArchiver((stack) => ({
      bucket: new Bucket(stack, 'Decks') as IBucket,
      keyPrefix: 'archive/',
    }));
    const template = made();
    template.resourceCountIs('AWS::S3::Bucket', 1);
    expect(archiver.bucket.node.path).toBe('Consumer/Decks');
    expect(permissionsOfCopy(template, 's3:PutObject ')).toEqual([
      's3:PutObject on ${Decks.Arn}/archive/*/gamma/*',
      's3:PutObject on ${Decks.Arn}/archive/gamma/*',
    ]);
    expect(permissionsOfCopy(template, 'kms:')).toEqual([]);
  });

  it('brings its key', () => {
    const { template } = withArchiver((stack) => ({
      bucket: new Bucket(stack, 'Decks', {
        encryption: BucketEncryption.KMS,
        encryptionKey: new Key(stack, 'Key'),
      }) as IBucket,
    }));
    expect(permissionsOfCopy(template(), 'kms:')).toEqual([
      'kms:Decrypt on ${Key.Arn}',
      'kms:GenerateDataKey on ${Key.Arn}',
    ]);
  });
});

describe("the caller's own key", () => {
  it('encrypts the new bucket, with a bucket key', () => {
    const { template: made } = withArchiver((stack) => ({ encryptionKey: new Key(stack, 'Key') }));
    const template = made();
    expect(resourceOf(template, 'AWS::S3::Bucket').properties['BucketEncryption']).toMatchObject({
      ServerSideEncryptionConfiguration: [
        { BucketKeyEnabled: true, ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms' } },
      ],
    });
    expect(permissionsOfCopy(template, 'kms:')).toHaveLength(2);
  });

  it.each([
    ['of the stack', {}],
    ['that is only named', { bucketName: 'our-decks' }],
  ])('is named by every write to a bucket %s', (_, props) => {
    const { template } = withArchiver((stack) => ({
      ...props,
      encryptionKey: new Key(stack, 'Key'),
    }));
    const { properties } = resourceOf(template(), 'AWS::Lambda::Function', 'ArchiverCopyExports');
    expect(properties['Environment']).toMatchObject({
      Variables: {
        SERVER_SIDE_ENCRYPTION: 'aws:kms',
        ENCRYPTION_KEY_ARN: { 'Fn::GetAtt': [expect.stringMatching(/^Key/), 'Arn'] },
      },
    });
  });

  it('cannot stand beside an encryption that does not use it', () => {
    expect(() =>
      withArchiver((stack) => ({
        encryptionKey: new Key(stack, 'Key'),
        serverSideEncryption: 'AES256',
      })),
    ).toThrow('serverSideEncryption is "AES256" beside encryptionKey');
  });

  it('may be the one of a bucket that is only named', () => {
    const { template } = withArchiver((stack) => ({
      bucketName: 'our-decks',
      encryptionKey: new Key(stack, 'Key'),
    }));
    expect(permissionsOfCopy(template(), 'kms:')).toHaveLength(2);
  });
});

describe("the caller's own bus", () => {
  it('brings triggers and takes results', () => {
    const { template: made, archiver } = withArchiver((stack) => ({
      eventBus: new EventBus(stack, 'Bus') as IEventBus,
    }));
    const template = made();
    template.resourceCountIs('AWS::Events::EventBus', 1);
    expect(archiver.eventBus.node.path).toBe('Consumer/Bus');
    expect(
      readable(
        resourceOf(template, 'AWS::Events::Rule', 'ArchiverIntake').properties['EventBusName'],
      ),
    ).toBe('${Bus}');
    expect(
      readable(
        resourceOf(template, 'AWS::StepFunctions::StateMachine', 'ArchiverWorkflowStateMachine')
          .properties['DefinitionString'],
      ),
    ).toContain('"EventBusName":"${Bus.Arn}"');
  });
});

describe("the caller's own VPC", () => {
  it('holds every function, with the permissions that this needs', () => {
    const { template: made } = withArchiver((stack) => {
      // The CDK's classes declare some optional properties more loosely than their own interfaces:
      // hence this assertion, and others.
      const vpc = new Vpc(stack, 'Vpc') as IVpc;
      return { network: { vpc, securityGroups: [new SecurityGroup(stack, 'Group', { vpc })] } };
    });
    const template = made();
    // The VPC's own custom resources are not the archiver's.
    const functions = resourcesOf(template, 'AWS::Lambda::Function', 'Archiver');
    expect(functions.length).toBeGreaterThanOrEqual(4);
    for (const { id, properties } of functions) {
      expect(properties['VpcConfig'], id).toMatchObject({
        SecurityGroupIds: [{ 'Fn::GetAtt': [expect.stringMatching(/^Group/), 'GroupId'] }],
      });
    }
    expect(permissionsOfCopy(template, 'ec2:CreateNetworkInterface')).toEqual([
      'ec2:CreateNetworkInterface on *',
    ]);
  });

  it('is not asked for', () => {
    const template = withArchiver(() => ({})).template();
    template.allResourcesProperties(
      'AWS::Lambda::Function',
      Match.objectLike({ VpcConfig: Match.absent() }),
    );
    expect(permissionsOfCopy(template, 'ec2:')).toEqual([]);
  });
});

describe('what contradicts itself', () => {
  it.each([
    [
      'bucketName',
      (stack: Stack) => ({ bucket: new Bucket(stack, 'Decks') as IBucket, bucketName: 'decks' }),
    ],
    [
      'encryptionKey',
      (stack: Stack) => ({
        bucket: new Bucket(stack, 'Decks') as IBucket,
        encryptionKey: new Key(stack, 'Key'),
      }),
    ],
    [
      'eventBusName',
      (stack: Stack) => ({
        eventBus: new EventBus(stack, 'Bus') as IEventBus,
        eventBusName: 'decks',
      }),
    ],
    [
      'createEventBus',
      (stack: Stack) => ({
        eventBus: new EventBus(stack, 'Bus') as IEventBus,
        createEventBus: false,
      }),
    ],
  ])('is refused: %s', (path, props) => {
    expect(() => withArchiver(props)).toThrow(ConfigurationError);
    expect(() => withArchiver(props)).toThrow(`${path} is given beside`);
  });
});

describe('grantRead', () => {
  it('lets somebody read the archive below its prefix, and decrypt it', () => {
    const {
      archiver,
      stack,
      template: made,
    } = withArchiver((scope) => ({ encryptionKey: new Key(scope, 'Key'), keyPrefix: 'decks/' }));
    archiver.grantRead(new User(stack, 'Reader'));
    const template = made();
    const statements = JSON.stringify(
      resourceOf(template, 'AWS::IAM::Policy', 'ReaderDefaultPolicy').properties,
    );
    expect(statements).toContain('/decks/*');
    expect(statements).toContain('kms:Decrypt');
    expect(statements).not.toContain('s3:PutObject');
  });
});

describe('the props in words', () => {
  it('have the fields of the JSON configuration, and what only a construct can say', () => {
    type Known = z.input<ReturnType<typeof archiverSchema>>;
    type Resource = 'bucket' | 'eventBus' | 'encryptionKey' | 'alarmTopic' | 'network';
    expectTypeOf<keyof GenerationArchiverProps>().toEqualTypeOf<keyof Known | Resource>();
    type Option = 'module' | 'timeout' | 'checkInterval' | 'firstCheck';
    expectTypeOf<keyof ProviderOptions>().toEqualTypeOf<
      keyof NonNullable<Known['providers'][string]> | Option
    >();
  });
});
