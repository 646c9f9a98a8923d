import type { Clock } from '../../../lambdas/contract/ports.ts';

/** Virtual time with things that are going to happen in it. */
export interface Timeline extends Clock {
  /** @param stopped the sleeper does not push the clock on any more */
  sleep(milliseconds: number, stopped?: AbortSignal): Promise<void>;
  /** Has something happen at a time; at once where that is past. */
  at(time: number, happen: () => Promise<void>): void;
  /**
   * Goes on to the next thing, whatever the time until then, or waits for those under way. False
   * where there is none.
   */
  skip(): Promise<boolean>;
}

/** Far more than the longest run needs: what goes on beyond it goes on for ever. */
const maxSleeps = 50_000;

/**
 * A clock that jumps to where a sleeper wants to go, and lets everything on the way happen first.
 * What sleeps is one execution at a time: several at once each push the clock on.
 */
export const createTimeline = (start: number): Timeline => {
  const coming: { readonly time: number; readonly happen: () => Promise<void> }[] = [];
  /**
   * What is happening because a sleeper passed its time. The sleeper may be an execution that was
   * stopped, for which nobody waits.
   */
  const happening = new Set<Promise<void>>();
  let now = start;
  let sleeps = 0;

  const skipTo = async (until: number): Promise<boolean> => {
    const [next] = coming;
    if (next === undefined || next.time > until) return false;
    coming.shift();
    now = Math.max(now, next.time);
    const happens = next.happen();
    happening.add(happens);
    try {
      await happens;
    } finally {
      happening.delete(happens);
    }
    return true;
  };

  return {
    now: () => now,
    sleep: async (milliseconds, stopped) => {
      sleeps += 1;
      if (sleeps > maxSleeps)
        throw new Error(`the run slept ${maxSleeps} times without coming to an end`);
      const until = now + Math.max(0, milliseconds);
      const isStopped = (): boolean => stopped?.aborted === true;
      while (!isStopped() && (await skipTo(until)));
      if (!isStopped()) now = Math.max(now, until);
    },
    at: (time, happen) => {
      const index = coming.findIndex((other) => other.time > time);
      coming.splice(index === -1 ? coming.length : index, 0, { time, happen });
    },
    skip: async () => {
      if (happening.size === 0) return skipTo(Infinity);
      await Promise.all(happening);
      return true;
    },
  };
};
