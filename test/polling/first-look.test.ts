import { describe, expect, it } from 'vitest';
import type { ProviderSettings } from '../../lambdas/contract/environment.ts';
import { executionInputSchema, freshMemory } from '../../lambdas/contract/state.ts';
import { createIntake } from '../../lambdas/handlers/intake/intake.ts';
import { decide } from '../../lambdas/polling/policy.ts';
import { firstCheckSpread } from '../../lambdas/polling/schedule.ts';
import type { GenerationStatus } from '../../lambdas/polling/status.ts';
import { resolveSettings } from '../../lib/config/config.ts';
import { everyProvider } from '../../tools/every-provider.ts';
import { fakeExecutions, keptEvents } from '../support/fake-world.ts';
import { aGeneration } from '../support/generation.ts';

const settings = Object.fromEntries(
  resolveSettings(everyProvider).providers.map((one) => [one.provider.name, one.settings]),
);

const now = Date.parse('2026-11-20T10:00:00.000Z');

/** Seconds to the first check of a generation that somebody hands over. */
const untilFirstCheck = async (detail: object): Promise<number> => {
  const { executions, names, inputOf } = fakeExecutions();
  await createIntake({
    settings,
    ...keptEvents(),
    executions,
    clock: { now: () => now, sleep: async () => undefined },
    log: () => undefined,
    measure: () => undefined,
    executionArn: (name) => name,
  })({ id: 'e-1', source: 'app', time: new Date(now).toISOString(), detail });
  return executionInputSchema.parse(JSON.parse(inputOf(names()[0] ?? '') ?? '')).poll.waitSeconds;
};

describe('who gets a look at once', () => {
  it.each(['gamma', 'duomi', 'perceptis', 'alai', 'slidespeak'])(
    'a generation of %s that is handed over, whatever is expected of it',
    async (provider) => {
      expect(await untilFirstCheck({ provider, generationId: 'g-1' })).toBe(0);
      expect(await untilFirstCheck({ provider, generationId: 'g-1', expectedSeconds: 600 })).toBe(
        0,
      );
    },
  );

  it('not one of Chronicle, whose key has no room for it: its usual minimum, spread over half a minute', async () => {
    const waits = await Promise.all(
      Array.from({ length: 40 }, async (_, index) =>
        untilFirstCheck({ provider: 'chronicle', generationId: `g-${index}` }),
      ),
    );
    expect(Math.min(...waits)).toBeGreaterThanOrEqual(15);
    expect(Math.max(...waits)).toBeLessThanOrEqual(45);
    expect(new Set(waits).size).toBeGreaterThan(15);
  });

  it('nor is one spread of which it is told how long it takes', async () => {
    const wait = await untilFirstCheck({
      provider: 'chronicle',
      generationId: 'g-1',
      expectedSeconds: 100,
    });
    expect(wait).toBe(70);
  });

  it('the spread is the same for the same id, and none without a setting', () => {
    const own = { firstCheckSpreadSeconds: 30 };
    const one = firstCheckSpread(own, { generationId: 'g-1' });
    expect(firstCheckSpread(own, { generationId: 'g-1' })).toBe(one);
    expect(firstCheckSpread({}, { generationId: 'g-1' })).toBe(0);
  });
});

const gamma: Pick<ProviderSettings, 'checkIntervalSeconds' | 'firstCheckSeconds'> = {
  checkIntervalSeconds: 5,
  firstCheckSeconds: 25,
};

const pending: GenerationStatus = { kind: 'pending', said: 'pending' };
const refused: GenerationStatus = { kind: 'refused', code: 'Unauthorized', message: 'no such key' };
const unknown: GenerationStatus = { kind: 'notFound', message: 'no such id' };
const down: GenerationStatus = {
  kind: 'unavailable',
  code: 'ProviderUnavailable',
  message: 'Gamma answered 503',
};
const done: GenerationStatus = {
  kind: 'ready',
  said: 'completed',
  partial: false,
  exports: [],
  document: {},
  details: {},
};
const failed: GenerationStatus = { kind: 'failed', said: 'failed', message: 'no', details: {} };

const after = (status: GenerationStatus, checks: number, acceptedAt?: string) =>
  decide({
    report: { status },
    memory: { ...freshMemory, checks },
    generation: aGeneration({
      requestedAt: new Date(now).toISOString(),
      deadline: new Date(now + 3_600_000).toISOString(),
      ...(acceptedAt === undefined ? {} : { acceptedAt }),
    }),
    settings: gamma,
    pace: {},
    now: now + 1000,
    random: 0.5,
  });

describe('what follows a first look a second after the event', () => {
  it.each([
    { name: 'is done: the copy', status: done, next: 'copy' },
    { name: 'failed: told at once', status: failed, next: 'stop' },
    { name: 'works: nothing until the usual minimum', status: pending, next: 'wait', seconds: 24 },
    {
      name: 'refuses the key: one more try a second later, with the secret read afresh',
      status: refused,
      next: 'wait',
      seconds: 1,
    },
    {
      name: 'knows no such id: at the usual interval',
      status: unknown,
      next: 'wait',
      seconds: 4.75,
    },
    { name: 'is down: soon again', status: down, next: 'wait', seconds: 5 },
  ])('the provider $name', ({ status, next, seconds }) => {
    const decision = after(status, 0);
    expect(decision.next).toBe(next);
    if (seconds !== undefined) expect(decision).toMatchObject({ seconds });
  });

  it('a key that is refused twice is told of within three seconds of the event', () => {
    const second = decide({
      report: { status: refused },
      memory: { ...after(refused, 0).memory },
      generation: aGeneration({
        requestedAt: new Date(now).toISOString(),
        deadline: new Date(now + 3_600_000).toISOString(),
      }),
      settings: gamma,
      pace: {},
      now: now + 2500,
      random: 0.5,
    });
    expect(second).toMatchObject({ next: 'stop', problem: { code: 'Unauthorized' } });
  });

  it.each([
    { name: 'the second check', checks: 1, acceptedAt: undefined },
    {
      name: 'a generation that the archiver has started itself',
      checks: 0,
      acceptedAt: new Date(now).toISOString(),
    },
  ])('is not meant for $name', ({ checks, acceptedAt }) => {
    expect(after(pending, checks, acceptedAt)).toMatchObject({ next: 'wait', seconds: 4.75 });
  });
});
