import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Effect, PolicyStatement, type Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { BlockPublicAccess, Bucket, BucketEncryption, type IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { ServerSideEncryption } from '../lambdas/contract/environment.ts';
import { claimsFolder } from '../lambdas/contract/keys.ts';
import { acknowledge, acknowledgeWildcards } from './acknowledge.ts';
import type { ArchiverSettings } from './config/config.ts';

/**
 * Days after which the parts of an unfinished upload are deleted. A copy goes on with its own parts
 * for two days at most, so that after a week they are of no use, and they are charged for although
 * no listing shows them.
 */
const staleUploadDays = 7;

/**
 * Days after which a claim is deleted. An execution lasts for a day and a half at most, and an event
 * is delivered for as long.
 */
const claimDays = 7;

/** What an {@link ArtifactStore} is made from. */
export type ArtifactStoreSettings = Pick<
  ArchiverSettings,
  'bucket' | 'bucketName' | 'encryptionKey' | 'keyPrefix' | 'removalPolicy' | 'serverSideEncryption'
>;

/**
 * Where the archive lies: a bucket of the stack, an existing one that the configuration names, or
 * the caller's.
 */
export class ArtifactStore extends Construct {
  readonly bucket: IBucket;
  /** Begins every key: empty, or ending in `/`. */
  readonly keyPrefix: string;
  /** What every write names; absent: the bucket's default. */
  readonly encryption: ServerSideEncryption | undefined;

  constructor(scope: Construct, id: string, settings: ArtifactStoreSettings) {
    super(scope, id);
    this.keyPrefix = settings.keyPrefix;
    this.bucket = settings.bucket ?? this.bucketFor(settings);
    this.encryption = this.encryptionOf(settings);
  }

  /**
   * Without a setting: the bucket's key where it is known, S3's own keys in a bucket of the stack. What
   * an existing bucket does by default is not known here, and a header would replace it: none is sent.
   */
  private encryptionOf({
    bucket,
    bucketName,
    serverSideEncryption,
  }: ArtifactStoreSettings): ServerSideEncryption | undefined {
    const keyArn = this.bucket.encryptionKey?.keyArn;
    const isNew = bucket === undefined && bucketName === null;
    const usual = keyArn === undefined ? (isNew ? 'AES256' : 'none') : 'aws:kms';
    const algorithm = serverSideEncryption ?? usual;
    switch (algorithm) {
      case 'none':
        return undefined;
      case 'AES256':
        return { algorithm };
      case 'aws:kms':
      case 'aws:kms:dsse':
        return { algorithm, keyArn };
    }
  }

  private bucketFor({ bucketName, encryptionKey, removalPolicy }: ArtifactStoreSettings): IBucket {
    // The CDK's classes declare some optional properties more loosely than their own interfaces:
    // hence the assertion.
    if (bucketName === null) return this.createBucket(removalPolicy, encryptionKey) as IBucket;
    return Bucket.fromBucketAttributes(this, 'Bucket', {
      bucketName,
      ...(encryptionKey === undefined ? {} : { encryptionKey }),
    });
  }

  private createBucket(
    removalPolicy: ArchiverSettings['removalPolicy'],
    encryptionKey: IKey | undefined,
  ): Bucket {
    const isDestroyed = removalPolicy === 'destroy';
    const bucket = new Bucket(this, 'Bucket', {
      ...(encryptionKey === undefined
        ? { encryption: BucketEncryption.S3_MANAGED }
        : // A key of the bucket's own saves most of the requests to KMS, which cost and are limited.
          { encryption: BucketEncryption.KMS, encryptionKey, bucketKeyEnabled: true }),
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      // A refreshed or repeated generation keeps what was stored before it.
      versioned: true,
      removalPolicy: isDestroyed ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN,
      // CloudFormation deletes no bucket that holds something, and `destroy` says to.
      autoDeleteObjects: isDestroyed,
      lifecycleRules: [
        {
          id: 'AbortStaleUploads',
          abortIncompleteMultipartUploadAfter: Duration.days(staleUploadDays),
        },
        {
          id: 'ForgetClaims',
          prefix: claimsFolder(this.keyPrefix),
          expiration: Duration.days(claimDays),
          noncurrentVersionExpiration: Duration.days(1),
        },
      ],
    });
    acknowledge(bucket, {
      'AwsSolutions-S1':
        'Access logs need a second bucket, with a cost of its own, for objects that one function writes and its log tells of; ' +
        'an existing bucket with access logs can be named instead',
    });
    return bucket;
  }

  /**
   * Lets the copy function write and read back what lies under the providers' folders, in whichever
   * folder a trigger names, and nothing else: it deletes no object and no version.
   */
  grantCopying(copy: LambdaFunction, providers: readonly string[]): void {
    const folders = providers.flatMap((provider) => [
      `${this.keyPrefix}${provider}/*`,
      `${this.keyPrefix}*/${provider}/*`,
    ]);
    const objects = folders.map((folder) => this.bucket.arnForObjects(folder));
    copy.addToRolePolicy(
      new PolicyStatement({
        actions: [
          's3:PutObject',
          // Of the tags that a write names (Amazon S3 API Reference, "PutObject", x-amz-tagging).
          's3:PutObjectTagging',
          's3:GetObject',
          's3:AbortMultipartUpload',
          's3:ListMultipartUploadParts',
        ],
        resources: objects,
      }),
    );
    copy.addToRolePolicy(
      new PolicyStatement({
        // For a key that is not there S3 answers 403 to a role that may not list the whole bucket, and
        // the copy then lists what begins with the key (`lambdas/adapters/s3-objects.ts`). Without
        // a prefix a list would tell the names of everything that the bucket's owner keeps in it.
        actions: ['s3:ListBucket'],
        resources: [this.bucket.bucketArn],
        conditions: { StringLike: { 's3:prefix': folders } },
      }),
    );
    this.denyClaims(copy);
    // Amazon S3 User Guide, "Using server-side encryption with AWS KMS keys", Uploads in parts need
    // `kms:Decrypt` as well.
    this.bucket.encryptionKey?.grant(copy, 'kms:Decrypt', 'kms:GenerateDataKey');
    acknowledgeWildcards(
      copy.role ?? copy,
      objects,
      "The keys below a provider's folder follow from the ids of its generations",
    );
  }
  /**
   * A folder may be called anything, and so would the claims be one: by them the functions tell each
   * other what was done, and the copy has no part in it.
   */
  private denyClaims(copy: LambdaFunction): void {
    const claims = `${claimsFolder(this.keyPrefix)}*`;
    copy.addToRolePolicy(
      new PolicyStatement({
        effect: Effect.DENY,
        actions: ['s3:*'],
        resources: [this.bucket.arnForObjects(claims)],
      }),
    );
    copy.addToRolePolicy(
      new PolicyStatement({
        effect: Effect.DENY,
        actions: ['s3:ListBucket'],
        resources: [this.bucket.bucketArn],
        conditions: { StringLike: { 's3:prefix': claims } },
      }),
    );
    acknowledge(copy.role ?? copy, {
      'AwsSolutions-IAM5[Action::s3:*]': 'Denied, not allowed',
    });
    acknowledgeWildcards(
      copy.role ?? copy,
      [this.bucket.arnForObjects(claims)],
      'Denied, not allowed',
    );
  }

  /**
   * Lets a role or a user read the archive: its objects, the list of them, and the key that they are
   * encrypted with.
   */
  grantRead(reader: IGrantable): Grant {
    return this.bucket.grantRead(reader, `${this.keyPrefix}*`);
  }
}
