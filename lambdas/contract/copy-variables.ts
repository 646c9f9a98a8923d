/**
 * How the copy function's process keeps its memory where the network hands it chunk after chunk:
 * with one arena the C library hands the same pages out again instead of returning them to the
 * system (docs/decisions/2026-11-22-copying-memory.md). Bounds of the heap are no variables: Lambda
 * sets them on the command line, where they win over `NODE_OPTIONS`.
 */
export const copyVariables = { MALLOC_ARENA_MAX: '1' } as const;
