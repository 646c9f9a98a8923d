import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { freshStartMemory } from '../../lambdas/contract/start-state.ts';
import { freshMemory } from '../../lambdas/contract/state.ts';
import { createStartGeneration } from '../../lambdas/handlers/start-generation.ts';
import type { StartOutcome } from '../../lambdas/providers/post-outcome.ts';
import { keptLog, keptMeasurements } from '../support/fake-world.ts';
import { virtualClock } from '../support/virtual-clock.ts';

const own = {
  baseUrl: 'https://gamma.test',
  timeoutMinutes: 60,
  firstCheckSeconds: 20,
  checkIntervalSeconds: 5,
};

const requests = JSON.parse(
  readFileSync(new URL('../fixtures/starts/requests.json', import.meta.url), 'utf8'),
) as Record<'gamma', object>;

/** One attempt that comes to this, some minutes before or after the deadline. */
const attempt = async (outcome: StartOutcome, minutesToDeadline = 60) => {
  const clock = virtualClock();
  const { measure, measurements } = keptMeasurements();
  const start = createStartGeneration({
    start: async () => ({ outcome }),
    settings: { gamma: own },
    clock,
    random: () => 0.5,
    log: keptLog().log,
    measure,
  });
  const at = (minutes: number): string => new Date(clock.now() + minutes * 60_000).toISOString();
  const generation = {
    provider: 'gamma',
    generationId: '',
    requestId: 'order-7',
    credential: 'default',
    metadata: {},
    eventId: 'event-1',
    refresh: false,
    requestedAt: at(minutesToDeadline - 60),
    deadline: at(minutesToDeadline),
  };
  const poll = { next: 'wait', waitSeconds: 0, memory: freshMemory };
  const { next } = await start({
    generation,
    request: requests.gamma,
    start: { memory: freshStartMemory },
    poll,
    copy: {},
    execution: 'arn:aws:states:eu-west-1:111122223333:execution:archiver:one',
  });
  return { next, measurements };
};

const accepted: StartOutcome = { kind: 'accepted', generationId: 'gen-1', details: {} };

describe('an attempt to start a generation', () => {
  it.each([
    ['was accepted', 0, accepted],
    [
      "was refused for its content, which is its sender's",
      0,
      { kind: 'refused', code: 'InvalidRequest', message: '400' },
    ],
    [
      'met an account without credits',
      1,
      { kind: 'refused', code: 'InsufficientCredits', message: '402' },
    ],
    ['had a key that is refused', 1, { kind: 'refused', code: 'Unauthorized', message: '401' }],
    ['had no key', 1, { kind: 'refused', code: 'CredentialMissing', message: 'no secret' }],
    ['came too often', 1, { kind: 'throttled', message: '429' }],
    ['reached nobody', 1, { kind: 'unreached', message: 'no connection' }],
    ['was never answered', 1, { kind: 'uncertain', message: '504' }],
  ] as [string, number, StartOutcome][])(
    'that %s counts %i towards a provider that accepts nothing',
    async (_, value, outcome) => {
      expect((await attempt(outcome)).measurements).toEqual([
        { provider: 'gamma', UnacceptedStarts: value },
      ]);
    },
  );

  it('that came too late to be made counts nothing', async () => {
    expect(await attempt(accepted, -1)).toEqual({ next: 'stop', measurements: [] });
  });
});
