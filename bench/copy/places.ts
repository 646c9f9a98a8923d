import { statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { CreateBucketCommand } from '@aws-sdk/client-s3';
import { endsWithUs, ownFolder } from '../../test/support/belongings.ts';
import { startDeckHost } from '../../test/support/deck-host.ts';
import { bundle, bundleCopyFunction, type Bundles } from '../../test/support/function/bundles.ts';
import { s3ClientOf } from '../../test/support/s3-server.ts';
import { startS3 } from '../../test/support/start-s3.ts';
import type { Places } from './contender.ts';
import type { Track } from './race.ts';

/** Everything around the contenders. */
export interface Surroundings {
  readonly places: Places;
  readonly track: Track;
  readonly bundles: Bundles;
  /** For the report. */
  readonly s3: string;
  stop(): Promise<void>;
}

/**
 * Bytes for the largest file, and as much for everybody else: each copy is deleted before the next
 * one begins.
 */
const neededBytes = 5e9;

/**
 * A folder in memory, so that no disk is measured; `undefined` where there is none, or not enough
 * memory for it.
 */
const memoryFolder = async (): Promise<string | undefined> => {
  try {
    const { bavail, bsize } = await statfs('/dev/shm');
    return Math.min(bavail * bsize, process.availableMemory()) > neededBytes
      ? '/dev/shm'
      : undefined;
  } catch {
    return undefined;
  }
};

/** Starts the S3 server and the deck host, and bundles what runs as a function. */
export const prepare = async (): Promise<Surroundings> => {
  const folder = await ownFolder(tmpdir(), 'archiver-bench');
  const belonging = endsWithUs({ folder });
  const bundles = await bundleCopyFunction(folder);
  await bundle(folder, {
    'lib-storage': 'bench/copy/rivals/lib-storage-function.ts',
    file: 'bench/copy/file-function.ts',
  });
  const inMemory = await memoryFolder();
  const server = await startS3(inMemory);
  const host = await startDeckHost();
  const bucket = 'bench';
  const client = s3ClientOf(server.endpoint);
  await client.send(new CreateBucketCommand({ Bucket: bucket }));
  return {
    places: { s3: server.endpoint, host: host.origin, bucket, folder },
    track: { host, client, bucket, freeDeleted: async () => server.freeDeleted() },
    bundles,
    s3: `${server.kind}, data ${inMemory === undefined ? 'on disk' : 'in memory'}`,
    stop: async () => {
      await host.close();
      await server.stop();
      await belonging.release();
    },
  };
};
