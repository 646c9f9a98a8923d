/**
 * Bytes that may wait to be read before the host is held up: some reads from the network, so that
 * neither side waits for the other at each of them.
 */
const waitingBytes = 512 * 1024;

const nobodyWaits = (): void => undefined;

/**
 * Chunks that come when they want, and are read when the reader is ready.
 *
 * @param onRead told of each chunk once the next one is asked for
 */
export const chunkQueue = (onRead: (chunk: Uint8Array) => void = () => undefined) => {
  const chunks: Buffer[] = [];
  let bytes = 0;
  let end: { readonly error?: Error } | undefined;
  let wake = nobodyWaits;
  return {
    isFull: () => bytes >= waitingBytes,
    add: (chunk: Buffer): void => {
      chunks.push(chunk);
      bytes += chunk.length;
      wake();
    },
    /** Nothing follows. Whatever waits is read first, and then the error is thrown. */
    end: (error?: Error): void => {
      end ??= error === undefined ? {} : { error };
      wake();
    },
    async *read(onTaken: () => void): AsyncGenerator<Uint8Array> {
      for (;;) {
        const chunk = chunks.shift();
        if (chunk !== undefined) {
          bytes -= chunk.length;
          onTaken();
          yield chunk;
          onRead(chunk);
        } else if (end === undefined) {
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        } else if (end.error === undefined) {
          return;
        } else {
          throw end.error;
        }
      }
    },
  };
};
