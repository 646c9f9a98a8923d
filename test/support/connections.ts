import { createHook } from 'node:async_hooks';

/**
 * What Node.js calls a connection that it asks the operating system for, whatever the address and
 * whatever comes of it.
 */
const connectionTypes = new Set(['TCPCONNECTWRAP', 'PIPECONNECTWRAP']);

/** Counts the connections that a piece of work tries to open, from this process to anywhere. */
export const connectionsDuring = async <Made>(
  work: () => Promise<Made>,
): Promise<{ readonly made: Made; readonly opened: number }> => {
  let opened = 0;
  const hook = createHook({
    init: (_id, type) => {
      if (connectionTypes.has(type)) opened += 1;
    },
  }).enable();
  try {
    const made = await work();
    return { made, opened };
  } finally {
    hook.disable();
  }
};
