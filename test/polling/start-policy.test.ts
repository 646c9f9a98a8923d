import { describe, expect, it } from 'vitest';
import { freshStartMemory, type StartMemory } from '../../lambdas/contract/start-state.ts';
import {
  decideStart,
  maySend,
  repeatedForSeconds,
  type FailedStart,
} from '../../lambdas/polling/start-policy.ts';

const now = Date.parse('2026-11-20T10:20:00.000Z');

const uncertainFor = (seconds: number): StartMemory => ({
  ...freshStartMemory,
  attempts: 1,
  uncertainSince: new Date(now - seconds * 1000).toISOString(),
});

const decide = (outcome: FailedStart, memory: StartMemory) =>
  decideStart({
    outcome,
    retryAfterSeconds: undefined,
    memory,
    generation: { requestedAt: '2026-11-20T10:00:00.000Z', deadline: '2026-11-20T11:00:00.000Z' },
    settings: { checkIntervalSeconds: 3 },
    pace: {},
    idempotent: true,
    now,
    random: 0.5,
  });

const refusedKey: FailedStart = { kind: 'refused', code: 'Unauthorized', message: 'answered 401' };

describe('a request whose fate is not known', () => {
  it.each([
    ['is sent again at once', 0, true, true],
    ['is sent again in the last second', repeatedForSeconds - 1, true, true],
    ['is not sent again after that', repeatedForSeconds, true, false],
    ['is never sent again where the provider does not know the repetition', 0, false, false],
  ])('%s', (_, seconds, idempotent, may) => {
    expect(maySend(uncertainFor(seconds), idempotent, now)).toBe(may);
  });

  it('is not sent again with another key, of which the provider may know nothing', () => {
    expect(decide(refusedKey, uncertainFor(30))).toMatchObject({
      next: 'stop',
      problem: { code: 'StartUncertain' },
    });
  });
});

describe('a request of which nothing has come', () => {
  it('is sent, whatever the provider knows', () => {
    expect(maySend(freshStartMemory, false, now)).toBe(true);
  });

  it('is sent again with the key read afresh, once', () => {
    expect(decide(refusedKey, freshStartMemory)).toMatchObject({ next: 'wait' });
    expect(decide(refusedKey, { ...freshStartMemory, refusals: 1 })).toMatchObject({
      next: 'stop',
      problem: { code: 'Unauthorized' },
    });
  });
});
