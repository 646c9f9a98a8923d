import { RemovalPolicy } from 'aws-cdk-lib';
import { Match } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { permissionsOf, resourceOf, synthesise } from './stack.ts';

const onlyGamma = { providers: { gamma: {} } };

describe('the bucket', () => {
  it('is private, encrypted and versioned, and clears unfinished uploads and claims', () => {
    const { template } = synthesise(onlyGamma);
    expect(resourceOf(template, 'AWS::S3::Bucket').properties).toMatchObject({
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [
          { ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } },
        ],
      },
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
      VersioningConfiguration: { Status: 'Enabled' },
      LifecycleConfiguration: {
        Rules: [
          { AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 }, Status: 'Enabled' },
          {
            Prefix: '_claims/',
            ExpirationInDays: 7,
            NoncurrentVersionExpiration: { NoncurrentDays: 1 },
            Status: 'Enabled',
          },
        ],
      },
    });
  });

  it('answers TLS only', () => {
    const { template } = synthesise(onlyGamma);
    template.hasResourceProperties('AWS::S3::BucketPolicy', {
      PolicyDocument: {
        Statement: [
          Match.objectLike({
            Action: 's3:*',
            Effect: 'Deny',
            Condition: { Bool: { 'aws:SecureTransport': 'false' } },
          }),
        ],
      },
    });
  });

  it('outlives the stack', () => {
    const { template } = synthesise(onlyGamma);
    template.hasResource('AWS::S3::Bucket', {
      DeletionPolicy: 'Retain',
      UpdateReplacePolicy: 'Retain',
    });
  });

  it('goes with the stack, and all that is in it, where the configuration says so', () => {
    const { template } = synthesise({ ...onlyGamma, removalPolicy: RemovalPolicy.DESTROY });
    template.hasResource('AWS::S3::Bucket', { DeletionPolicy: 'Delete' });
    template.resourceCountIs('Custom::S3AutoDeleteObjects', 1);
  });

  it('is an existing one where the configuration names it, written under the key prefix alone', () => {
    const { stack, template } = synthesise({
      ...onlyGamma,
      bucketName: 'decks-of-the-company',
      keyPrefix: 'archive',
    });
    template.resourceCountIs('AWS::S3::Bucket', 0);
    expect(stack.archiver.bucket.bucketName).toBe('decks-of-the-company');
    const store = permissionsOf(template, 'ArchiverCopyExports').filter((line) =>
      line.startsWith('s3:'),
    );
    const place = 'arn:${AWS::Partition}:s3:::decks-of-the-company';
    const actions = [
      's3:AbortMultipartUpload',
      's3:GetObject',
      's3:ListMultipartUploadParts',
      's3:PutObject',
      's3:PutObjectTagging',
    ];
    const keys = ['archive/*/gamma/*', 'archive/gamma/*'];
    expect(store).toEqual(
      [
        ...actions.flatMap((action) => keys.map((key) => `${action} on ${place}/${key}`)),
        `s3:ListBucket on ${place} if {"StringLike":{"s3:prefix":${JSON.stringify(keys.toReversed())}}}`,
      ].toSorted(),
    );
    expect(
      resourceOf(template, 'AWS::Lambda::Function', 'ArchiverCopyExports').properties,
    ).toMatchObject({
      Environment: { Variables: { BUCKET_NAME: 'decks-of-the-company', KEY_PREFIX: 'archive/' } },
    });
  });
});

const variablesOf = (props: Parameters<typeof synthesise>[0]) =>
  (
    resourceOf(synthesise(props).template, 'AWS::Lambda::Function', 'ArchiverCopyExports')
      .properties['Environment'] as { Variables: Record<string, unknown> }
  ).Variables;

describe('the encryption that the copy function names', () => {
  it("is S3's own in a bucket of the stack", () => {
    const variables = variablesOf(onlyGamma);
    expect(variables['SERVER_SIDE_ENCRYPTION']).toBe('AES256');
    expect(variables).not.toHaveProperty('ENCRYPTION_KEY_ARN');
  });

  it('is none in an existing bucket, whose default may be another', () => {
    expect(variablesOf({ ...onlyGamma, bucketName: 'our-decks' })).not.toHaveProperty(
      'SERVER_SIDE_ENCRYPTION',
    );
  });

  it.each(['AES256', 'aws:kms', 'aws:kms:dsse'])('is what the configuration says: %s', (value) => {
    expect(
      variablesOf({ ...onlyGamma, bucketName: 'our-decks', serverSideEncryption: value }),
    ).toMatchObject({ SERVER_SIDE_ENCRYPTION: value });
  });

  it('is none where the configuration says so', () => {
    expect(variablesOf({ ...onlyGamma, serverSideEncryption: 'none' })).not.toHaveProperty(
      'SERVER_SIDE_ENCRYPTION',
    );
  });

  it('is refused where S3 knows no such', () => {
    expect(() => synthesise({ ...onlyGamma, serverSideEncryption: 'rot13' })).toThrow(
      'serverSideEncryption is "rot13": use "none", "AES256", "aws:kms" or "aws:kms:dsse"',
    );
  });
});
