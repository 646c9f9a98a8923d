import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { ProviderSettings } from '../../../lambdas/contract/environment.ts';
import type { ExecutionFound } from '../../../lambdas/contract/ports.ts';
import {
  executionName,
  periodsAt,
  requestExecutionName,
} from '../../../lambdas/handlers/intake/execution-names.ts';
import { createIntake } from '../../../lambdas/handlers/intake/intake.ts';
import { createLocalClaims } from '../../../local/claims.ts';
import { fakeExecutions, keptEvents, keptLog, keptMeasurements } from '../../support/fake-world.ts';
import { virtualClock } from '../../support/virtual-clock.ts';

const requests = JSON.parse(
  readFileSync(new URL('../../fixtures/starts/requests.json', import.meta.url), 'utf8'),
) as { perceptis: object };

const perceptis: ProviderSettings = {
  baseUrl: 'https://perceptis.test',
  timeoutMinutes: 60,
  firstCheckSeconds: 20,
  checkIntervalSeconds: 5,
};
const job = { provider: 'perceptis', generationId: 'abc' };
const first = executionName(job, 1);
const second = executionName(job, 2);

const world = (start?: string) => {
  const clock = virtualClock(start);
  const parts = { ...keptEvents(), ...fakeExecutions(), ...keptLog(), ...keptMeasurements() };
  const claims = createLocalClaims();
  const intake = createIntake({
    settings: { perceptis },
    claims,
    ...parts,
    clock,
    executionArn: (name) => `arn:${name}`,
  });
  const send = (id: string, type: string, detail: object = job): Promise<void> =>
    intake({
      id,
      source: 'my.app',
      time: new Date(clock.now()).toISOString(),
      'detail-type': type,
      detail,
    });
  return {
    ...parts,
    clock,
    claims,
    start: (id: string, detail?: object) => send(id, 'Generation Started', detail),
    cancel: (id: string, detail?: object) => send(id, 'Generation Cancel', detail),
    request: (id: string, requestId: string) =>
      send(id, 'Generation Requested', {
        provider: 'perceptis',
        requestId,
        request: requests.perceptis,
      }),
  };
};

type World = ReturnType<typeof world>;

/** Has DescribeExecution answer about a name as it was, for so many seconds of the clock. */
const answersLate = ({ executions, clock }: World, name: string, seconds: number): void => {
  const now = executions.describe.bind(executions);
  const until = clock.now() + seconds * 1000;
  const before: Promise<ExecutionFound | undefined> = now(name);
  executions.describe = async (asked) =>
    asked === name && clock.now() < until ? before : now(asked);
};

describe('an event that answers a result at once', () => {
  it.each([1, 3, 6.9])(
    'has the generation followed again, where the execution ends, or is known to have ended, %d s later',
    async (seconds) => {
      const all = world();
      await all.start('e1');
      answersLate(all, first, seconds);
      all.end(first);
      await all.start('e2');
      expect(all.names()).toEqual([first, second]);
    },
  );

  it('is taken once the execution has ended, where that is still announcing its result', async () => {
    const all = world();
    await all.start('e1');
    all.executions.stateOf = async () => 'Announce outcome';
    await expect(all.start('e2')).rejects.toThrow('is announcing its result');
    all.end(first);
    await all.start('e2');
    expect(all.names()).toEqual([first, second]);
  });

  it.each(['Announce question', 'Announce acceptance', 'Check Perceptis', 'Copy exports'])(
    'does nothing while the execution is in "%s": a repeat',
    async (state) => {
      const all = world();
      await all.start('e1');
      all.executions.stateOf = async () => state;
      await all.start('e2');
      expect(all.names()).toEqual([first]);
      expect(all.lines.at(-1)?.message).toBe('already running');
    },
  );

  it('cancels nothing that is announcing its result, and leaves the announcement to that', async () => {
    const all = world();
    await all.start('e1');
    all.executions.stateOf = async () => 'Announce archive';
    const now = all.executions.describe.bind(all.executions);
    all.executions.describe = async (name) => {
      if (all.clock.slept.length > 0) all.end(first);
      return now(name);
    };
    await all.cancel('c1');
    expect(await now(first)).not.toHaveProperty('error');
    expect(all.events).toEqual([]);
    expect(all.lines.at(-1)?.message).toBe('ended before it could be cancelled');
  });
});

describe('a cancel', () => {
  it.each([1, 6.9])('finds what is known %d s after its start only', async (seconds) => {
    const all = world();
    answersLate(all, first, seconds);
    await all.start('e1');
    await all.cancel('c1');
    expect(await all.executions.describe(first)).toMatchObject({ error: 'GenerationCancelled' });
    expect(all.events).toEqual([]);
  });

  it('finds the second run, which is not known yet while the first has ended', async () => {
    const all = world();
    await all.start('e1');
    all.end(first);
    answersLate(all, second, 5);
    await all.start('e2');
    await all.cancel('c1');
    expect(await all.executions.describe(second)).toMatchObject({ error: 'GenerationCancelled' });
  });

  it('that comes after a repeat of the start is not undone by that', async () => {
    const all = world();
    await all.start('e1');
    all.clock.advance(60);
    const now = all.executions.describe.bind(all.executions);
    all.executions.describe = async (name) => {
      const found = await now(name);
      const isStopped = all.clock.slept.length > 1 && found !== undefined;
      return isStopped
        ? { ...found, running: false, error: 'GenerationCancelled', endedAt: all.clock.now() }
        : found;
    };
    await all.start('e2');
    expect(all.names()).toEqual([first]);
  });

  it('followed by a new start is not taken back by an answer that is seconds old', async () => {
    const all = world();
    await all.start('e1');
    answersLate(all, first, 3);
    await all.executions.stop(first, { error: 'GenerationCancelled', cause: '' });
    await all.start('e2');
    expect(all.names()).toEqual([first, second]);
  });
});

const accepted = async (generationId: string): Promise<World> => {
  const all = world();
  await all.request('r1', 'order-7');
  await all.claims.take(`accepted/perceptis/${generationId.toLowerCase()}/order-7`, '');
  return all;
};

describe('a generation that was requested, once it is accepted', () => {
  const order = { provider: 'perceptis', requestId: 'order-7' };
  const ordered = requestExecutionName(order);
  const uuid = 'AB12cd34-0000-4000-8000-0123456789aB';

  it.each(['abc', uuid, uuid.toLowerCase(), uuid.toUpperCase()])(
    'has no second execution when its id is sent: %s',
    async (generationId) => {
      const all = await accepted(generationId);
      await all.start('e1', { ...job, generationId });
      expect(all.names()).toEqual([ordered]);
      expect(all.lines.at(-1)).toMatchObject({
        message: 'already running',
        fields: { execution: `arn:${ordered}` },
      });
    },
  );

  it.each(['abc', uuid, uuid.toUpperCase()])('is cancelled by its id: %s', async (generationId) => {
    const all = await accepted(generationId);
    await all.cancel('c1', { ...job, generationId });
    await all.cancel('c1', { ...job, generationId });
    expect(await all.executions.describe(ordered)).toMatchObject({ error: 'GenerationCancelled' });
    expect(all.events).toEqual([]);
    expect(all.lines.at(-1)?.message).toBe('cancelled already by the same event');
  });

  it('is followed anew by its id once it has ended', async () => {
    const all = await accepted('abc');
    all.end(ordered);
    await all.start('e1');
    expect(all.names()).toEqual([ordered, first]);
  });

  it('is followed all the same where nobody can tell what was accepted', async () => {
    const all = await accepted('abc');
    all.claims.list = async () => Promise.reject(new Error('AccessDenied'));
    await all.start('e1');
    expect(all.names()).toContain(first);
    expect(all.lines.find(({ level }) => level === 'error')?.message).toBe(
      'what was accepted could not be read',
    );
  });
});

describe('ids that differ in case only', () => {
  it('are one generation where they are UUIDs', async () => {
    const all = world();
    const id = 'ab12cd34-0000-4000-8000-0123456789ab';
    await all.start('e1', { ...job, generationId: id });
    await all.start('e2', { ...job, generationId: id.toUpperCase() });
    expect(all.names()).toHaveLength(1);
    await all.cancel('c1', { ...job, generationId: id.toUpperCase() });
    expect(await all.executions.describe(all.names()[0] ?? '')).toMatchObject({ running: false });
  });

  it('are two generations where the provider made them of letters that may count', async () => {
    const all = world();
    await all.start('e1', { ...job, generationId: 'aBcD' });
    await all.start('e2', { ...job, generationId: 'abcd' });
    expect(all.names()).toHaveLength(2);
  });
});

describe('a generation that is archived again for months', () => {
  const day = 86_400;

  it.each([
    [90, '2026-11-20T00:00:00.000Z'],
    [30, '2027-03-01T00:00:00.000Z'],
  ])(
    'is followed by one execution at a time, and cancelled, though names are forgotten after %i days',
    async (remembered, since) => {
      const all = world(since);
      const ended = new Map<string, number>();
      const forget = (): void => {
        for (const [name, at] of ended)
          if (all.clock.now() - at >= remembered * day * 1000) all.forget(name);
      };
      for (let time = 0; time < 400; time += 1) {
        forget();
        const before = new Set(all.names());
        await all.start(`e${time}`);
        const run = all.names().find((name) => !before.has(name)) ?? '';
        expect(run).not.toBe('');
        // It runs for a day and a half, while the next event comes.
        all.clock.advance(day);
        forget();
        const during = all.names().length;
        await all.start(`e${time}-repeated`);
        expect(all.names()).toHaveLength(during);
        await all.cancel(`c${time}`);
        expect(await all.executions.describe(run)).toMatchObject({ running: false });
        ended.set(run, all.clock.now());
        all.clock.advance(day / 2);
      }
      expect(all.events).toEqual([]);
    },
  );

  it('knows the same event again for two days, whatever period it is', async () => {
    for (let hour = 0; hour < 24 * 60; hour += 7) {
      const all = world(new Date(Date.parse('2027-01-20T00:00:00Z') + hour * 3.6e6).toISOString());
      await all.start('e1');
      all.end(all.names()[0] ?? '');
      all.clock.advance(30 * 3600);
      await all.start('e1');
      expect(all.names()).toHaveLength(1);
    }
  });

  it('looks a second period up in a small part of the time', () => {
    const from = Date.parse('2027-03-01T00:00:00Z');
    const times = Array.from({ length: 28 * 24 }, (_, hour) => from + hour * 3.6e6);
    const both = times.filter((time) => periodsAt(job, time).length > 1);
    expect(both.length / times.length).toBeCloseTo(2 / 28, 2);
  });

  it('has the names of before until there are periods', () => {
    expect(periodsAt(job, Date.parse('2026-12-31T23:59:59Z'))).toEqual([0]);
    expect(executionName(job, 1, 0)).toBe(first);
    expect(executionName(job, 1, 1)).not.toBe(first);
    expect(
      executionName({ provider: 'p'.repeat(32), generationId: 'x'.repeat(200) }, 200, 999).length,
    ).toBeLessThanOrEqual(80);
  });
});
