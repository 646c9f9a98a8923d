import type { UploadedPart } from '../../contract/ports.ts';
import { returnBuffer } from './part-buffers.ts';

/**
 * Parts that are on their way to S3 at once. Together with the one being filled they bound the
 * memory: four buffers, 48 MiB.
 */
const partsInFlight = 3;

/** Uploads parts side by side. */
export interface PartUploads {
  /**
   * Sends the first `length` bytes of a buffer from the pool, which gets it back; waits while too
   * many are on their way.
   *
   * @param crc32 of those bytes
   */
  send(partNumber: number, buffer: Buffer, length: number, crc32: number): Promise<void>;
  /** Waits for everything sent. The parts in order. @throws what the first failed part threw */
  settle(): Promise<readonly UploadedPart[]>;
  /** Waits for everything sent, whatever came of it. */
  drain(): Promise<void>;
}

/** See {@link PartUploads}. A buffer is used again only after S3 has answered for it. */
export const createPartUploads = (options: {
  readonly upload: (partNumber: number, body: Buffer, crc32: number) => Promise<UploadedPart>;
}): PartUploads => {
  const done: UploadedPart[] = [];
  const inFlight = new Set<Promise<void>>();
  let failure: { readonly error: unknown } | undefined;

  const run = async (
    partNumber: number,
    buffer: Buffer,
    length: number,
    crc32: number,
  ): Promise<void> => {
    try {
      done.push(await options.upload(partNumber, buffer.subarray(0, length), crc32));
      returnBuffer(buffer);
    } catch (error) {
      failure ??= { error };
    }
  };

  const drain = async (): Promise<void> => {
    await Promise.all(inFlight);
  };

  return {
    send: async (partNumber, buffer, length, crc32) => {
      while (inFlight.size >= partsInFlight) await Promise.race(inFlight);
      if (failure !== undefined) throw failure.error;
      const running = run(partNumber, buffer, length, crc32).finally(() =>
        inFlight.delete(running),
      );
      inFlight.add(running);
    },
    drain,
    settle: async () => {
      await drain();
      if (failure !== undefined) throw failure.error;
      return done.toSorted((a, b) => a.partNumber - b.partNumber);
    },
  };
};
