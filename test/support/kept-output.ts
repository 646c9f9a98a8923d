import { vi } from 'vitest';

/** What is written to standard output and standard error, in place of being written. */
export interface KeptOutput {
  /** Every line, parsed: each must be a JSON object. */
  readonly lines: () => Record<string, unknown>[];
}

/** Keeps the output until `vi.restoreAllMocks()`. */
export const keptOutput = (): KeptOutput => {
  let written = '';
  for (const stream of [process.stdout, process.stderr]) {
    vi.spyOn(stream, 'write').mockImplementation((chunk) => {
      written += String(chunk);
      return true;
    });
  }
  return {
    lines: () =>
      written
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as Record<string, unknown>),
  };
};
