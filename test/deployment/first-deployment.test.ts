import {
  S3Client,
  S3ServiceException,
  HeadObjectCommand,
  PutObjectCommand,
  DeleteObjectCommand,
} from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';
import { CommanderError } from 'commander';
import { beforeEach, describe, expect, it } from 'vitest';
import { readCheckArguments } from '../../deployment/first/command.ts';
import { asExpected, lookAt, report, wrong } from '../../deployment/first/finding.ts';
import { memoryOf } from '../../deployment/first/memory.ts';
import { storageChecks } from '../../deployment/first/storage.ts';

const client = new S3Client({ region: 'eu-west-1' });
const s3 = mockClient(client);

const failure = (name: string, status: number): S3ServiceException =>
  new S3ServiceException({
    name,
    $fault: 'client',
    $metadata: { httpStatusCode: status },
    message: 'made for the test',
  });

describe('the memory that a line of the log tells', () => {
  it.each([
    ['{"level":"INFO","message":"checked","checks":1,"memoryMegabytes":97}', 129],
    [
      '{"type":"platform.report","record":{"metrics":{"maxMemoryUsedMB":97,"memorySizeMB":256}}}',
      97,
    ],
    [
      'REPORT RequestId: 1\tDuration: 12.3 ms\tBilled Duration: 13 ms\tMemory Size: 256 MB\tMax Memory Used: 103 MB\t\n',
      103,
    ],
    ['{"type":"platform.start","record":{}}', undefined],
    ['{"level":"INFO","message":"REPORT RequestId: nothing of the kind"}', undefined],
    ['', undefined],
  ])('%s', (line, megabytes) => {
    expect(memoryOf(line)).toBe(megabytes);
  });
});

describe('the report', () => {
  it('has a paragraph for each finding, its outcome first', () => {
    expect(
      report([
        { name: 'one', ...asExpected('fine') },
        { name: 'two', ...wrong('do this') },
      ]),
    ).toBe('as expected one\n            fine\nWRONG       two\n            do this');
  });

  it('tells a look that fails by the name of its error alone', async () => {
    const finding = await lookAt({
      name: 'one',
      look: async () => Promise.reject(new RangeError('https://signed.example/?token=1')),
    });
    expect(finding).toEqual({
      name: 'one',
      outcome: 'unknown',
      seen: 'the look failed: RangeError',
    });
  });
});

const read = (...argv: readonly string[]) => readCheckArguments(argv, { write: () => undefined });

describe('the command line', () => {
  it('has defaults for everything', () => {
    expect(read()).toEqual({
      stack: undefined,
      provider: undefined,
      generation: undefined,
      minutes: 60,
      profile: undefined,
    });
  });

  it('names a generation', () => {
    expect(read('--generation', 'gamma:abc.1', '--minutes', '5')).toMatchObject({
      generation: { provider: 'gamma', generationId: 'abc.1' },
      minutes: 5,
    });
  });

  it.each([
    ['--generation', 'abc'],
    ['--generation', 'gamma:'],
    ['--generation', 'gamma:a/b'],
    ['--minutes', '0'],
    ['--minutes', 'soon'],
    ['--unknown', 'x'],
    ['--help', ''],
  ])('refuses %s %s', (...argv) => {
    expect(() => read(...argv)).toThrow(CommanderError);
  });
});

describe('a bucket that is not as the copy expects it', () => {
  beforeEach(() => s3.reset());

  const [missing, conditional] = storageChecks({ client, bucket: 'decks', folder: '_check' });

  it('has something where nothing was ever written', async () => {
    s3.on(HeadObjectCommand).resolves({ ETag: '"e"', ContentLength: 1 });
    expect(await missing?.look()).toMatchObject({ outcome: 'WRONG' });
  });

  it('knows what is missing', async () => {
    s3.on(HeadObjectCommand).rejects(failure('NotFound', 404));
    expect(await missing?.look()).toMatchObject({ outcome: 'as expected' });
  });

  it('replaces what is there, and is cleaned up all the same', async () => {
    s3.on(PutObjectCommand).resolves({ ETag: '"e"' });
    s3.on(HeadObjectCommand).resolves({ VersionId: 'v1' });
    expect(await conditional?.look()).toMatchObject({ outcome: 'WRONG' });
    expect(s3.commandCalls(DeleteObjectCommand)[0]?.args[0].input).toMatchObject({
      Key: '_check/twice',
      VersionId: 'v1',
    });
  });

  it('refuses the second write', async () => {
    s3.on(PutObjectCommand)
      .resolvesOnce({ ETag: '"e"' })
      .rejects(failure('PreconditionFailed', 412));
    s3.on(HeadObjectCommand).resolves({ VersionId: 'v1' });
    expect(await conditional?.look()).toMatchObject({ outcome: 'as expected' });
  });
});
