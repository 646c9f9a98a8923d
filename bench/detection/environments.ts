import type { Random } from '../../lambdas/contract/ports.ts';
import type { createCheckStatus } from '../../lambdas/handlers/check-status.ts';

/** A status-check function as one execution environment has loaded it. */
export type CheckStatus = ReturnType<typeof createCheckStatus>;

/**
 * Lambda's execution environments: each serves one invocation at a time, and remembers what its
 * code keeps.
 */
export interface Environments {
  /** One that is free, or a new one, which is cold. `now` in milliseconds since 1970. */
  readonly take: (
    name: string,
    now: number,
  ) => { readonly environment: CheckStatus; readonly isCold: boolean };
  readonly free: (name: string, environment: CheckStatus, now: number) => void;
}

/**
 * Milliseconds that a free environment is kept. AWS says only that environments are kept for some
 * time (AWS Lambda Developer Guide, "Understanding the Lambda execution environment lifecycle"):
 * this is at the short end of what is seen.
 */
const keptMilliseconds = 300_000;

/** @param random which of the free environments Lambda takes is not documented: any */
export const createEnvironments = (load: () => CheckStatus, random: Random): Environments => {
  const free = new Map<string, { readonly environment: CheckStatus; readonly since: number }[]>();
  const freeOf = (name: string) => {
    const known = free.get(name) ?? [];
    free.set(name, known);
    return known;
  };
  return {
    take: (name, now) => {
      const all = freeOf(name);
      for (;;) {
        const index = Math.floor(random() * all.length);
        const one = all[index];
        const last = all.pop();
        if (one === undefined || last === undefined) return { environment: load(), isCold: true };
        if (index < all.length) all[index] = last;
        if (now - one.since < keptMilliseconds)
          return { environment: one.environment, isCold: false };
      }
    },
    free: (name, environment, now) => void freeOf(name).push({ environment, since: now }),
  };
};
