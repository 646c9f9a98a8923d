import { crc32 } from 'node:zlib';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createObjectStore } from '../../lambdas/adapters/objects.ts';
import type { ObjectStore } from '../../lambdas/contract/ports.ts';
import { crc32Text } from '../../lambdas/copying/upload/checksums.ts';
import { createFileWriter } from '../../lambdas/copying/upload/file-writer.ts';
import { pdf, sha256, zip } from '../support/decks.ts';
import {
  startFaultProxy,
  type Fault,
  type FaultProxy,
  type Operation,
} from '../support/fault-proxy.ts';
import { clientOf, createTestBucket, type TestBucket } from './bucket.ts';

let bucket: TestBucket;
let proxy: FaultProxy;
let objects: ObjectStore;
beforeAll(async () => {
  bucket = await createTestBucket();
});
beforeEach(async () => {
  proxy = await startFaultProxy(bucket.endpoint);
  // The function's own client, but for a shorter limit on one request: the test waits for it.
  const client = clientOf(proxy.endpoint, {
    requestHandler: {
      connectionTimeout: 5_000,
      requestTimeout: 2_000,
      throwOnRequestTimeout: true,
    },
  });
  objects = createObjectStore({ client, bucket: bucket.name, pause: async () => undefined });
});
afterEach(async () => proxy.close());

const partBytes = 5 * 1024 * 1024;

const description = { contentType: 'application/zip' };

const write = async (key: string, deck: Buffer) => {
  const writer = createFileWriter({ objects, key, description, partBytes });
  try {
    await writer.write(deck);
    return await writer.finish();
  } catch (error) {
    await writer.discard();
    throw error;
  }
};

/** What a write comes to that went well. */
const stored = (deck: Buffer) => ({
  kind: 'stored',
  sums: { bytes: deck.length, sha256: sha256(deck) },
});

const large = zip(2 * partBytes + 5000);

const expectWhole = async (key: string, deck: Buffer): Promise<void> => {
  expect(await bucket.sums(key)).toMatchObject({ bytes: deck.length, sha256: sha256(deck) });
  expect(await bucket.openUploads(key)).toEqual([]);
  expect(await bucket.versions(key)).toBe(1);
};

const slowDown: Fault = { kind: 'refuse', status: 503, code: 'SlowDown' };
const internalError: Fault = { kind: 'refuse', status: 500, code: 'InternalError' };

const count = (operation: Operation): number =>
  proxy.seen.filter((seen) => seen === operation).length;

describe('S3 that passes through trouble', () => {
  it.each<[string, Operation, Fault[]]>([
    ['asks to slow down', 'PutObject', [slowDown, slowDown]],
    ['fails inside', 'PutObject', [internalError]],
    ['breaks the connection', 'PutObject', [{ kind: 'cut' }]],
    ['does not answer', 'PutObject', [{ kind: 'hang' }]],
    ['loses its answer', 'PutObject', [{ kind: 'loseAnswer' }]],
    [
      'has another write of the key under way',
      'PutObject',
      [{ kind: 'refuse', status: 409, code: 'ConditionalRequestConflict' }],
    ],
  ])('has a small file written once where it %s', async (name, operation, faults) => {
    const key = `small/${name}`;
    const deck = pdf(400_000);
    proxy.inject(operation, ...faults);
    expect(await write(key, deck)).toMatchObject(stored(deck));
    await expectWhole(key, deck);
    expect(count(operation)).toBeGreaterThan(faults.length);
  });

  it.each<[string, Operation, Fault[]]>([
    ['asks to slow down at the begin', 'CreateMultipartUpload', [slowDown]],
    ['asks to slow down for each part', 'UploadPart', [slowDown, slowDown, slowDown]],
    ['does not answer for a part', 'UploadPart', [{ kind: 'hang' }]],
    ['breaks the connection of a part', 'UploadPart', [{ kind: 'cut' }]],
    ['loses the answer for a part', 'UploadPart', [{ kind: 'loseAnswer' }, { kind: 'loseAnswer' }]],
    ['asks to slow down at the end', 'CompleteMultipartUpload', [slowDown, internalError]],
    ['does not answer at the end', 'CompleteMultipartUpload', [{ kind: 'hang' }]],
    ['loses its answer at the end', 'CompleteMultipartUpload', [{ kind: 'loseAnswer' }]],
    [
      'loses its answer at the end twice',
      'CompleteMultipartUpload',
      [{ kind: 'loseAnswer' }, { kind: 'loseAnswer' }],
    ],
  ])('has a large file written once where it %s', async (name, operation, faults) => {
    const key = `large/${name}`;
    proxy.inject(operation, ...faults);
    expect(await write(key, large)).toMatchObject(stored(large));
    await expectWhole(key, large);
    expect(count(operation)).toBeGreaterThan(faults.length);
  });

  it('has a large file sent again where it tells of a write of the key under way at the end', async () => {
    const key = 'large/conflict';
    const conflict: Fault = { kind: 'refuse', status: 409, code: 'ConditionalRequestConflict' };
    proxy.inject('CompleteMultipartUpload', conflict);
    // The parts must be uploaded again (Amazon S3 API Reference, "CompleteMultipartUpload", Errors).
    expect(await write(key, large)).toEqual({ kind: 'sendAgain' });
    expect(await write(key, large)).toMatchObject(stored(large));
    await expectWhole(key, large);
  });

  it('is read on where it asks to slow down', async () => {
    const deck = pdf(1000);
    await bucket.objects.put('read.pdf', deck, crc32Text(crc32(deck)), description, {
      absent: true,
    });
    proxy.inject('GetObject', slowDown, { kind: 'cut' });
    expect((await objects.read('read.pdf'))?.body.equals(deck)).toBe(true);
    proxy.inject('HeadObject', slowDown, { kind: 'loseAnswer' });
    expect(await objects.head('read.pdf')).toMatchObject({ bytes: 1000 });
    proxy.inject('GetObject', slowDown);
    const chunks: Uint8Array[] = [];
    for await (const chunk of await objects.readStream('read.pdf')) chunks.push(chunk);
    expect(Buffer.concat(chunks).equals(deck)).toBe(true);
  });
});

describe('S3 whose trouble lasts', () => {
  const always = Array.from({ length: 50 }, () => internalError);

  it('is given up after six tries, with nothing under the key and no upload left', async () => {
    proxy.inject('UploadPart', ...always);
    await expect(write('lasting.zip', large)).rejects.toMatchObject({
      name: 'StorageFailed',
      message: expect.stringMatching(
        /^S3 UploadPart of "lasting.zip" failed: InternalError, HTTP 500/,
      ),
    });
    expect(count('UploadPart') % 6).toBe(0);
    expect(await bucket.sums('lasting.zip')).toBeUndefined();
    expect(await bucket.openUploads('lasting.zip')).toEqual([]);
  });

  it('keeps another object under the key as it is', async () => {
    const [there, deck] = [pdf(1000, 1), pdf(1000, 2)];
    await bucket.objects.put('kept.pdf', there, crc32Text(crc32(there)), description, {
      absent: true,
    });
    proxy.inject('PutObject', ...always);
    await expect(write('kept.pdf', deck)).rejects.toMatchObject({ name: 'StorageFailed' });
    expect(await bucket.sums('kept.pdf')).toMatchObject({ sha256: sha256(there) });
  });
});
