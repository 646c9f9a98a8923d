/**
 * The rival: what a careful script does with `@aws-sdk/lib-storage`, as a function that stays warm.
 * Its options are the package's own.
 */
import { S3Client } from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { Agent, request } from 'undici';

const client = new S3Client();

/**
 * Connections are kept from one copy to the next, as in a script that does nothing to prevent it.
 */
const dispatcher = new Agent();

/** Copies a link into the bucket. */
export const handler = async (job: {
  readonly url: string;
  readonly bucket: string;
  readonly key: string;
}): Promise<unknown> => {
  const { body } = await request(job.url, { dispatcher });
  const upload = new Upload({ client, params: { Bucket: job.bucket, Key: job.key, Body: body } });
  return (await upload.done()).ETag;
};
