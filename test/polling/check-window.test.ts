import { describe, expect, it } from 'vitest';
import { freshMemory } from '../../lambdas/contract/state.ts';
import { beforeRound, checkWithinWindow } from '../../lambdas/polling/check-window.ts';
import type { Decision } from '../../lambdas/polling/policy.ts';
import { virtualClock } from '../support/virtual-clock.ts';

const wait = (seconds: number): Decision => ({ next: 'wait', seconds, memory: freshMemory });
const copy: Decision = { next: 'copy', memory: freshMemory };

const run = async (decisions: Decision[], windowSeconds: number, sleepSeconds = 0) => {
  const clock = virtualClock();
  const left = [...decisions];
  const check = async (): Promise<Decision> => {
    const decision = left.shift();
    if (decision === undefined) throw new Error('one check too many');
    return decision;
  };
  const outcome = await checkWithinWindow({ check, windowSeconds, sleepSeconds, clock });
  return { outcome, slept: clock.slept, checks: decisions.length - left.length };
};

describe('the check window', () => {
  it('sleeps short waits and checks again', async () => {
    expect(await run([wait(5), wait(6), copy], 120)).toEqual({
      outcome: copy,
      slept: [5, 6],
      checks: 3,
    });
  });

  it('leaves a wait of 45 s or more to the Wait state', async () => {
    expect(await run([wait(44), wait(45)], 120)).toEqual({
      outcome: wait(45),
      slept: [44],
      checks: 2,
    });
  });

  it('closes: a wait that would pass its end goes to the Wait state', async () => {
    expect(await run([wait(40), wait(40), wait(40), wait(1)], 120)).toEqual({
      outcome: wait(1),
      slept: [40, 40, 40],
      checks: 4,
    });
  });

  it('counts the sleep before the first check', async () => {
    expect(await run([wait(40), wait(40), wait(40)], 120, 10)).toEqual({
      outcome: wait(40),
      slept: [10, 40, 40],
      checks: 3,
    });
  });

  it('is off at 0: every wait goes to the Wait state', async () => {
    expect(await run([wait(0)], 0)).toEqual({ outcome: wait(0), slept: [], checks: 1 });
  });

  it.each(['copy', 'stop', 'announceInput'] as const)('ends at once on %s', async (next) => {
    const decision = { next, seconds: 3, memory: freshMemory } as Decision;
    expect(await run([decision], 120)).toEqual({ outcome: decision, slept: [], checks: 1 });
  });
});

describe('the wait before a round of checks', () => {
  it.each([
    {
      name: 'is slept inside the check below 15 s',
      seconds: 14.9,
      window: 780,
      spent: { waitSeconds: 0, sleepSeconds: 14.9 },
    },
    {
      name: 'is left to the Wait state from 15 s on',
      seconds: 15,
      window: 780,
      spent: { waitSeconds: 15 },
    },
    {
      name: 'is left to the Wait state in whole seconds, never less',
      seconds: 20.1,
      window: 780,
      spent: { waitSeconds: 21 },
    },
    {
      name: 'is left to the Wait state where the window is off',
      seconds: 3,
      window: 0,
      spent: { waitSeconds: 3 },
    },
    {
      name: 'is left to the Wait state where the window is shorter',
      seconds: 10,
      window: 5,
      spent: { waitSeconds: 10 },
    },
    {
      name: 'is nothing where nothing is left',
      seconds: 0,
      window: 780,
      spent: { waitSeconds: 0 },
    },
  ])('$name', ({ seconds, window, spent }) => {
    expect(beforeRound(seconds, window)).toEqual(spent);
  });
});
