import type { Clock } from '../../lambdas/contract/ports.ts';

/**
 * Virtual time for many activities at once: a discrete-event simulation under ordinary `async`
 * code.
 */
export interface VirtualTime {
  /** For everything that runs in the simulation. `sleep` takes no real time. */
  readonly clock: Clock;
  /**
   * Runs an activity from `at` (milliseconds since 1970) on. It may await nothing but the clock,
   * and what awaits it.
   */
  start(at: number, activity: () => Promise<void>): void;
  /** Runs until nothing is left to do. @throws what an activity throws */
  run(): Promise<void>;
}

interface Wakeup {
  readonly at: number;
  /**
   * Order of arrival: what is due at the same moment happens in the order in which it was asked
   * for.
   */
  readonly order: number;
  readonly wake: () => void;
}

const isBefore = (one: Wakeup, other: Wakeup): boolean =>
  one.at < other.at || (one.at === other.at && one.order < other.order);

/** A binary heap: the day of 100,000 generations has millions of wake-ups. */
const createQueue = () => {
  const heap: Wakeup[] = [];
  const swapIf = (upper: number, lower: number): boolean => {
    const above = heap[upper];
    const under = heap[lower];
    if (above === undefined || under === undefined || !isBefore(under, above)) return false;
    heap[upper] = under;
    heap[lower] = above;
    return true;
  };
  const smallerChild = (index: number): number => {
    const left = heap[2 * index + 1];
    const right = heap[2 * index + 2];
    return left !== undefined && right !== undefined && isBefore(right, left)
      ? 2 * index + 2
      : 2 * index + 1;
  };
  return {
    push: (wakeup: Wakeup): void => {
      heap.push(wakeup);
      for (let index = heap.length - 1; index > 0;) {
        const parent = (index - 1) >> 1;
        if (!swapIf(parent, index)) return;
        index = parent;
      }
    },
    pop: (): Wakeup | undefined => {
      const [first] = heap;
      const last = heap.pop();
      if (first === undefined || last === undefined || heap.length === 0) return first;
      heap[0] = last;
      for (let index = 0; ;) {
        const child = smallerChild(index);
        if (!swapIf(index, child)) return first;
        index = child;
      }
    },
  };
};

/** @param start milliseconds since 1970 */
export const createVirtualTime = (start: number): VirtualTime => {
  const queue = createQueue();
  let now = start;
  let order = 0;
  /** How many activities are between two sleeps. */
  const activities = { awake: 0 };
  let failure: { readonly error: unknown } | undefined;

  const wakeAt = (at: number, wake: () => void): void => {
    queue.push({ at: Math.max(at, now), order, wake });
    order += 1;
  };
  const sleep = (milliseconds: number): Promise<void> =>
    new Promise((resolve) => {
      wakeAt(now + milliseconds, resolve);
      activities.awake -= 1;
    });
  const live = async (activity: () => Promise<void>): Promise<void> => {
    try {
      await activity();
    } catch (error) {
      failure ??= { error };
    } finally {
      activities.awake -= 1;
    }
  };

  return {
    clock: { now: () => now, sleep },
    start: (at, activity) => wakeAt(at, () => void live(activity)),
    run: async () => {
      for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
        now = next.at;
        activities.awake += 1;
        next.wake();
        // Microtasks only: everything that an activity does between two sleeps happens before the
        // next wake-up.
        while (activities.awake > 0) await Promise.resolve();
        if (failure !== undefined) throw failure.error;
      }
    },
  };
};
