import { describe, expect, it } from 'vitest';
import { freshMemory, type PollMemory } from '../../lambdas/contract/state.ts';
import { createKnownKeys } from '../../lambdas/handlers/known-keys.ts';
import type { Decision } from '../../lambdas/polling/decision.ts';
import type { Report } from '../../lambdas/polling/status.ts';
import { aGeneration } from '../support/generation.ts';

const now = Date.parse('2026-11-20T10:00:00.000Z');
const pace = { requestsPerMinute: 20, throttledSeconds: 60 };
const pending: Report = { status: { kind: 'pending', said: 'working' } };
const throttled: Report = { status: { kind: 'throttled', message: 'answered 429' } };

const waiting = (memory: PollMemory): Decision => ({ next: 'wait', seconds: 4, memory });

const use = (generationId: string, seconds = 0, credential = 'default') => ({
  generation: aGeneration({
    provider: 'chronicle',
    generationId,
    credential,
    deadline: '2026-11-20T12:00:00.000Z',
  }),
  pace,
  now: now + seconds * 1000,
});

/** Two environments, each with a name of its own. */
const environments = () => [createKnownKeys(pace, () => 0.25), createKnownKeys(pace, () => 0.75)];

describe('what an execution environment knows of a key with few requests a minute', () => {
  it('puts the second generation of an instant off, and leaves other keys alone', () => {
    const [keys] = environments();
    expect(keys?.advise(use('a'), freshMemory).held).toBeUndefined();
    expect(keys?.advise(use('b'), freshMemory).held?.seconds).toBeGreaterThan(3);
    expect(keys?.advise(use('c', 0, 'other'), freshMemory).held).toBeUndefined();
  });

  it('tells the next environment that there is one more', () => {
    const [one, two] = environments();
    const first = one?.advise(use('a'), freshMemory).memory ?? freshMemory;
    expect(first.checkedBy).toBeDefined();
    const second = two?.advise(use('a', 4), first).memory;
    expect(second?.checkedBy).toBeDefined();
    expect(second?.checkedBy).not.toBe(first.checkedBy);
  });

  it('gives the next turn with the decision about the last one', () => {
    const [keys] = environments();
    const { memory } = keys?.advise(use('a'), freshMemory) ?? { memory: freshMemory };
    for (const id of ['b', 'c', 'd']) keys?.advise(use(id), freshMemory);
    const decision = keys?.learn(use('a', 1), pending, waiting(memory));
    expect(decision).toMatchObject({ next: 'wait', memory: { turn: { among: 2 } } });
    expect(decision?.next === 'wait' && decision.seconds).toBeGreaterThan(9);
  });

  it('leaves the key alone after a 429, and what was decided about the refused one as it is', () => {
    const [keys] = environments();
    const { memory } = keys?.advise(use('a'), freshMemory) ?? { memory: freshMemory };
    const decision: Decision = { next: 'wait', seconds: 70, memory };
    expect(keys?.learn(use('a', 1), throttled, decision)).toBe(decision);
    expect(keys?.advise(use('b', 11), freshMemory).held?.seconds).toBe(50);
  });

  it('changes nothing about a generation that is done', () => {
    const [keys] = environments();
    for (const id of ['a', 'b', 'c']) keys?.advise(use(id), freshMemory);
    const done: Decision = { next: 'copy', memory: freshMemory };
    expect(keys?.learn(use('a', 1), pending, done)).toBe(done);
  });
});

describe('a crowd of a hundred that two environments check', () => {
  it('never makes more than 20 requests in a minute of the provider, and none starves', () => {
    const all = environments();
    const crowd = Array.from({ length: 100 }, (_, index) => ({
      id: `g-${index}`,
      at: (index * 30) / 100,
      memory: { ...freshMemory },
      asked: 0,
    }));
    const minutes = new Map<number, number>();
    let turn = 0;
    for (;;) {
      crowd.sort((one, other) => one.at - other.at);
      const next = crowd[0];
      if (next === undefined || next.at > 1800) break;
      // Lambda takes whichever is free.
      turn = (turn * 1_103_515_245 + 12_345) % 2 ** 31;
      const keys = all[turn % 3 === 0 ? 0 : 1];
      const advice = keys?.advise(use(next.id, next.at), next.memory);
      if (advice?.held !== undefined) {
        next.memory = advice.held.memory;
        next.at += Math.ceil(advice.held.seconds);
        continue;
      }
      const minute = Math.floor(next.at / 60);
      minutes.set(minute, (minutes.get(minute) ?? 0) + 1);
      next.asked += 1;
      const { turn: _, ...memory } = advice?.memory ?? next.memory;
      const decision = keys?.learn(use(next.id, next.at), pending, waiting(memory));
      if (decision?.next !== 'wait') throw new Error('a pending generation waits');
      next.memory = decision.memory;
      next.at += Math.ceil(decision.seconds);
    }
    expect(Math.max(...minutes.values())).toBeLessThanOrEqual(20);
    expect(Math.min(...crowd.map(({ asked }) => asked))).toBeGreaterThanOrEqual(3);
  });
});
