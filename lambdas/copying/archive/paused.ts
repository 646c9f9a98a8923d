import type { Copy, CopyProgress } from '../../contract/copy-state.ts';

/**
 * What a copy answers that has nothing to do for a while: the seconds for the machine's Wait state,
 * and the moment for a machine that does not know them and goes on at once. The next copy then waits
 * itself.
 *
 * @param now milliseconds since 1970
 */
export const paused = (
  progress: CopyProgress,
  now: number,
  milliseconds: number,
): Required<Pick<Copy, 'progress' | 'waitSeconds'>> => ({
  progress: { ...progress, resumeAt: new Date(now + milliseconds).toISOString() },
  waitSeconds: Math.max(Math.ceil(milliseconds / 1000), 1),
});
