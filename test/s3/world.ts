import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startDeckHost, type DeckHost } from '../support/deck-host.ts';
import { startFaultProxy, type FaultProxy } from '../support/fault-proxy.ts';
import { bundleCopyFunction } from '../support/function/bundles.ts';
import { startCopyFunction, type CopyFunction } from '../support/function/copy-function.ts';
import { createTestBucket, type TestBucket } from './bucket.ts';

/**
 * The deployed function's surroundings: a real bucket behind a proxy that can be told to make
 * trouble, a provider, a file host.
 */
export interface FunctionWorld {
  readonly bucket: TestBucket;
  readonly host: DeckHost;
  readonly proxy: FaultProxy;
  /** Starts a process of the function; `stop` ends those that are left. */
  start(node?: string): Promise<CopyFunction>;
  stop(): Promise<void>;
}

export const startFunctionWorld = async (): Promise<FunctionWorld> => {
  const folder = await mkdtemp(join(tmpdir(), 'archiver-function-'));
  const bundles = await bundleCopyFunction(folder);
  const bucket = await createTestBucket();
  const host = await startDeckHost();
  const proxy = await startFaultProxy(bucket.endpoint);
  const running: CopyFunction[] = [];
  return {
    bucket,
    host,
    proxy,
    start: async (node) => {
      const options = { bundles, s3: proxy.endpoint, host: host.origin, bucket: bucket.name };
      const started = await startCopyFunction(node === undefined ? options : { ...options, node });
      running.push(started);
      return started;
    },
    stop: async () => {
      for (const each of running) await each.stop();
      await proxy.close();
      await host.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
};
