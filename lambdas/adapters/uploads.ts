import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  ListPartsCommand,
  UploadPartCommand,
  type Part,
  type S3Client,
} from '@aws-sdk/client-s3';
import type { ObjectStore, UploadedPart } from '../contract/ports.ts';
import {
  isConcurrentWrite,
  isMissing,
  isObjectGone,
  isPreconditionFailed,
  storageFailed,
} from './s3-errors.ts';
import {
  descriptionFields,
  encryptionFields,
  matchFields,
  storedOutcome,
  type WriteOptions,
} from './s3-objects.ts';

/** The multipart half of {@link ObjectStore}. */
export type Uploads = Pick<
  ObjectStore,
  'createUpload' | 'uploadPart' | 'listParts' | 'completeUpload' | 'abortUpload'
>;

/**
 * S3 answers `null`-ish fields only where it does not know them; a part without them cannot be
 * completed.
 */
const uploadedPart = ({ PartNumber, ETag, ChecksumCRC32, Size }: Part): readonly UploadedPart[] =>
  PartNumber === undefined ||
  ETag === undefined ||
  ChecksumCRC32 === undefined ||
  Size === undefined
    ? []
    : [{ partNumber: PartNumber, etag: ETag, crc32: ChecksumCRC32, bytes: Size }];

const listAllParts = async (
  client: S3Client,
  upload: { Bucket: string; Key: string; UploadId: string },
) => {
  const parts: UploadedPart[] = [];
  let marker: string | undefined;
  do {
    const from = marker === undefined ? {} : { PartNumberMarker: marker };
    const page = await client.send(new ListPartsCommand({ ...upload, ...from }));
    parts.push(...(page.Parts ?? []).flatMap(uploadedPart));
    marker = page.IsTruncated === true ? page.NextPartNumberMarker : undefined;
  } while (marker !== undefined);
  return parts;
};

/**
 * Multipart uploads with a CRC-32 over the whole object, which S3 itself checks when the parts are
 * put together.
 */
export const createUploads = ({ client, bucket, encryption }: WriteOptions): Uploads => ({
  createUpload: async (key, description) => {
    try {
      const { UploadId } = await client.send(
        new CreateMultipartUploadCommand({
          Bucket: bucket,
          Key: key,
          ...descriptionFields(description),
          ...encryptionFields(encryption),
          ChecksumAlgorithm: 'CRC32',
          ChecksumType: 'FULL_OBJECT',
        }),
      );
      if (UploadId === undefined) throw new Error('S3 named no upload id');
      return UploadId;
    } catch (error) {
      throw storageFailed('CreateMultipartUpload', key, error);
    }
  },

  uploadPart: async (key, uploadId, partNumber, body, crc32) => {
    try {
      const { ETag } = await client.send(
        new UploadPartCommand({
          Bucket: bucket,
          Key: key,
          UploadId: uploadId,
          PartNumber: partNumber,
          Body: body,
          ContentLength: body.length,
          ChecksumCRC32: crc32,
        }),
      );
      if (ETag === undefined) throw new Error('S3 named no ETag');
      return { partNumber, etag: ETag, crc32, bytes: body.length };
    } catch (error) {
      throw storageFailed('UploadPart', key, error);
    }
  },

  listParts: async (key, uploadId) => {
    try {
      return await listAllParts(client, { Bucket: bucket, Key: key, UploadId: uploadId });
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw storageFailed('ListParts', key, error);
    }
  },

  completeUpload: async (key, uploadId, parts, { bytes, crc32 }, condition) => {
    try {
      const answer = await client.send(
        new CompleteMultipartUploadCommand({
          Bucket: bucket,
          Key: key,
          UploadId: uploadId,
          MultipartUpload: {
            Parts: parts.map((part) => ({
              PartNumber: part.partNumber,
              ETag: part.etag,
              ChecksumCRC32: part.crc32,
            })),
          },
          ChecksumCRC32: crc32,
          ChecksumType: 'FULL_OBJECT',
          MpuObjectSize: bytes,
          ...matchFields(condition),
        }),
      );
      return storedOutcome(answer);
    } catch (error) {
      if (isPreconditionFailed(error) || isObjectGone(error)) return { kind: 'conflict' };
      // Also where the upload is gone: the answer to an earlier try may have been lost on the way.
      if (isConcurrentWrite(error) || isMissing(error)) return { kind: 'sendAgain' };
      throw storageFailed('CompleteMultipartUpload', key, error);
    }
  },

  abortUpload: async (key, uploadId) => {
    try {
      await client.send(
        new AbortMultipartUploadCommand({ Bucket: bucket, Key: key, UploadId: uploadId }),
      );
    } catch {
      // What is left behind is cleared by the bucket's lifecycle rule; the reason for aborting
      // matters more than this.
    }
  },
});
