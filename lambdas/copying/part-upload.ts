import type { UploadedPart } from '../contract/ports.ts';

/** Parts that are on their way to S3 at once. Together with the one being filled they bound the memory: five buffers. */
const partsInFlight = 4;

/** Uploads parts side by side from a fixed set of buffers. */
export interface PartUploads {
  /** A buffer to fill; its content is of no meaning. */
  take(): Buffer;
  /** Sends the first `length` bytes of a buffer from {@link take}; waits while too many are on their way. */
  send(partNumber: number, buffer: Buffer, length: number): Promise<void>;
  /** Waits for everything sent. The parts in order. @throws what the first failed part threw */
  settle(): Promise<readonly UploadedPart[]>;
  /** Waits for everything sent, whatever came of it. */
  drain(): Promise<void>;
}

/** See {@link PartUploads}. A buffer is used again only after S3 has answered for it. */
export const createPartUploads = (options: {
  readonly partBytes: number;
  readonly upload: (partNumber: number, body: Buffer) => Promise<UploadedPart>;
}): PartUploads => {
  const free: Buffer[] = [];
  const done: UploadedPart[] = [];
  const inFlight = new Set<Promise<void>>();
  let failure: { readonly error: unknown } | undefined;

  const run = async (partNumber: number, buffer: Buffer, length: number): Promise<void> => {
    try {
      done.push(await options.upload(partNumber, buffer.subarray(0, length)));
      free.push(buffer);
    } catch (error) {
      failure ??= { error };
    }
  };

  const drain = async (): Promise<void> => {
    await Promise.all(inFlight);
  };

  return {
    // Slow: not from Node's shared pool, which would keep 8 MiB slices of larger blocks alive.
    take: () => free.pop() ?? Buffer.allocUnsafeSlow(options.partBytes),
    send: async (partNumber, buffer, length) => {
      while (inFlight.size >= partsInFlight) await Promise.race(inFlight);
      if (failure !== undefined) throw failure.error;
      const running = run(partNumber, buffer, length).finally(() => inFlight.delete(running));
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
