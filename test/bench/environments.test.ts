import { describe, expect, it } from 'vitest';
import { createEnvironments, type CheckStatus } from '../../bench/detection/environments.ts';

const load = (): CheckStatus => async () => Promise.reject(new Error('not invoked here'));

describe('the simulated execution environments', () => {
  it('serve one invocation at a time, and the next one when they are free', () => {
    const { take, free } = createEnvironments(load, () => 0);
    const [one, two] = [take('Check Gamma', 0), take('Check Gamma', 0)];
    expect(one).not.toBe(two);
    free('Check Gamma', one, 1000);
    expect(take('Check Chronicle', 1000)).not.toBe(one);
    expect(take('Check Gamma', 1000)).toBe(one);
  });

  it('are taken in any order, and only for some minutes', () => {
    const { take, free } = createEnvironments(load, () => 0.5);
    const all = [take('Check Gamma', 0), take('Check Gamma', 0), take('Check Gamma', 0)];
    for (const one of all) free('Check Gamma', one, 0);
    expect(take('Check Gamma', 299_999)).toBe(all[1]);
    expect(all).not.toContain(take('Check Gamma', 300_000));
  });
});
