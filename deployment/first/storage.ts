import { randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { DeleteObjectCommand, HeadObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { createObjectStore } from '../../lambdas/adapters/objects.ts';
import type { UploadedPart } from '../../lambdas/contract/ports.ts';
import { crc32OfBoth, crc32Text } from '../../lambdas/copying/upload/checksums.ts';
import { asExpected, wrong, type Check } from './finding.ts';

/** What the checks of the bucket need. */
export interface StorageOptions {
  readonly client: S3Client;
  readonly bucket: string;
  /** Everything is written below it, and removed again. */
  readonly folder: string;
}

/** S3's smallest part but for the last (Amazon S3 User Guide, "Multipart upload limits"). */
const partBytes = 5 * 1024 * 1024;

const description = { contentType: 'application/octet-stream' };

const removeVersion = async ({ client, bucket }: StorageOptions, Key: string): Promise<void> => {
  const { VersionId } = await client.send(new HeadObjectCommand({ Bucket: bucket, Key }));
  await client.send(new DeleteObjectCommand({ Bucket: bucket, Key, VersionId }));
};

/** Uploads two parts as the copy does, and looks at them before and after they are put together. */
const uploading = (options: StorageOptions): Check => ({
  name: 'an upload in parts tells the checksum of each part, and then that of the whole',
  look: async () => {
    const store = createObjectStore(options);
    const key = `${options.folder}/in-parts`;
    const bodies = [randomBytes(partBytes), randomBytes(1000)];
    const [first = 0, second = 0] = bodies.map((body) => crc32(body));
    const whole = {
      bytes: partBytes + 1000,
      crc32: crc32Text(crc32OfBoth(first, second, 1000)),
    };
    const uploadId = await store.createUpload(key, description);
    const sent: UploadedPart[] = [];
    for (const [index, body] of bodies.entries())
      sent.push(await store.uploadPart(key, uploadId, index + 1, body, crc32Text(crc32(body))));
    const listed = await store.listParts(key, uploadId);
    if (JSON.stringify(listed) !== JSON.stringify(sent)) {
      await store.abortUpload(key, uploadId);
      return wrong(
        'ListParts of the open upload does not tell what was sent: a copy of a large file that is cut off after 13 minutes would begin again',
      );
    }
    const stored = await store.completeUpload(key, uploadId, sent, whole, { absent: true });
    const head = await store.head(key);
    await removeVersion(options, key);
    if (stored.kind !== 'stored')
      return wrong('the object was not put together: another one was there');
    if (head?.crc32 !== whole.crc32)
      return wrong(
        `HEAD tells ${head?.crc32 ?? 'no checksum'} in place of the CRC-32 of the whole: stored files are read back to be verified`,
      );
    return asExpected(
      'ListParts, CompleteMultipartUpload and HEAD agree with the bytes that were sent',
    );
  },
});

const missing = (options: StorageOptions): Check => ({
  name: 'a key that is not there is known to be missing',
  look: async () => {
    const head = await createObjectStore(options).head(`${options.folder}/never-written`);
    return head === undefined
      ? asExpected('HEAD is answered with 404, or with 403 and an empty list')
      : wrong('something is stored under a key that was just made up');
  },
});

const conditional = (options: StorageOptions): Check => ({
  name: 'a write that is to replace nothing replaces nothing',
  look: async () => {
    const store = createObjectStore(options);
    const key = `${options.folder}/twice`;
    const write = async (text: string) => {
      const body = Buffer.from(text);
      return store.put(key, body, crc32Text(crc32(body)), description, { absent: true });
    };
    await write('first');
    const second = await write('second');
    await removeVersion(options, key);
    return second.kind === 'conflict'
      ? asExpected('the second write was refused')
      : wrong('the second write went through: two copies at once could overwrite each other');
  },
});

/** What the copy expects of S3. */
export const storageChecks = (options: StorageOptions): Check[] => [
  missing(options),
  conditional(options),
  uploading(options),
];
