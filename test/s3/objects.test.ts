import { crc32 } from 'node:zlib';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import { beforeAll, describe, expect, it } from 'vitest';
import type { ObjectDescription, UploadedPart } from '../../lambdas/contract/ports.ts';
import { crc32Text, sumsOf } from '../../lambdas/copying/upload/checksums.ts';
import { pdf, zip } from '../support/decks.ts';
import { createTestBucket, type TestBucket } from './bucket.ts';

let bucket: TestBucket;
beforeAll(async () => {
  bucket = await createTestBucket();
});

const sum = (body: Buffer): string => crc32Text(crc32(body));

const description: ObjectDescription = {
  contentType: 'application/pdf',
  contentDisposition: 'attachment; filename="Plan for 2027.pdf"',
  metadata: {
    execution: 'arn:aws:states:us-east-1:111122223333:execution:Archiver:1',
    'source-host': 'files.example.com',
  },
};

const absent = { absent: true } as const;

/** S3's smallest part, but the last (Amazon S3, Multipart upload limits). */
const partBytes = 5 * 1024 * 1024;

/** Sends a file's parts, the last one first. */
const sendParts = async (key: string, uploadId: string, deck: Buffer): Promise<UploadedPart[]> => {
  const parts: UploadedPart[] = [];
  for (let at = Math.floor((deck.length - 1) / partBytes) * partBytes; at >= 0; at -= partBytes) {
    const body = deck.subarray(at, at + partBytes);
    parts.unshift(
      await bucket.objects.uploadPart(key, uploadId, at / partBytes + 1, body, sum(body)),
    );
  }
  return parts;
};

const wholeOf = (deck: Buffer) => ({ bytes: deck.length, crc32: sum(deck) });

describe('an object that is written at once', () => {
  it('is there as it was described, with the checksum that S3 has found itself', async () => {
    const deck = pdf(3000);
    const outcome = await bucket.objects.put('whole.pdf', deck, sum(deck), description, absent);
    if (outcome.kind !== 'stored') throw new Error('a conflict in an empty bucket');
    expect(await bucket.objects.head('whole.pdf')).toEqual({
      bytes: 3000,
      etag: outcome.etag,
      crc32: sum(deck),
      contentType: 'application/pdf',
      metadata: description.metadata,
    });
    expect((await bucket.objects.read('whole.pdf'))?.body.equals(deck)).toBe(true);
    expect(await sumsOf(await bucket.objects.readStream('whole.pdf'))).toMatchObject(wholeOf(deck));
    const { ContentDisposition } = await bucket.client.send(
      new GetObjectCommand({ Bucket: bucket.name, Key: 'whole.pdf' }),
    );
    expect(ContentDisposition).toBe(description.contentDisposition);
  });

  it('is refused where its bytes are not those of its checksum', async () => {
    const put = bucket.objects.put('damaged.pdf', pdf(3000), sum(pdf(3001)), description, absent);
    await expect(put).rejects.toMatchObject({
      name: 'StorageFailed',
      message: expect.stringContaining('HTTP 400') as string,
    });
    expect(await bucket.objects.head('damaged.pdf')).toBeUndefined();
  });

  it('may be empty', async () => {
    const nothing = Buffer.alloc(0);
    expect(
      await bucket.objects.put(
        'empty',
        nothing,
        sum(nothing),
        { contentType: 'text/plain' },
        absent,
      ),
    ).toMatchObject({ kind: 'stored' });
    expect(await bucket.objects.head('empty')).toMatchObject({ bytes: 0 });
  });

  it('is not written over another one unseen', async () => {
    const [first, second] = [pdf(1000, 1), pdf(1000, 2)];
    const stored = await bucket.objects.put('taken.pdf', first, sum(first), description, absent);
    expect(await bucket.objects.put('taken.pdf', second, sum(second), description, absent)).toEqual(
      { kind: 'conflict' },
    );
    expect(
      await bucket.objects.put('taken.pdf', second, sum(second), description, {
        etag: '"another"',
      }),
    ).toEqual({ kind: 'conflict' });
    expect((await bucket.objects.read('taken.pdf'))?.body.equals(first)).toBe(true);
    const etag = stored.kind === 'stored' ? stored.etag : '';
    expect(
      await bucket.objects.put('taken.pdf', second, sum(second), description, { etag }),
    ).toMatchObject({ kind: 'stored' });
    expect((await bucket.objects.read('taken.pdf'))?.body.equals(second)).toBe(true);
    expect(await bucket.versions('taken.pdf')).toBe(2);
  });

  it('cannot replace what is gone', async () => {
    const deck = pdf(1000);
    expect(
      await bucket.objects.put('gone.pdf', deck, sum(deck), description, { etag: '"old"' }),
    ).toEqual({ kind: 'conflict' });
  });

  it('is one of two that are written at the same moment, and no mixture', async () => {
    const decks = [pdf(400_000, 1), pdf(400_000, 2)];
    const outcomes = await Promise.all(
      decks.map(async (deck) =>
        bucket.objects.put('race.pdf', deck, sum(deck), description, absent),
      ),
    );
    expect(outcomes.map(({ kind }) => kind).toSorted()).toEqual(['conflict', 'stored']);
    const winner = decks[outcomes.findIndex(({ kind }) => kind === 'stored')];
    expect(await bucket.objects.head('race.pdf')).toMatchObject({
      crc32: sum(winner ?? Buffer.alloc(0)),
    });
  });
});

describe('an object that is written in parts', () => {
  it('has one checksum over all of it, and what was noted when it was begun', async () => {
    const deck = zip(2 * partBytes + 1234);
    const uploadId = await bucket.objects.createUpload('parts.zip', description);
    const parts = await sendParts('parts.zip', uploadId, deck);
    expect(await bucket.openUploads('parts.zip')).toEqual([uploadId]);
    expect(await bucket.objects.head('parts.zip')).toBeUndefined();
    expect(
      await bucket.objects.completeUpload('parts.zip', uploadId, parts, wholeOf(deck), absent),
    ).toMatchObject({ kind: 'stored' });
    expect(await bucket.objects.head('parts.zip')).toMatchObject({
      ...wholeOf(deck),
      metadata: description.metadata,
    });
    expect(await sumsOf(await bucket.objects.readStream('parts.zip'))).toEqual(
      await sumsOf([deck]),
    );
    expect(await bucket.openUploads('parts.zip')).toEqual([]);
  });

  it('goes on from the parts that S3 lists', async () => {
    const deck = zip(3 * partBytes);
    const uploadId = await bucket.objects.createUpload('resumed.zip', description);
    await sendParts('resumed.zip', uploadId, deck.subarray(0, 2 * partBytes));
    const listed = (await bucket.objects.listParts('resumed.zip', uploadId)) ?? [];
    expect(listed.map(({ partNumber, bytes, crc32: part }) => [partNumber, bytes, part])).toEqual([
      [1, partBytes, sum(deck.subarray(0, partBytes))],
      [2, partBytes, sum(deck.subarray(partBytes, 2 * partBytes))],
    ]);
    const last = deck.subarray(2 * partBytes);
    const part = await bucket.objects.uploadPart('resumed.zip', uploadId, 3, last, sum(last));
    await bucket.objects.completeUpload(
      'resumed.zip',
      uploadId,
      [...listed, part],
      wholeOf(deck),
      absent,
    );
    expect(await bucket.objects.head('resumed.zip')).toMatchObject(wholeOf(deck));
  });

  it('refuses a part whose bytes are not those of its checksum', async () => {
    const uploadId = await bucket.objects.createUpload('damaged.zip', description);
    const part = bucket.objects.uploadPart('damaged.zip', uploadId, 1, zip(1000), sum(zip(1001)));
    await expect(part).rejects.toMatchObject({
      name: 'StorageFailed',
      message: expect.stringContaining('HTTP 400') as string,
    });
    expect(await bucket.objects.listParts('damaged.zip', uploadId)).toEqual([]);
  });

  it('is refused where the whole is not what its checksum says', async () => {
    const deck = zip(partBytes + 1000);
    const uploadId = await bucket.objects.createUpload('mixed.zip', description);
    const parts = await sendParts('mixed.zip', uploadId, deck);
    const whole = { bytes: deck.length, crc32: sum(zip(1000)) };
    const complete = bucket.objects.completeUpload('mixed.zip', uploadId, parts, whole, absent);
    await expect(complete).rejects.toMatchObject({
      name: 'StorageFailed',
      message: expect.stringContaining('HTTP 400') as string,
    });
    expect(await bucket.objects.head('mixed.zip')).toBeUndefined();
  });

  it('is not put over another object unseen, and can be put over one that is named', async () => {
    const [first, second] = [pdf(1000), zip(partBytes + 1000)];
    const stored = await bucket.objects.put('busy.zip', first, sum(first), description, absent);
    const uploadId = await bucket.objects.createUpload('busy.zip', description);
    const parts = await sendParts('busy.zip', uploadId, second);
    const complete = async (etag?: string) =>
      bucket.objects.completeUpload(
        'busy.zip',
        uploadId,
        parts,
        wholeOf(second),
        etag === undefined ? absent : { etag },
      );
    expect(await complete()).toEqual({ kind: 'conflict' });
    expect(await complete('"another"')).toEqual({ kind: 'conflict' });
    expect((await bucket.objects.read('busy.zip'))?.body.equals(first)).toBe(true);
    expect(await complete(stored.kind === 'stored' ? stored.etag : '')).toMatchObject({
      kind: 'stored',
    });
    expect(await bucket.objects.head('busy.zip')).toMatchObject(wholeOf(second));
  });

  it('leaves nothing once it is aborted', async () => {
    const uploadId = await bucket.objects.createUpload('aborted.zip', description);
    await sendParts('aborted.zip', uploadId, zip(1000));
    await bucket.objects.abortUpload('aborted.zip', uploadId);
    expect(await bucket.objects.listParts('aborted.zip', uploadId)).toBeUndefined();
    expect(await bucket.openUploads('aborted.zip')).toEqual([]);
    await expect(bucket.objects.abortUpload('aborted.zip', uploadId)).resolves.toBeUndefined();
  });
});
