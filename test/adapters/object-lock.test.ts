import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { crc32 } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createObjectStore } from '../../lambdas/adapters/objects.ts';
import { createS3Client } from '../../lambdas/adapters/s3-client.ts';
import type { ObjectStore } from '../../lambdas/contract/ports.ts';
import { crc32Text } from '../../lambdas/copying/upload/checksums.ts';

const error = (code: string): string => `<?xml version="1.0"?><Error><Code>${code}</Code></Error>`;

/** Whether a write may enter a bucket with a default retention: S3 wants a checksum with it. */
const isCovered = ({ headers }: IncomingMessage): boolean =>
  headers['content-md5'] !== undefined ||
  Object.keys(headers).some((name) => /^x-amz-checksum-(crc|sha)/.test(name));

/** A bucket with Object Lock, as far as it goes here, and what it was sent. */
const seen: IncomingMessage[] = [];
const server = createServer((request, response) => {
  seen.push(request);
  request.resume().on('end', () => {
    if (request.method === 'POST') {
      response
        .writeHead(200, { 'content-type': 'application/xml' })
        .end(
          '<InitiateMultipartUploadResult><UploadId>u</UploadId></InitiateMultipartUploadResult>',
        );
      return;
    }
    if (isCovered(request)) response.writeHead(200, { etag: '"e"' }).end();
    else response.writeHead(400).end(error('InvalidRequest'));
  });
});

let store: ObjectStore;
beforeAll(async () => {
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  const client = createS3Client({
    endpoint: `http://127.0.0.1:${port}`,
    forcePathStyle: true,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    maxAttempts: 1,
  });
  store = createObjectStore({
    client,
    bucket: 'decks',
    encryption: { algorithm: 'aws:kms', keyArn: 'arn:aws:kms:eu-west-1:1:key/1' },
  });
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
  });
});

describe('a bucket with Object Lock', () => {
  const body = Buffer.from('a deck');
  const sum = crc32Text(crc32(body));

  it('takes what is written as one object, with its checksum and its encryption', async () => {
    const description = { contentType: 'application/pdf' };
    expect(await store.put('k', body, sum, description, { absent: true })).toMatchObject({
      kind: 'stored',
    });
    expect(seen.at(-1)?.headers).toMatchObject({
      'x-amz-checksum-crc32': sum,
      'x-amz-server-side-encryption': 'aws:kms',
      'x-amz-server-side-encryption-aws-kms-key-id': 'arn:aws:kms:eu-west-1:1:key/1',
    });
  });

  it('takes what is written in parts', async () => {
    const uploadId = await store.createUpload('k', { contentType: 'application/pdf' });
    expect(seen.at(-1)?.headers).toMatchObject({ 'x-amz-server-side-encryption': 'aws:kms' });
    await store.uploadPart('k', uploadId, 1, body, sum);
    expect(seen.at(-1)?.headers).toMatchObject({ 'x-amz-checksum-crc32': sum });
  });
});
