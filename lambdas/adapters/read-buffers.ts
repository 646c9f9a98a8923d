import type { Socket } from 'node:net';

/**
 * Memory for what comes from one connection, used over and over. Node.js otherwise allocates 64 kB
 * for every read, outside its heap: that garbage costs about as much as hashing the bytes, and is
 * freed late (docs/decisions/2026-11-22-copying-memory.md).
 *
 * A block is written to again only after bytes of a later block were given back. An HTTP client
 * hands bytes on in the order in which they came, so by then no reader, the client included, is left
 * with bytes of the earlier block to look at.
 */

/** Bytes of a block, and the most that one read brings: larger ones bring nothing more. */
const blockBytes = 256 * 1024;

/** Where less is left of a block, the next read goes to another one: it would bring too little. */
const leastRoom = 16 * 1024;

/** A connection, as far as a chunk that came over it can tell. */
interface Connection {
  /** Makes everything before this block free. */
  reached(block: ArrayBufferLike): void;
  beforeEnd: () => void;
}

const owners = new WeakMap<ArrayBufferLike, Connection>();

/**
 * Says that a chunk, and whatever came before it, is not needed any more. Chunks of any other
 * memory are nothing to it.
 */
export const giveBack = (chunk: Uint8Array): void =>
  owners.get(chunk.buffer)?.reached(chunk.buffer);

/**
 * Has something done when the connection over which a chunk came has ended or failed, before the
 * HTTP client learns of it.
 *
 * @returns whether the chunk is of such a connection
 */
export const beforeEnd = (chunk: Uint8Array, act: () => void): boolean => {
  const connection = owners.get(chunk.buffer);
  if (connection !== undefined) connection.beforeEnd = act;
  return connection !== undefined;
};

/**
 * What a socket must be told when it is made, and the socket itself once there is one. See
 * `net.Socket`, option `onread`.
 */
export interface ReadBuffers {
  readonly onread: { buffer(): Buffer; callback(bytes: number, into: Uint8Array): boolean };
  /**
   * From now on, what is read goes to this socket's stream; to be called before any other
   * listens to it.
   */
  attach(socket: Socket): void;
}

/** Buffers for one connection; they go with it. */
export const readBuffers = (): ReadBuffers => {
  /** In the order in which they were filled; the last is being filled. */
  const inUse: Buffer[] = [];
  const free: Buffer[] = [];
  let socket: Socket | undefined;
  let filled = 0;

  const connection: Connection = {
    reached: (block) => {
      const index = inUse.findIndex(({ buffer }) => buffer === block);
      if (index > 0) free.push(...inUse.splice(0, index));
    },
    beforeEnd: () => undefined,
  };

  const nextBlock = (): Buffer => {
    const known = free.pop();
    if (known !== undefined) return known;
    const block = Buffer.allocUnsafeSlow(blockBytes);
    owners.set(block.buffer, connection);
    return block;
  };

  return {
    onread: {
      buffer: () => {
        let block = inUse.at(-1);
        if (block === undefined || block.length - filled < leastRoom) {
          block = nextBlock();
          inUse.push(block);
          filled = 0;
        }
        return block.subarray(filled);
      },
      callback: (bytes, into) => {
        filled += bytes;
        return socket?.push(into.subarray(0, bytes)) ?? false;
      },
    },
    attach: (made) => {
      socket = made;
      made.on('end', () => connection.beforeEnd()).on('error', () => connection.beforeEnd());
    },
  };
};
