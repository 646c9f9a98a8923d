import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { BlockPublicAccess, Bucket, BucketEncryption, type IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { acknowledge, acknowledgeWildcards } from './acknowledge.ts';
import type { ArchiverSettings } from './config.ts';

/**
 * Days after which the parts of an unfinished upload are deleted. A copy goes on with its own parts for two days at most, so
 * that after a week nobody wants them, and they are charged for although no listing shows them.
 */
const staleUploadDays = 7;

/** Where the archive lies: a bucket of the stack, or an existing one that the configuration names. */
export class ArtifactStore extends Construct {
  readonly bucket: IBucket;
  private readonly keyPrefix: string;

  constructor(scope: Construct, id: string, settings: Pick<ArchiverSettings, 'bucketName' | 'keyPrefix' | 'removalPolicy'>) {
    super(scope, id);
    const { bucketName, keyPrefix, removalPolicy } = settings;
    this.keyPrefix = keyPrefix;
    // The CDK's classes declare some optional properties more loosely than their own interfaces: hence the assertion.
    this.bucket =
      bucketName === null ? (this.createBucket(removalPolicy) as IBucket) : Bucket.fromBucketName(this, 'Bucket', bucketName);
  }

  private createBucket(removalPolicy: ArchiverSettings['removalPolicy']): Bucket {
    const isDestroyed = removalPolicy === 'destroy';
    const bucket = new Bucket(this, 'Bucket', {
      encryption: BucketEncryption.S3_MANAGED,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      // A refreshed or repeated generation keeps what was stored before it.
      versioned: true,
      removalPolicy: isDestroyed ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN,
      // CloudFormation deletes no bucket that holds something, and `destroy` says to.
      autoDeleteObjects: isDestroyed,
      lifecycleRules: [{ id: 'AbortStaleUploads', abortIncompleteMultipartUploadAfter: Duration.days(staleUploadDays) }],
    });
    acknowledge(bucket, {
      'AwsSolutions-S1':
        'Access logs need a second bucket, with a cost of its own, for objects that one function writes and its log tells of; ' +
        'an existing bucket with access logs can be named instead',
    });
    return bucket;
  }

  /**
   * Lets the copy function write and read back what lies under the providers' folders, and nothing else: it deletes no object
   * and no version.
   */
  grantCopying(copy: LambdaFunction, providers: readonly string[]): void {
    const folders = providers.map((provider) => `${this.keyPrefix}${provider}/*`);
    const objects = folders.map((folder) => this.bucket.arnForObjects(folder));
    copy.addToRolePolicy(
      new PolicyStatement({
        actions: ['s3:PutObject', 's3:GetObject', 's3:AbortMultipartUpload', 's3:ListMultipartUploadParts'],
        resources: objects,
      }),
    );
    copy.addToRolePolicy(
      new PolicyStatement({
        // Without it S3 answers 403 instead of 404 for a key that is not there (Amazon S3 API Reference, "HeadObject").
        actions: ['s3:ListBucket'],
        resources: [this.bucket.bucketArn],
        // `IfExists`, because a request for one object names no prefix: plain `StringLike` would deny it the 404.
        conditions: { StringLikeIfExists: { 's3:prefix': folders } },
      }),
    );
    acknowledgeWildcards(copy.role ?? copy, objects, 'The keys below a provider\'s folder follow from the ids of its generations');
  }
}
