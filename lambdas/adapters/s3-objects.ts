import {
  HeadObjectCommand,
  ListObjectsV2Command,
  type HeadObjectCommandOutput,
  type S3Client,
} from '@aws-sdk/client-s3';
import type { ServerSideEncryption } from '../contract/environment.ts';
import type {
  ObjectDescription,
  ObjectHead,
  WriteCondition,
  WriteOutcome,
} from '../contract/ports.ts';
import { taggingHeader } from '../contract/tags.ts';
import { isDenied, isMissing, storageFailed } from './s3-errors.ts';

/** The bucket, and the client that reaches it. */
export interface SendOptions {
  readonly client: S3Client;
  readonly bucket: string;
}

/** {@link SendOptions}, and how what is written is encrypted. */
export interface WriteOptions extends SendOptions {
  /** Absent: as the bucket does it by default. */
  readonly encryption?: ServerSideEncryption | undefined;
}

/**
 * The encryption that every write names (Amazon S3 User Guide, "Specifying server-side encryption"):
 * PutObject and CreateMultipartUpload take it, the parts of an upload do not. S3 Bucket Keys are left
 * to the bucket's own setting, which counts where a request does not name them.
 */
export const encryptionFields = (encryption: ServerSideEncryption | undefined) =>
  encryption === undefined
    ? {}
    : {
        ServerSideEncryption: encryption.algorithm,
        ...(encryption.keyArn === undefined ? {} : { SSEKMSKeyId: encryption.keyArn }),
      };

/** The condition of a write in S3's words. */
export const matchFields = (
  condition: WriteCondition,
): { IfNoneMatch: string } | { IfMatch: string } =>
  'absent' in condition ? { IfNoneMatch: '*' } : { IfMatch: condition.etag };

/**
 * How an object is stored, in S3's words. Tags go with the write itself, so that no rule and no
 * policy ever meets the object without them: PutObject and CreateMultipartUpload take them.
 */
export const descriptionFields = ({
  contentType,
  contentDisposition,
  metadata,
  tags,
}: ObjectDescription) => ({
  ContentType: contentType,
  ...(contentDisposition === undefined ? {} : { ContentDisposition: contentDisposition }),
  ...(metadata === undefined ? {} : { Metadata: { ...metadata } }),
  ...(tags === undefined ? {} : { Tagging: taggingHeader(tags) }),
});

/**
 * The checksum in an answer of S3. One of checksums (`…-3`) says nothing about the whole object's
 * bytes.
 */
const wholeCrc32 = ({
  ChecksumCRC32,
  ChecksumType,
}: Pick<HeadObjectCommandOutput, 'ChecksumCRC32' | 'ChecksumType'>): string | undefined =>
  ChecksumType === 'COMPOSITE' || ChecksumCRC32?.includes('-') === true ? undefined : ChecksumCRC32;

/** What S3 answers to a write. @throws where it names no ETag */
export const storedOutcome = (
  answer: Pick<HeadObjectCommandOutput, 'ETag' | 'ChecksumCRC32' | 'ChecksumType'>,
): WriteOutcome => {
  if (answer.ETag === undefined) throw new Error('S3 named no ETag');
  const crc32 = wholeCrc32(answer);
  return { kind: 'stored', etag: answer.ETag, ...(crc32 === undefined ? {} : { crc32 }) };
};

/**
 * Whether a refusal of S3 means that nothing is stored under a key. For a key that is not there S3
 * answers 404 to callers who may list the whole bucket, and 403 to others (Amazon S3 API Reference,
 * "HeadObject"). The copy may list the folders of its providers and no more, so after a 403 the
 * list tells; where that is refused too, the refusal stands.
 *
 * @param refusal what a request for the object threw
 */
export const isAbsent = async (
  { client, bucket }: SendOptions,
  key: string,
  refusal: unknown,
): Promise<boolean> => {
  if (!isDenied(refusal)) return isMissing(refusal);
  try {
    // Sorted by key: an object of this very key comes first of those that begin with it.
    const list = new ListObjectsV2Command({ Bucket: bucket, Prefix: key, MaxKeys: 1 });
    const { KeyCount, Contents = [] } = await client.send(list);
    return KeyCount !== undefined && Contents.every((object) => object.Key !== key);
  } catch {
    return false;
  }
};

/** What S3 knows of an object, with its checksum; `undefined` where there is none. */
export const headObject = async (
  { client, bucket }: SendOptions,
  key: string,
): Promise<ObjectHead | undefined> => {
  try {
    const head = await client.send(
      new HeadObjectCommand({ Bucket: bucket, Key: key, ChecksumMode: 'ENABLED' }),
    );
    if (head.ETag === undefined) throw new Error('S3 named no ETag');
    return {
      bytes: head.ContentLength ?? 0,
      etag: head.ETag,
      crc32: wholeCrc32(head),
      contentType: head.ContentType,
      metadata: head.Metadata ?? {},
    };
  } catch (error) {
    if (await isAbsent({ client, bucket }, key, error)) return undefined;
    throw storageFailed('HeadObject', key, error);
  }
};
