import { createServer, type Socket } from 'node:net';
import { listening } from './listening.ts';

/** What a server says to a request: text as it is, and whatever else it does to the connection. */
export type Says = (socket: Socket) => void;

/** A server that is not held to HTTP. */
export interface RawServer {
  readonly origin: string;
  /** Heads of the requests that came, in their order. */
  readonly asked: string[];
  /** Connections that were made to it. */
  readonly connections: () => number;
  close(): Promise<void>;
}

/**
 * Starts one on the loopback address. Each request is met by the next of what it says, the last one over and
 * over.
 *
 * @param onConnect done to each connection before anything was asked
 */
export const startRawServer = async (
  says: readonly Says[],
  onConnect: Says = () => undefined,
): Promise<RawServer> => {
  const open = new Set<Socket>();
  const asked: string[] = [];
  let made = 0;
  const server = createServer((socket) => {
    made += 1;
    open.add(socket);
    let head = '';
    socket
      .on('error', () => undefined)
      .on('close', () => open.delete(socket))
      .on('data', (chunk) => {
        head += chunk.toString('latin1');
        if (!head.includes('\r\n\r\n')) return;
        asked.push(head);
        head = '';
        (says[asked.length - 1] ?? says.at(-1))?.(socket);
      });
    onConnect(socket);
  });
  const port = await listening(server);
  return {
    origin: `http://127.0.0.1:${port}`,
    asked,
    connections: () => made,
    close: async () => {
      for (const socket of open) socket.destroy();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
    },
  };
};
