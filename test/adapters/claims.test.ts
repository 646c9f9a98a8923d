import {
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
  S3ServiceException,
  type GetObjectCommandOutput,
} from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import { createClaims } from '../../lambdas/adapters/claims.ts';

const client = new S3Client({ region: 'eu-west-1' });
const s3 = mockClient(client);
const claims = createClaims({ client, bucket: 'decks', keyPrefix: 'team/' });

const failure = (name: string, status: number): S3ServiceException =>
  new S3ServiceException({
    name,
    $fault: 'client',
    $metadata: { httpStatusCode: status },
    message: 'made for the test',
  });

const bodyOf = (text: string): NonNullable<GetObjectCommandOutput['Body']> =>
  ({ transformToString: async () => text }) as NonNullable<GetObjectCommandOutput['Body']>;

const page = (names: readonly string[]) =>
  names.map((name) => ({ Key: `team/_claims/accepted/gamma/abc/${name}` }));

describe('claims in the bucket', () => {
  beforeEach(() => {
    s3.reset();
  });

  it('are taken by one write, which S3 lets one of two have', async () => {
    s3.on(PutObjectCommand).resolves({ ETag: '"e"' });
    expect(await claims.take('ends/gamma-1', 'mine')).toEqual({ kind: 'ours' });
    expect(s3.commandCalls(PutObjectCommand)[0]?.args[0].input).toMatchObject({
      Bucket: 'decks',
      Key: 'team/_claims/ends/gamma-1',
      Body: Buffer.from('mine'),
      IfNoneMatch: '*',
    });
  });

  it.each([
    ['was made before (412)', failure('PreconditionFailed', 412)],
    ['is being made (409)', failure('ConditionalRequestConflict', 409)],
  ])('tell who has one that %s', async (_, error) => {
    s3.on(PutObjectCommand).rejects(error);
    s3.on(GetObjectCommand).resolves({ Body: bodyOf('theirs') });
    expect(await claims.take('ends/gamma-1', 'mine')).toEqual({ kind: 'held', note: 'theirs' });
  });

  it.each([
    ['to one who may list the bucket', failure('NoSuchKey', 404)],
    ['to others', failure('AccessDenied', 403)],
  ])('are tried again where the other write came to nothing, as S3 says %s', async (_, nothing) => {
    s3.on(PutObjectCommand)
      .rejectsOnce(failure('ConditionalRequestConflict', 409))
      .resolves({ ETag: '"e"' });
    s3.on(GetObjectCommand).rejects(nothing);
    expect(await claims.take('ends/gamma-1', 'mine')).toEqual({ kind: 'ours' });
  });

  it.each([
    ['refused', failure('AccessDenied', 403)],
    ['out of reach', new Error('ECONNRESET')],
  ])('throw where the bucket is %s: nobody knows whose it is', async (_, error) => {
    s3.on(PutObjectCommand).rejects(error);
    await expect(claims.take('ends/gamma-1', 'mine')).rejects.toMatchObject({
      name: 'StorageFailed',
    });
    s3.on(ListObjectsV2Command).rejects(error);
    await expect(claims.list('accepted/gamma/abc')).rejects.toMatchObject({
      name: 'StorageFailed',
    });
  });

  it('throw where others write it all the time and nothing is ever there', async () => {
    s3.on(PutObjectCommand).rejects(failure('ConditionalRequestConflict', 409));
    s3.on(GetObjectCommand).rejects(failure('NoSuchKey', 404));
    await expect(claims.take('ends/gamma-1', 'mine')).rejects.toThrow('others write it');
  });

  it('are listed by folder, over several pages, and to a bound', async () => {
    s3.on(ListObjectsV2Command)
      .resolvesOnce({ Contents: page(['order-1']), NextContinuationToken: 'more' })
      .resolvesOnce({ Contents: page(['order-2']) });
    expect(await claims.list('accepted/gamma/abc')).toEqual(['order-1', 'order-2']);
    expect(s3.commandCalls(ListObjectsV2Command)[0]?.args[0].input).toMatchObject({
      Bucket: 'decks',
      Prefix: 'team/_claims/accepted/gamma/abc/',
    });
    s3.on(ListObjectsV2Command).resolves({});
    expect(await claims.list('accepted/gamma/abd')).toEqual([]);
    const many = page(Array.from({ length: 150 }, (_, index) => `order-${index}`));
    s3.on(ListObjectsV2Command).resolves({ Contents: many, NextContinuationToken: 'more' });
    expect(await claims.list('accepted/gamma/abe')).toHaveLength(100);
  });
});
