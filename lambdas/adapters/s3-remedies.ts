import { S3ServiceException } from '@aws-sdk/client-s3';

/** A region's name, for example `eu-west-1`. */
const regionName = /^[a-z]{2}(-[a-z]+)+-\d{1,2}$/;

/**
 * The region that the bucket is in, where S3 tells it: in a header of any answer to a request that
 * went to the wrong one, and in the body of some (Amazon S3 API Reference, HeadBucket,
 * `x-amz-bucket-region`).
 */
const bucketRegion = (error: S3ServiceException): string | undefined => {
  const told: unknown[] = [
    error.$response?.headers['x-amz-bucket-region'],
    Reflect.get(error, 'Region'),
  ];
  return told.find(
    (region): region is string => typeof region === 'string' && regionName.test(region),
  );
};

const inAnotherRegion = (error: S3ServiceException): string => {
  const region = bucketRegion(error);
  const where = region === undefined ? 'another region than the stack' : `the region ${region}`;
  return `the bucket is in ${where}: deploy the stack there, or name a bucket of its own region (bucketName)`;
};

const refusedEncryption =
  'if its policy, or one of the organisation, demands an encryption header, deploy with serverSideEncryption or encryptionKey';

const refusedKey =
  "allow the copy function's role kms:GenerateDataKey and kms:Decrypt in the policy of the bucket's KMS key, and deploy with that key as encryptionKey";

/** S3 says which permission of KMS is missing in the text of its refusal alone. */
const isAboutKey = ({ message }: Error): boolean => /\bkms:[A-Za-z]+/.test(message);

const denied = (error: S3ServiceException): string =>
  isAboutKey(error)
    ? refusedKey
    : `check the copy function's role and the bucket's policy; ${refusedEncryption}; if it is encrypted with a KMS key, ${refusedKey}`;

const beingDeleted =
  "the bucket's KMS key is being deleted or imported: cancel its deletion, or deploy with another encryptionKey";

const later = 'S3 did not recover while it was waited for: start the generation again later';

const expired = "the function's credentials have expired: start the generation again";

const unknownCredentials =
  "S3 does not know the function's credentials: if its role was deleted or made anew, deploy again; if a proxy or gateway stands between them, it must pass the request on unchanged";

/** What to do, by the names of S3's errors (Amazon S3 API Reference, Error responses). */
const remedies: readonly (readonly [
  names: readonly string[],
  remedy: string | ((error: S3ServiceException) => string),
])[] = [
  [['AccessDenied', 'Forbidden'], denied],
  [['AllAccessDisabled'], 'AWS has disabled all access to the bucket: contact AWS Support'],
  [
    ['AccountProblem', 'NotSignedUp'],
    'something is wrong with the AWS account: contact AWS Support, then start the generation again',
  ],
  [['KMS.AccessDeniedException'], refusedKey],
  [['KMS.DisabledException'], "enable the bucket's KMS key again, then start the generation again"],
  [['KMS.InvalidStateException', 'KMS.KMSInvalidStateException'], beingDeleted],
  [
    ['KMS.NotFoundException'],
    "the bucket's KMS key does not exist in its region: deploy with a key of that region as encryptionKey",
  ],
  [
    ['KMS.InvalidKeyUsageException'],
    'the KMS key is none for encryption: deploy with a symmetric encryption key as encryptionKey',
  ],
  [
    ['NoSuchBucket'],
    'there is no such bucket: check bucketName, or deploy again if the bucket was deleted',
  ],
  [
    ['NoSuchUpload'],
    'the upload was aborted meanwhile, by a lifecycle rule or by hand: start the generation again',
  ],
  [
    ['PermanentRedirect', 'AuthorizationHeaderMalformed', 'IllegalLocationConstraintException'],
    inAnotherRegion,
  ],
  [
    ['TemporaryRedirect'],
    'the bucket was made moments ago, and its name is not known everywhere yet: start the generation again in an hour',
  ],
  [
    ['InvalidRequest'],
    'S3 takes no such write there: if the bucket has Object Lock, S3 wants a checksum with each write, which the archiver sends; what stands between them (a proxy, a gateway) must pass x-amz-checksum-crc32 on',
  ],
  [
    ['InvalidTag'],
    'S3 takes no such tag: change "tags" in the trigger, and start the generation again',
  ],
  [
    ['InvalidObjectState'],
    'the stored object lies in an archive storage class: restore it, or exclude the archive from that lifecycle rule',
  ],
  [
    ['ObjectLockConfigurationNotFoundError'],
    "the bucket's Object Lock is not configured: check it",
  ],
  [
    ['SlowDown'],
    'S3 asks to slow down for longer than was waited: start the generation again later',
  ],
  [['ServiceUnavailable', 'InternalError'], later],
  [['ExpiredToken', 'ExpiredTokenException', 'TokenRefreshRequired'], expired],
  [['InvalidToken', 'InvalidAccessKeyId', 'SignatureDoesNotMatch'], unknownCredentials],
  [
    ['RequestTimeTooSkewed'],
    'the clock where the function runs is wrong by minutes: start the generation again',
  ],
  [
    ['NotImplemented'],
    'the store does not know what was asked of it: where it is not Amazon S3, it needs conditional writes, CRC-32 checksums and the encryption that is asked for',
  ],
];

const byName = new Map(remedies.flatMap(([names, remedy]) => names.map((name) => [name, remedy])));

/** Remedies by HTTP status, for answers without a body, as those to HEAD. */
const byStatus = new Map<number, string | ((error: S3ServiceException) => string)>([
  [301, inAnotherRegion],
  [403, denied],
  [404, 'check that the bucket exists'],
]);

/** What to do about an error of S3, as the end of a sentence; `undefined` where nothing is known. */
export const remedyOf = (error: unknown): string | undefined => {
  if (!(error instanceof S3ServiceException)) return undefined;
  const status = error.$metadata.httpStatusCode ?? 0;
  const remedy = byName.get(error.name) ?? byStatus.get(status);
  // A HEAD that was signed for another region is answered 400, without a body.
  if (remedy === undefined && status === 400 && bucketRegion(error) !== undefined)
    return inAnotherRegion(error);
  return typeof remedy === 'function' ? remedy(error) : remedy;
};
