/**
 * Stands for Lambda's own runtime in a process of its own: loads the bundle that its first argument
 * names, once, and invokes its handler for every message from the parent.
 */
import { pathToFileURL } from 'node:url';
import type { Invocation, Invoked } from './copy-function.ts';

const [, , bundle = ''] = process.argv;
const { handler } = (await import(pathToFileURL(bundle).href)) as {
  handler: (event: unknown, context: { getRemainingTimeInMillis(): number }) => Promise<unknown>;
};

const invoke = async ({ event, remainingMilliseconds }: Invocation): Promise<Invoked> => {
  const end = Date.now() + remainingMilliseconds;
  const [started, before] = [performance.now(), process.cpuUsage()];
  const answer = await handler(event, { getRemainingTimeInMillis: () => end - Date.now() });
  const { user, system } = process.cpuUsage(before);
  return {
    answer,
    milliseconds: performance.now() - started,
    cpuSeconds: (user + system) / 1e6,
    // In kB: Linux's VmHWM, the most that was ever resident.
    peakBytes: process.resourceUsage().maxRSS * 1024,
  };
};

process.on('message', (invocation: Invocation) => {
  invoke(invocation).then(
    (invoked) => process.send?.(invoked),
    (error: unknown) => {
      console.error(error);
      process.exit(1);
    },
  );
});
// The parent is gone, or wants no more.
process.on('disconnect', () => process.exit());
process.send?.('ready');
