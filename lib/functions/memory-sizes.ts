import type { FunctionEntry } from './function-code.ts';

/**
 * Megabytes of each function: the smallest size at which it does its work, with room for Lambda's
 * own runtime (`npm run bench:functions`, `npm run bench:copy`). More memory is more of a CPU: at 128
 * MB a function has a fourteenth of one, and reads its code for seconds. A check is mostly a wait for
 * an answer, so that its size sets its price; what sets the size is an answer of 10 MB that is
 * held whole (docs/decisions/2026-11-27-what-a-checks-memory-goes-into.md).
 */
export const memoryMegabytes: Readonly<Record<FunctionEntry, number>> = {
  intake: 256,
  'start-generation': 256,
  'check-status': 256,
  'start-export': 256,
  // Copying needs less than half of it; the rest buys network and CPU.
  'copy-exports': 512,
  'announce-stopped': 256,
  'send-reply': 256,
  'sweep-ends': 256,
};
