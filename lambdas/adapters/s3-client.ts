import { S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';

/**
 * Limits on one request to S3, in milliseconds: the SDK has none of its own, and a request that
 * hangs would otherwise end with the invocation. A part of 12 MiB in 60 s is 210 kB/s, far below
 * what S3 ever gives a function.
 */
const requestHandler = {
  connectionTimeout: 5_000,
  requestTimeout: 60_000,
  throwOnRequestTimeout: true,
};

/**
 * Tries of one request. The SDK's own three are over within a second, and S3 asks to slow down
 * (503) for longer while it spreads a busy prefix; five pauses that double from half a second span
 * some fifteen (Amazon S3, Best practices design patterns).
 */
const maxAttempts = 6;

/** Headers of a request, as far as they are looked at here. */
interface Outgoing {
  readonly headers: Record<string, string>;
  readonly body?: unknown;
}

const isOutgoing = (request: unknown): request is Outgoing =>
  typeof request === 'object' && request !== null && 'headers' in request;

/** The header that says how the body is covered by the signature. */
const payloadHeader = 'x-amz-content-sha256';

/**
 * The client of the bucket. Every body that is bytes carries our CRC-32, which the signature covers
 * and S3 compares with what arrived; hashing it once more for the signature itself would be half of
 * all hashing, and TLS protects it already (Signature Version 4, Unsigned payload). Nor is S3 asked
 * whether it wants a body before each is sent: that is a round trip for each part.
 */
export const createS3Client = (config: S3ClientConfig = {}): S3Client => {
  const client = new S3Client({
    requestHandler,
    maxAttempts,
    expectContinueHeader: false,
    cacheMiddleware: true,
    ...config,
  });
  client.middlewareStack.add(
    (next) => async (args) => {
      const { request } = args;
      const isBytes = isOutgoing(request) && request.body instanceof Uint8Array;
      if (isBytes && request.headers['x-amz-checksum-crc32'] !== undefined)
        request.headers[payloadHeader] = 'UNSIGNED-PAYLOAD';
      return next(args);
    },
    { step: 'build', priority: 'low', name: 'unsignedPayload' },
  );
  return client;
};
