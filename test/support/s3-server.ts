import { S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';

/** A real S3 server on the loopback address. */
export interface S3Server {
  readonly kind: 'minio' | 'emulator';
  readonly endpoint: string;
  /** Gives the room of deleted objects back at once. */
  freeDeleted(): Promise<void>;
  stop(): Promise<void>;
}

/** What both servers take for an account. */
export const s3Keys = {
  accessKeyId: 'archiver-tests',
  secretAccessKey: 'not-a-secret-key',
} as const;

export const s3Region = 'us-east-1';

/** A client of such a server (or of a proxy in front of it), with the bucket's name in the path. */
export const s3ClientOf = (endpoint: string, config: S3ClientConfig = {}): S3Client =>
  new S3Client({
    endpoint,
    region: s3Region,
    credentials: s3Keys,
    forcePathStyle: true,
    ...config,
  });
