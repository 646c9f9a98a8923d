import { describe, expect, it } from 'vitest';
import { rejectedDetailSchema } from '../../lambdas/contract/results.ts';
import { createIntake } from '../../lambdas/handlers/intake.ts';
import { keptEvents, keptLog, keptMeasurements } from '../support/fake-world.ts';
import { virtualClock } from '../support/virtual-clock.ts';
import { hostileTriggers } from '../fixtures/triggers/hostile.ts';

/** Largest entry of PutEvents (Amazon EventBridge User Guide, "PutEvents entry size"), in bytes. */
const maxEventBytes = 262_144;

const gamma = { baseUrl: 'https://api.example.com', timeoutMinutes: 60, checkIntervalSeconds: 5, firstCheckSeconds: 25, checkWindowSeconds: 0 };

const stop = async () => Promise.reject(new Error('nothing may be stopped'));

/** Intake over a world in which nothing may be started. */
const take = async (event: unknown) => {
  const { bus, events } = keptEvents();
  const { log, lines } = keptLog();
  const { measure } = keptMeasurements();
  const started: string[] = [];
  const start = async (name: string) => {
    started.push(name);
    return 'started' as const;
  };
  const executions = { start, describe: async () => undefined, lastState: async () => undefined, stop };
  await createIntake({ settings: { gamma }, bus, executions, clock: virtualClock(), log, measure, executionArn: (name) => name })(event);
  return { events, lines, started };
};

const envelope = { id: 'event-1', source: 'a-back-end', 'detail-type': 'Generation Started', time: '2026-11-20T10:00:00Z' };

describe('a hostile trigger', () => {
  it('comes in more than 300 forms, each another', () => {
    expect(hostileTriggers.length).toBeGreaterThan(300);
  });

  it.each(hostileTriggers)('is rejected by its field and starts nothing: $name', async ({ detail, field }) => {
    const { events, lines, started } = await take({ ...envelope, detail });
    expect(started).toEqual([]);
    expect(events.map(({ detailType }) => detailType)).toEqual(['Generation Rejected']);
    const rejection = rejectedDetailSchema.strict().parse(events[0]?.detail);
    expect(rejection.error.problems.map((problem) => problem.field)).toContain(field);
    expect(rejection.trigger).toEqual({ id: 'event-1', source: 'a-back-end', time: '2026-11-20T10:00:00Z' });
    expect(Buffer.byteLength(JSON.stringify(rejection))).toBeLessThan(maxEventBytes);
    expect(Buffer.byteLength(JSON.stringify(lines))).toBeLessThan(10_000);
  });

  it.each([
    ['nothing', undefined],
    ['null', null],
    ['a text', 'Generation Started'],
    ['a list', [envelope]],
    ['an empty object', {}],
    ['an envelope without a detail', envelope],
    ['an envelope of wrong types', { id: 7, source: ['x'], time: {}, detail: 7 }],
    ['an envelope with endless texts', { id: 'x'.repeat(100_000), source: 'y'.repeat(100_000), time: 'z'.repeat(50_000), detail: {} }],
    ['an envelope with another time', { ...envelope, time: 'yesterday', detail: {} }],
  ])('is rejected where the event is %s', async (_, event) => {
    const { events, started } = await take(event);
    expect(started).toEqual([]);
    expect(events.map(({ detailType }) => detailType)).toEqual(['Generation Rejected']);
    expect(Buffer.byteLength(JSON.stringify(rejectedDetailSchema.strict().parse(events[0]?.detail)))).toBeLessThan(10_000);
  });

  it('is accepted once nothing is wrong with it, so that the refusals above mean something', async () => {
    const { events, started } = await take({ ...envelope, detail: { provider: 'gamma', generationId: 'gen-1' } });
    expect(events).toEqual([]);
    expect(started).toHaveLength(1);
  });
});
