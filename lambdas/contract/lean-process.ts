/**
 * How a function's process keeps its memory where the network hands it chunk after chunk. Every
 * read leaves 64 kB behind. With a young generation of 1 MB (Node's default is 16 MB and more) they
 * are freed some 50 MB earlier, and with one arena the C library hands the same pages out again
 * instead of returning them to the system (docs/decisions/2026-11-22-copying-memory.md).
 */
export const leanProcessVariables = {
  NODE_OPTIONS: '--max-semi-space-size=1',
  MALLOC_ARENA_MAX: '1',
} as const;
