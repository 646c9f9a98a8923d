import { Readable } from 'node:stream';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  ListPartsCommand,
  PutObjectCommand,
  S3Client,
  S3ServiceException,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';
import { afterEach, describe, expect, it } from 'vitest';
import { createObjectStore } from '../../lambdas/adapters/objects.ts';

const client = new S3Client({ region: 'eu-west-1' });
// The one client, not its class: other tests of the same process use real ones.
const s3 = mockClient(client);
afterEach(() => s3.reset());

const pauses: number[] = [];
const store = createObjectStore({
  client,
  bucket: 'decks',
  pause: async (milliseconds) => {
    pauses.push(milliseconds);
  },
});

const failure = (name: string, status: number): S3ServiceException =>
  new S3ServiceException({
    name,
    $fault: 'client',
    $metadata: { httpStatusCode: status },
    message: 'signed with AKIA-secret',
  });

/** The SDK adds helpers to a body; the store uses these two. */
const bodyOf = (bytes: Buffer) =>
  Object.assign(Readable.from([bytes]), {
    transformToByteArray: async () => new Uint8Array(bytes),
  }) as never;

const body = Buffer.from('bytes');
const description = {
  contentType: 'application/pdf',
  contentDisposition: 'attachment; filename="Deck.pdf"',
};
const whole = { bytes: 20, crc32: 'AAAAAA==' };
const parts = [
  { partNumber: 1, etag: '"p1"', crc32: 'AQAAAA==', bytes: 10 },
  { partNumber: 2, etag: '"p2"', crc32: 'AgAAAA==', bytes: 10 },
];

describe('what S3 knows of an object', () => {
  it('comes with its checksum', async () => {
    const head = {
      ContentLength: 5,
      ETag: '"e"',
      ContentType: 'application/pdf',
      Metadata: { execution: 'arn' },
    };
    s3.on(HeadObjectCommand).resolves({
      ...head,
      ChecksumCRC32: 'AAAAAA==',
      ChecksumType: 'FULL_OBJECT',
    });
    const metadata = { execution: 'arn' };
    expect(await store.head('k')).toEqual({
      bytes: 5,
      etag: '"e"',
      crc32: 'AAAAAA==',
      contentType: 'application/pdf',
      metadata,
    });
    expect(s3.commandCalls(HeadObjectCommand)[0]?.args[0].input).toEqual({
      Bucket: 'decks',
      Key: 'k',
      ChecksumMode: 'ENABLED',
    });
  });

  it('has no checksum where S3 has only one over checksums', async () => {
    s3.on(HeadObjectCommand).resolves({
      ContentLength: 5,
      ETag: '"e"',
      ChecksumCRC32: 'AAAAAA==',
      ChecksumType: 'COMPOSITE',
    });
    expect(await store.head('k')).toMatchObject({ crc32: undefined });
    s3.on(HeadObjectCommand).resolves({
      ContentLength: 5,
      ETag: '"e"',
      ChecksumCRC32: 'AAAAAA==-3',
    });
    expect(await store.head('k')).toMatchObject({ crc32: undefined });
  });

  it('is nothing where nothing is stored', async () => {
    s3.on(HeadObjectCommand).rejects(failure('NotFound', 404));
    expect(await store.head('k')).toBeUndefined();
  });

  it('cannot be told without the permission', async () => {
    s3.on(HeadObjectCommand).rejects(failure('403', 403));
    await expect(store.head('k')).rejects.toMatchObject({
      name: 'StorageFailed',
      message: expect.stringMatching(
        /^S3 HeadObject of "k" failed: 403, HTTP 403; check the copy function's role and the bucket's policy; /,
      ) as string,
    });
  });
});

describe('reading', () => {
  it('gives a whole object with its ETag', async () => {
    s3.on(GetObjectCommand, { Bucket: 'decks', Key: 'k', ChecksumMode: 'ENABLED' }).resolves({
      Body: bodyOf(body),
      ETag: '"e"',
    });
    expect(await store.read('k')).toEqual({ body, etag: '"e"' });
  });

  it('gives nothing where nothing is stored', async () => {
    s3.on(GetObjectCommand).rejects(failure('NoSuchKey', 404));
    expect(await store.read('k')).toBeUndefined();
    await expect(store.readStream('k')).rejects.toMatchObject({ name: 'StorageFailed' });
  });

  it('gives a stream, whose break is the storage failing', async () => {
    s3.on(GetObjectCommand).resolves({ Body: bodyOf(body) });
    const chunks: Uint8Array[] = [];
    for await (const chunk of await store.readStream('k')) chunks.push(chunk);
    expect(Buffer.concat(chunks)).toEqual(body);

    const broken = Readable.from(
      (async function* () {
        yield body;
        throw new Error('socket hang up');
      })(),
    );
    s3.on(GetObjectCommand).resolves({ Body: broken as never });
    const stream = await store.readStream('k');
    await expect(
      (async () => {
        for await (const chunk of stream) expect(chunk).toEqual(body);
      })(),
    ).rejects.toMatchObject({
      name: 'StorageFailed',
      message: 'S3 GetObject of "k" failed: Error',
    });
  });
});

/** As S3 does where the caller may not read, or may not know. */
const refuse = (): void => {
  s3.on(HeadObjectCommand).rejects(failure('403', 403));
  s3.on(GetObjectCommand).rejects(failure('AccessDenied', 403));
};

describe('a refusal, which is also what S3 answers about an object that is not there', () => {
  const refused = { name: 'StorageFailed', message: expect.stringContaining('HTTP 403') };

  it('is nothing where the list, from that key on, does not have it', async () => {
    refuse();
    s3.on(ListObjectsV2Command)
      .resolvesOnce({ KeyCount: 0 })
      .resolvesOnce({ KeyCount: 1, Contents: [{ Key: 'gamma/1/manifest.json.bak' }] });
    expect(await store.head('gamma/1/manifest.json')).toBeUndefined();
    expect(await store.read('gamma/1/manifest.json')).toBeUndefined();
    expect(s3.commandCalls(ListObjectsV2Command).map(({ args }) => args[0].input)).toEqual(
      [1, 2].map(() => ({ Bucket: 'decks', Prefix: 'gamma/1/manifest.json', MaxKeys: 1 })),
    );
  });

  it.each([
    ['has it', { KeyCount: 1, Contents: [{ Key: 'k' }] }],
    ['says nothing', {}],
  ])('stays one where the list %s', async (_, list) => {
    refuse();
    s3.on(ListObjectsV2Command).resolves(list);
    await expect(store.head('k')).rejects.toMatchObject(refused);
    await expect(store.read('k')).rejects.toMatchObject(refused);
  });

  it('stays one where the list is refused as well', async () => {
    refuse();
    s3.on(ListObjectsV2Command).rejects(failure('AccessDenied', 403));
    await expect(store.head('k')).rejects.toMatchObject({
      message: expect.stringMatching(
        /^S3 HeadObject of "k" failed: 403, HTTP 403; check the copy function's role and the bucket's policy; /,
      ) as string,
    });
    await expect(store.read('k')).rejects.toMatchObject(refused);
  });

  it('is asked about no further where it is another failure', async () => {
    s3.on(HeadObjectCommand).rejects(failure('SlowDown', 503));
    await expect(store.head('k')).rejects.toMatchObject({ name: 'StorageFailed' });
    expect(s3.commandCalls(ListObjectsV2Command)).toEqual([]);
  });
});

describe('writing a whole object', () => {
  it('sends its checksum, and the condition that nothing is there', async () => {
    s3.on(PutObjectCommand).resolves({ ETag: '"e"' });
    expect(await store.put('k', body, 'AAAAAA==', description, { absent: true })).toEqual({
      kind: 'stored',
      etag: '"e"',
    });
    expect(s3.commandCalls(PutObjectCommand)[0]?.args[0].input).toEqual({
      Bucket: 'decks',
      Key: 'k',
      Body: body,
      ContentLength: 5,
      ContentType: 'application/pdf',
      ContentDisposition: 'attachment; filename="Deck.pdf"',
      ChecksumCRC32: 'AAAAAA==',
      IfNoneMatch: '*',
    });
  });

  it('tells the checksum that S3 has, where it is one of the whole object', async () => {
    s3.on(PutObjectCommand).resolvesOnce({
      ETag: '"e"',
      ChecksumCRC32: 'AAAAAA==',
      ChecksumType: 'FULL_OBJECT',
    });
    expect(await store.put('k', body, 'AAAAAA==', description, { absent: true })).toEqual({
      kind: 'stored',
      etag: '"e"',
      crc32: 'AAAAAA==',
    });
    s3.on(CompleteMultipartUploadCommand).resolvesOnce({
      ETag: '"e-2"',
      ChecksumCRC32: 'AAAAAA==-2',
      ChecksumType: 'COMPOSITE',
    });
    expect(await store.completeUpload('k', 'u', parts, whole, { absent: true })).toEqual({
      kind: 'stored',
      etag: '"e-2"',
    });
    s3.on(PutObjectCommand).resolvesOnce({ ChecksumCRC32: 'AAAAAA==' });
    await expect(
      store.put('k', body, 'AAAAAA==', description, { absent: true }),
    ).rejects.toMatchObject({ name: 'StorageFailed' });
  });

  it('sends the ETag of what it replaces', async () => {
    s3.on(PutObjectCommand).resolves({ ETag: '"new"' });
    await store.put('k', body, 'AAAAAA==', { contentType: 'application/json' }, { etag: '"old"' });
    const { input } = s3.commandCalls(PutObjectCommand)[0]?.args[0] ?? {};
    expect(input).toMatchObject({ IfMatch: '"old"' });
    expect(input).not.toHaveProperty('IfNoneMatch');
    expect(input).not.toHaveProperty('ContentDisposition');
  });

  it.each([
    ['PreconditionFailed', 412],
    ['NoSuchKey', 404],
  ])('meets a conflict: %s', async (name, status) => {
    s3.on(PutObjectCommand).rejects(failure(name, status));
    expect(await store.put('k', body, 'AAAAAA==', description, { etag: '"old"' })).toEqual({
      kind: 'conflict',
    });
    expect(s3.commandCalls(PutObjectCommand)).toHaveLength(1);
  });

  it('tries again where another write is under way, and then calls it a conflict', async () => {
    pauses.length = 0;
    s3.on(PutObjectCommand)
      .rejectsOnce(failure('ConditionalRequestConflict', 409))
      .resolves({ ETag: '"e"' });
    expect(await store.put('k', body, 'AAAAAA==', description, { absent: true })).toEqual({
      kind: 'stored',
      etag: '"e"',
    });
    s3.on(PutObjectCommand).rejects(failure('ConditionalRequestConflict', 409));
    expect(await store.put('k', body, 'AAAAAA==', description, { absent: true })).toEqual({
      kind: 'conflict',
    });
    expect(pauses).toEqual([100, 100, 200, 400]);
  });

  it('fails without the words of S3, which may quote a request', async () => {
    s3.on(PutObjectCommand).rejects(failure('SlowDown', 503));
    const put = store.put('k', body, 'AAAAAA==', description, { absent: true });
    await expect(put).rejects.toMatchObject({
      name: 'StorageFailed',
      message:
        'S3 PutObject of "k" failed: SlowDown, HTTP 503; S3 asks to slow down for longer than was waited: start the generation again later',
    });
    s3.on(PutObjectCommand).rejects(failure('NoSuchBucket', 404));
    await expect(
      store.put('k', body, 'AAAAAA==', description, { absent: true }),
    ).rejects.toMatchObject({
      message:
        'S3 PutObject of "k" failed: NoSuchBucket, HTTP 404; there is no such bucket: check bucketName, or deploy again if the bucket was deleted',
    });
  });
});

describe('tags', () => {
  it('go with the write itself, of a whole object and of an upload in parts', async () => {
    s3.on(PutObjectCommand).resolves({ ETag: '"e"' });
    s3.on(CreateMultipartUploadCommand).resolves({ UploadId: 'u' });
    const tags = { customer: '42', 'cost centre': 'Müller+Söhne=1&x' };
    const Tagging = 'customer=42&cost%20centre=M%C3%BCller%2BS%C3%B6hne%3D1%26x';
    await store.put('k', body, 'AAAAAA==', { ...description, tags }, { absent: true });
    await store.createUpload('k', { ...description, tags });
    for (const command of [PutObjectCommand, CreateMultipartUploadCommand])
      expect(s3.commandCalls(command)[0]?.args[0].input).toMatchObject({ Tagging });
    expect(Object.fromEntries(new URLSearchParams(Tagging))).toEqual(tags);
  });
});

describe('writing in parts', () => {
  it('begins an upload with one checksum over the whole object', async () => {
    s3.on(CreateMultipartUploadCommand).resolves({ UploadId: 'u' });
    expect(await store.createUpload('k', description)).toBe('u');
    expect(s3.commandCalls(CreateMultipartUploadCommand)[0]?.args[0].input).toEqual({
      Bucket: 'decks',
      Key: 'k',
      ContentType: 'application/pdf',
      ContentDisposition: 'attachment; filename="Deck.pdf"',
      ChecksumAlgorithm: 'CRC32',
      ChecksumType: 'FULL_OBJECT',
    });
    s3.on(CreateMultipartUploadCommand).resolves({});
    await expect(store.createUpload('k', { contentType: 'application/pdf' })).rejects.toMatchObject(
      { name: 'StorageFailed' },
    );
  });

  it('sends a part with its checksum', async () => {
    s3.on(UploadPartCommand).resolves({ ETag: '"p1"' });
    expect(await store.uploadPart('k', 'u', 1, body, 'AAAAAA==')).toEqual({
      partNumber: 1,
      etag: '"p1"',
      crc32: 'AAAAAA==',
      bytes: 5,
    });
    expect(s3.commandCalls(UploadPartCommand)[0]?.args[0].input).toEqual({
      Bucket: 'decks',
      Key: 'k',
      UploadId: 'u',
      PartNumber: 1,
      Body: body,
      ContentLength: 5,
      ChecksumCRC32: 'AAAAAA==',
    });
    s3.on(UploadPartCommand).rejects(failure('BadDigest', 400));
    await expect(store.uploadPart('k', 'u', 1, body, 'AAAAAA==')).rejects.toMatchObject({
      name: 'StorageFailed',
    });
  });

  it('lists the parts page by page', async () => {
    const upload = { Bucket: 'decks', Key: 'k', UploadId: 'u' };
    const listed = parts.map(({ partNumber, etag, crc32, bytes }) => ({
      PartNumber: partNumber,
      ETag: etag,
      ChecksumCRC32: crc32,
      Size: bytes,
    }));
    s3.on(ListPartsCommand, upload).resolves({
      Parts: listed.slice(0, 1),
      IsTruncated: true,
      NextPartNumberMarker: '1',
    });
    s3.on(ListPartsCommand, { ...upload, PartNumberMarker: '1' }).resolves({
      Parts: listed.slice(1),
      IsTruncated: false,
    });
    expect(await store.listParts('k', 'u')).toEqual(parts);
  });

  it('knows that an upload is gone', async () => {
    s3.on(ListPartsCommand).rejects(failure('NoSuchUpload', 404));
    expect(await store.listParts('k', 'u')).toBeUndefined();
  });

  it('puts the parts together, with length and checksum of the whole', async () => {
    s3.on(CompleteMultipartUploadCommand).resolves({ ETag: '"e-2"' });
    expect(await store.completeUpload('k', 'u', parts, whole, { absent: true })).toEqual({
      kind: 'stored',
      etag: '"e-2"',
    });
    expect(s3.commandCalls(CompleteMultipartUploadCommand)[0]?.args[0].input).toEqual({
      Bucket: 'decks',
      Key: 'k',
      UploadId: 'u',
      MultipartUpload: {
        Parts: [
          { PartNumber: 1, ETag: '"p1"', ChecksumCRC32: 'AQAAAA==' },
          { PartNumber: 2, ETag: '"p2"', ChecksumCRC32: 'AgAAAA==' },
        ],
      },
      ChecksumCRC32: 'AAAAAA==',
      ChecksumType: 'FULL_OBJECT',
      MpuObjectSize: 20,
      IfNoneMatch: '*',
    });
  });

  it.each([
    ['PreconditionFailed', 412],
    ['NoSuchKey', 404],
  ])('meets another object: %s', async (name, status) => {
    s3.on(CompleteMultipartUploadCommand).rejects(failure(name, status));
    expect(await store.completeUpload('k', 'u', parts, whole, { etag: '"old"' })).toEqual({
      kind: 'conflict',
    });
  });

  it.each([
    ['ConditionalRequestConflict', 409],
    ['OperationAborted', 409],
    ['409', 409],
    ['NoSuchUpload', 404],
  ])(
    'wants the parts sent again, as they cannot be put together any more: %s',
    async (name, status) => {
      s3.on(CompleteMultipartUploadCommand).rejects(failure(name, status));
      expect(await store.completeUpload('k', 'u', parts, whole, { absent: true })).toEqual({
        kind: 'sendAgain',
      });
    },
  );

  it('aborts, and leaves what cannot be aborted to the lifecycle rule', async () => {
    s3.on(AbortMultipartUploadCommand).resolvesOnce({}).rejects(failure('InternalError', 500));
    await store.abortUpload('k', 'u');
    expect(s3.commandCalls(AbortMultipartUploadCommand)[0]?.args[0].input).toEqual({
      Bucket: 'decks',
      Key: 'k',
      UploadId: 'u',
    });
    await expect(store.abortUpload('k', 'u')).resolves.toBeUndefined();
  });
});

describe('the encryption that writes name', () => {
  const keyArn = 'arn:aws:kms:eu-west-1:111122223333:key/1';
  it.each([
    [undefined, {}],
    [{ algorithm: 'AES256' as const }, { ServerSideEncryption: 'AES256' }],
    [{ algorithm: 'aws:kms' as const }, { ServerSideEncryption: 'aws:kms' }],
    [
      { algorithm: 'aws:kms' as const, keyArn },
      { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: keyArn },
    ],
    [
      { algorithm: 'aws:kms:dsse' as const, keyArn },
      { ServerSideEncryption: 'aws:kms:dsse', SSEKMSKeyId: keyArn },
    ],
  ])('is in each of them, and in no other request: %j', async (encryption, named) => {
    const encrypting = createObjectStore({ client, bucket: 'decks', encryption });
    s3.on(PutObjectCommand).resolves({ ETag: '"e"' });
    s3.on(CreateMultipartUploadCommand).resolves({ UploadId: 'u' });
    s3.on(UploadPartCommand).resolves({ ETag: '"p"' });
    s3.on(CompleteMultipartUploadCommand).resolves({ ETag: '"e"' });
    await encrypting.put('k', body, 'AAAAAA==', description, { absent: true });
    await encrypting.createUpload('k', description);
    await encrypting.uploadPart('k', 'u', 1, body, 'AAAAAA==');
    await encrypting.completeUpload('k', 'u', parts, whole, { absent: true });
    const fields = s3.calls().map(({ args: [command] }) => {
      const { ServerSideEncryption, SSEKMSKeyId } = command.input as Record<string, unknown>;
      return {
        ...(ServerSideEncryption === undefined ? {} : { ServerSideEncryption }),
        ...(SSEKMSKeyId === undefined ? {} : { SSEKMSKeyId }),
      };
    });
    expect(fields).toEqual([named, named, {}, {}]);
  });
});

/** An answer of S3 that names the region that the bucket is in. */
const elsewhere = (name: string, status: number): S3ServiceException =>
  Object.assign(failure(name, status), {
    $response: { statusCode: status, headers: { 'x-amz-bucket-region': 'eu-central-1' } },
  });

describe('a refusal of S3', () => {
  it.each<[S3ServiceException, RegExp]>([
    [
      elsewhere('PermanentRedirect', 301),
      /bucket is in the region eu-central-1: deploy the stack there/,
    ],
    [elsewhere('301', 301), /bucket is in the region eu-central-1/],
    [elsewhere('400', 400), /bucket is in the region eu-central-1/],
    [elsewhere('AuthorizationHeaderMalformed', 400), /bucket is in the region eu-central-1/],
    [failure('PermanentRedirect', 301), /bucket is in another region than the stack/],
    [failure('AccessDenied', 403), /policy.*serverSideEncryption.*kms:GenerateDataKey/],
    [failure('NoSuchBucket', 404), /no such bucket: check bucketName/],
    [failure('KMS.DisabledException', 400), /enable the bucket's KMS key/],
    [failure('KMS.NotFoundException', 400), /KMS key does not exist/],
    [failure('KMS.KMSInvalidStateException', 400), /KMS key is being deleted/],
    [failure('InvalidRequest', 400), /Object Lock/],
    [failure('InvalidObjectState', 403), /archive storage class/],
    [failure('SlowDown', 503), /start the generation again later/],
    [failure('KMS.AccessDeniedException', 400), /allow the copy function's role kms:/],
    [failure('NoSuchUpload', 404), /aborted meanwhile/],
    [failure('InvalidTag', 400), /change "tags"/],
    [failure('ExpiredTokenException', 400), /have expired/],
    [failure('InvalidToken', 400), /does not know the function's credentials/],
    [failure('InvalidAccessKeyId', 403), /does not know the function's credentials/],
    [failure('RequestTimeTooSkewed', 403), /clock/],
  ])('says what to do: %s', async (error, remedy) => {
    s3.on(PutObjectCommand).rejects(error);
    const put = store.put('k', body, 'AAAAAA==', description, { absent: true });
    await expect(put).rejects.toMatchObject({
      name: 'StorageFailed',
      message: expect.stringMatching(remedy) as string,
    });
    await expect(put).rejects.not.toMatchObject({
      message: expect.stringContaining('AKIA') as string,
    });
  });

  it('about the key names the permissions that are missing', async () => {
    const error = failure('AccessDenied', 403);
    error.message = 'User: arn:aws:sts::1:x is not authorized to perform: kms:GenerateDataKey';
    s3.on(CreateMultipartUploadCommand).rejects(error);
    await expect(store.createUpload('k', description)).rejects.toMatchObject({
      message: expect.stringMatching(/HTTP 403; allow the copy function's role kms:/) as string,
    });
  });
});
