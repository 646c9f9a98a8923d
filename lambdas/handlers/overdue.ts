import type { Generation } from '../contract/generation.ts';
import type { Measure } from '../contract/ports.ts';

/**
 * Milliseconds past a deadline from which on a step is overdue: the last check happens at the
 * deadline, and the copy that may follow it takes an invocation of 15 minutes, if that. The one who
 * begins later was held up.
 */
const overdueMilliseconds = 30 * 60_000;

/** Counts a step that begins long after its generation's deadline. */
export const measureOverdue = (
  measure: Measure,
  { deadline }: Pick<Generation, 'deadline'>,
  now: number,
): void => {
  if (now > Date.parse(deadline) + overdueMilliseconds) measure({ OverdueSteps: 1 });
};
