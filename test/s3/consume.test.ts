import { crc32 } from 'node:zlib';
import {
  GetObjectCommand,
  GetObjectTaggingCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
} from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { beforeAll, describe, expect, it } from 'vitest';
import { exportKey, manifestKey } from '../../lambdas/contract/keys.ts';
import { crc32Text } from '../../lambdas/copying/upload/checksums.ts';
import { tagged } from '../../lambdas/copying/upload/tagged.ts';
import { commandsIn, textOf } from '../docs/pages.ts';
import { createTestBucket, type TestBucket } from './bucket.ts';

const commands = commandsIn(textOf('docs/consume.md'));

/** The part of a command of the page that a pattern names. */
const partOf = (pattern: RegExp): string => {
  const found = commands.flatMap((command) => pattern.exec(command)?.[1] ?? []);
  if (found.length !== 1) throw new Error(`${found.length} commands of the page have ${pattern}`);
  return found[0] ?? '';
};

const generation = { provider: 'gamma', generationId: 'abc123', folder: 'customers/42' };
const tags = { customer: '42' };
const deck = Buffer.from('%PDF-1.7 for customer 42');

let bucket: TestBucket;

const store = async (key: string, body: Buffer): Promise<void> => {
  const description = tagged({ contentType: 'application/pdf' }, tags);
  const outcome = await bucket.objects.put(key, body, crc32Text(crc32(body)), description, {
    absent: true,
  });
  expect(outcome.kind).toBe('stored');
};

const keysUnder = async (Prefix?: string): Promise<string[]> => {
  const { Contents = [] } = await bucket.client.send(
    new ListObjectsV2Command({ Bucket: bucket.name, Prefix }),
  );
  return Contents.map(({ Key = '' }) => Key);
};

describe('what the page about finding decks says', () => {
  beforeAll(async () => {
    bucket = await createTestBucket();
    await store(exportKey('', generation, 'pdf'), deck);
    await store(manifestKey('', generation), Buffer.from('{}'));
    await store(exportKey('', { ...generation, folder: 'customers/421' }, 'pdf'), deck);
  });

  it("lists one customer's decks, and nobody else's", async () => {
    const prefix = partOf(/^aws s3 ls s3:\/\/BUCKET\/(\S+) --recursive$/);
    expect(await keysUnder(prefix)).toEqual([
      'customers/42/gamma/abc123/manifest.json',
      'customers/42/gamma/abc123/presentation.pdf',
    ]);
  });

  it('makes a link that opens the file', async () => {
    const Key = partOf(/^aws s3 presign s3:\/\/BUCKET\/(\S+) /);
    const expiresIn = Number(partOf(/ --expires-in (\d+)$/));
    const command = new GetObjectCommand({ Bucket: bucket.name, Key });
    const answer = await fetch(await getSignedUrl(bucket.client, command, { expiresIn }));
    expect(Buffer.from(await answer.arrayBuffer())).toEqual(deck);
  });

  it('finds the manifests alone for a bucket of their own', async () => {
    const included = partOf(/^aws s3 sync .* --include "\*(.*)"$/);
    expect((await keysUnder()).filter((key) => key.endsWith(included))).toEqual([
      manifestKey('', generation),
    ]);
  });

  it('tells every version', async () => {
    const Prefix = partOf(/^aws s3api list-object-versions --bucket BUCKET --prefix (\S+)$/);
    const { Versions = [] } = await bucket.client.send(
      new ListObjectVersionsCommand({ Bucket: bucket.name, Prefix }),
    );
    expect(Versions).toHaveLength(2);
  });

  it('finds the tags that policies and lifecycle rules go by', async () => {
    const Key = exportKey('', generation, 'pdf');
    const { TagSet } = await bucket.client.send(
      new GetObjectTaggingCommand({ Bucket: bucket.name, Key }),
    );
    expect(TagSet).toEqual([{ Key: 'customer', Value: '42' }]);
  });
});
