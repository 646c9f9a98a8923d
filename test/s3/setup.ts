import type { TestProject } from 'vitest/node';
import type { S3Server } from '../support/s3-server.ts';
import { startS3 } from '../support/start-s3.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** The server that the tests share. */
    readonly s3: Pick<S3Server, 'kind' | 'endpoint'>;
  }
}

/** Starts the S3 server before the first test, and ends it after the last one. */
export default async ({ provide }: TestProject): Promise<() => Promise<void>> => {
  const server = await startS3();
  const { kind, endpoint } = server;
  console.log(`S3 server of these tests: ${kind}`);
  provide('s3', { kind, endpoint });
  return async () => server.stop();
};
