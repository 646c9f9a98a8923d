import { GetObjectCommand, NoSuchKey } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { folderNoteKey, manifestKey } from '../../lambdas/contract/keys.ts';
import type { Archive, ArchivedFile, Name, Seen } from '../backend.ts';
import { readArchive, readFolder } from '../executions/read-manifest.ts';
import type { Clients } from './clients.ts';
import { ConsoleError } from './explain.ts';
import type { Deployed } from './stack.ts';

/** A manifest is some kilobytes; what is larger is none. */
const maxManifestBytes = 4 * 1024 * 1024;

/** The archive of a deployed archiver. */
export const createArchiveReader = (
  clients: Pick<Clients, 's3'>,
  { bucket, keyPrefix }: Pick<Deployed, 'bucket' | 'keyPrefix'>,
) => {
  const get = async (key: string) => {
    try {
      return await clients.s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    } catch (error) {
      if (error instanceof NoSuchKey) return undefined;
      throw error;
    }
  };
  const read = async (key: string): Promise<string | undefined> => {
    const found = await get(key);
    if (found?.Body === undefined) return undefined;
    if ((found.ContentLength ?? 0) > maxManifestBytes)
      throw new ConsoleError(`${key} is too large for a manifest`);
    return found.Body.transformToString('utf8');
  };
  /** In which folder it lies is noted, for longer than Step Functions remembers the execution. */
  const manifestOf = async (generation: { provider: string; generationId: string }) => {
    const folder = readFolder(await read(folderNoteKey(keyPrefix, generation)));
    return manifestKey(keyPrefix, { ...generation, folder });
  };
  return {
    archive: async ({ provider, id }: Name, known?: Seen): Promise<Archive | undefined> => {
      const generationId = known?.generationId ?? id;
      const key = known?.manifest?.key ?? (await manifestOf({ provider, generationId }));
      return readArchive(await read(key), bucket);
    },
    open: async ({ key }: Pick<ArchivedFile, 'key'>): Promise<AsyncIterable<Uint8Array>> => {
      const found = await get(key);
      if (found?.Body === undefined)
        throw new ConsoleError(`the object ${key} is not in the bucket ${bucket} any more`);
      // In Node.js the SDK's body is a stream of buffers.
      return found.Body as unknown as AsyncIterable<Uint8Array>;
    },
    link: ({ key }: Pick<ArchivedFile, 'key'>, seconds: number): Promise<string> =>
      getSignedUrl(clients.s3, new GetObjectCommand({ Bucket: bucket, Key: key }), {
        expiresIn: seconds,
      }),
  };
};
