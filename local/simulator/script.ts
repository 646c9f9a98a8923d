import type { Saying, Step } from './types.ts';

/** Where a generation stands in its script. */
export interface ScriptRun {
  /** What the next status request is answered with; counts as an answer of that step. */
  answer(now: number): Saying;
  /** What it would be answered with; counts as nothing. */
  peek(now: number): Saying;
  /** Leaves the current step. */
  advance(now: number): void;
}

/**
 * Plays a script. Steps measured in seconds follow each other on the clock whether they are asked for or
 * not; steps measured in answers begin when they are first asked for.
 */
export const playScript = (script: readonly Step[], startedAt: number): ScriptRun => {
  if (script.length === 0) throw new Error('a script needs at least one step');
  let index = 0;
  let since = startedAt;
  let answers = 0;

  const enter = (at: number): void => {
    index = Math.min(index + 1, script.length - 1);
    since = at;
    answers = 0;
  };
  const current = (): Step => {
    const step = script[index];
    if (step === undefined) throw new Error(`the script has no step ${index}`);
    return step;
  };
  const isLast = (): boolean => index === script.length - 1;

  const settle = (now: number): void => {
    while (!isLast()) {
      const step = current();
      if (step.seconds === undefined) {
        if (answers < (step.polls ?? 1)) return;
        enter(now);
      } else {
        const end = since + step.seconds * 1000;
        if (now < end) return;
        enter(end);
      }
    }
  };

  return {
    answer(now) {
      settle(now);
      answers += 1;
      return current();
    },
    peek(now) {
      settle(now);
      return current();
    },
    advance(now) {
      settle(now);
      enter(now);
    },
  };
};
