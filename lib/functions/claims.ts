import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { ClaimKind } from '../../lambdas/contract/claim-names.ts';
import { environmentNames } from '../../lambdas/contract/environment.ts';
import { claimsFolder } from '../../lambdas/contract/keys.ts';
import { acknowledgeWildcards } from '../acknowledge.ts';
import type { ArtifactStore } from '../artifact-store.ts';

/** A folder of claims: all of a kind, or one provider's. */
export type ClaimFolder = ClaimKind | `${ClaimKind}/${string}`;

/** What a function reads from its environment to write to the bucket, and to read from it. */
export const bucketEnvironment = ({
  bucket,
  keyPrefix,
  encryption,
}: ArtifactStore): Record<string, string> => ({
  [environmentNames.bucketName]: bucket.bucketName,
  [environmentNames.keyPrefix]: keyPrefix,
  ...(encryption === undefined
    ? {}
    : { [environmentNames.serverSideEncryption]: encryption.algorithm }),
  ...(encryption?.keyArn === undefined
    ? {}
    : { [environmentNames.encryptionKeyArn]: encryption.keyArn }),
});

/** Lets a function take the claims of a folder, and read who has them. It touches no deck. */
export const grantTakingClaims = (
  taker: LambdaFunction,
  { bucket, keyPrefix }: ArtifactStore,
  folder: ClaimFolder,
): void => {
  const objects = bucket.arnForObjects(`${claimsFolder(keyPrefix)}${folder}/*`);
  taker.addToRolePolicy(
    new PolicyStatement({ actions: ['s3:PutObject', 's3:GetObject'], resources: [objects] }),
  );
  bucket.encryptionKey?.grant(taker, 'kms:Decrypt', 'kms:GenerateDataKey');
  acknowledgeWildcards(
    taker.role ?? taker,
    [objects],
    'The names of claims follow from the ids of requests, events and executions',
  );
};

/** Lets a function list the claims of a folder, and nothing else of the bucket. */
export const grantListingClaims = (
  reader: LambdaFunction,
  { bucket, keyPrefix }: ArtifactStore,
  folder: ClaimFolder,
): void => {
  reader.addToRolePolicy(
    new PolicyStatement({
      actions: ['s3:ListBucket'],
      resources: [bucket.bucketArn],
      conditions: { StringLike: { 's3:prefix': `${claimsFolder(keyPrefix)}${folder}/*` } },
    }),
  );
};
