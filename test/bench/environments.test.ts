import { describe, expect, it } from 'vitest';
import { createEnvironments, type CheckStatus } from '../../bench/detection/environments.ts';

const load = (): CheckStatus => async () => Promise.reject(new Error('not invoked here'));

describe('the simulated execution environments', () => {
  it('serve one invocation at a time, and the next one when they are free', () => {
    const { take, free } = createEnvironments(load, () => 0);
    const [one, two] = [take('Check Gamma', 0), take('Check Gamma', 0)];
    expect(one.environment).not.toBe(two.environment);
    expect([one.isCold, two.isCold]).toEqual([true, true]);
    free('Check Gamma', one.environment, 1000);
    expect(take('Check Chronicle', 1000).environment).not.toBe(one.environment);
    expect(take('Check Gamma', 1000)).toEqual({ environment: one.environment, isCold: false });
  });

  it('are taken in any order, and only for some minutes', () => {
    const { take, free } = createEnvironments(load, () => 0.5);
    const all = [1, 2, 3].map(() => take('Check Gamma', 0).environment);
    for (const one of all) free('Check Gamma', one, 0);
    expect(take('Check Gamma', 299_999).environment).toBe(all[1]);
    const late = take('Check Gamma', 300_000);
    expect(late.isCold).toBe(true);
    expect(all).not.toContain(late.environment);
  });
});
