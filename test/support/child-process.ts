import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';

const hasEnded = ({ exitCode, signalCode }: ChildProcess): boolean =>
  exitCode !== null || signalCode !== null;

const endOf = (status: unknown): Error => new Error(`the forked process ended: ${String(status)}`);

/**
 * What a forked process says next.
 *
 * @throws where it ends instead: a wait for its word alone would outlive everything else, and the
 *   waiting program would end in the middle of it without a reason (exit status 13)
 */
export const nextMessage = async (child: ChildProcess): Promise<unknown> => {
  const waiting = new AbortController();
  const { signal } = waiting;
  if (hasEnded(child)) throw endOf(child.signalCode ?? child.exitCode);
  try {
    const ended = once(child, 'exit', { signal }).then(([status, ending]: unknown[]) => {
      throw endOf(ending ?? status);
    });
    const [message] = (await Promise.race([
      once(child, 'message', { signal }),
      ended,
    ])) as unknown[];
    return message;
  } finally {
    waiting.abort();
  }
};

/** Has a forked process end by itself, and waits for that. */
export const disconnected = async (child: ChildProcess): Promise<void> => {
  if (hasEnded(child)) return;
  const ended = once(child, 'exit');
  if (child.connected) child.disconnect();
  await ended;
};
