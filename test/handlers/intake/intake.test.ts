import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { ProviderSettings } from '../../../lambdas/contract/environment.ts';
import { rejectedDetailSchema } from '../../../lambdas/contract/results.ts';
import { executionInputSchema, freshMemory } from '../../../lambdas/contract/state.ts';
import { executionName } from '../../../lambdas/handlers/intake/execution-names.ts';
import { createIntake } from '../../../lambdas/handlers/intake/intake.ts';
import { fakeExecutions, keptEvents, keptLog, keptMeasurements } from '../../support/fake-world.ts';
import { virtualClock } from '../../support/virtual-clock.ts';

const settings: Record<string, ProviderSettings> = {
  gamma: {
    baseUrl: 'https://gamma.test',
    timeoutMinutes: 60,
    firstCheckSeconds: 20,
    checkIntervalSeconds: 5,
  },
  duomi: {
    baseUrl: 'https://duomi.test',
    timeoutMinutes: 30,
    firstCheckSeconds: 3,
    checkIntervalSeconds: 3,
    firstLook: true,
  },
};

const gammaJob = { provider: 'gamma', generationId: 'abc' };
const first = executionName(gammaJob, 1);
const second = executionName(gammaJob, 2);

const intakeAt = (start = '2026-11-20T10:00:00.000Z') => {
  const world = { ...keptEvents(), ...fakeExecutions(), ...keptLog(), ...keptMeasurements() };
  const intake = createIntake({
    ...world,
    settings,
    clock: virtualClock(start),
    executionArn: (name) => `arn:${name}`,
  });
  return { ...world, intake };
};

const event = (id: string, detail: unknown, changes: object = {}) => ({
  id,
  source: 'my.app',
  time: '2026-11-20T10:00:00Z',
  'detail-type': 'Generation Started',
  detail,
  ...changes,
});

describe('intake', () => {
  it('starts one execution with everything that the later steps need', async () => {
    const { intake, names, inputOf } = intakeAt();
    await intake(event('e1', { ...gammaJob, metadata: { customer: '42' } }));
    expect(names()).toEqual([first]);
    expect(executionInputSchema.parse(JSON.parse(inputOf(first) ?? ''))).toEqual({
      generation: {
        provider: 'gamma',
        generationId: 'abc',
        credential: 'default',
        refresh: false,
        metadata: { customer: '42' },
        requestedAt: '2026-11-20T10:00:00.000Z',
        deadline: '2026-11-20T11:00:00.000Z',
        eventId: 'e1',
      },
      poll: {
        next: 'wait',
        waitSeconds: 20,
        memory: {
          checks: 0,
          throttles: 0,
          slowdown: 1,
          failures: 0,
          refusals: 0,
          unknownStatuses: 0,
        },
      },
      copy: {},
    });
  });

  it.each([
    {
      name: "the provider's first check",
      detail: {},
      time: '2026-11-20T10:00:00Z',
      waitSeconds: 20,
    },
    {
      name: 'a part of what the caller expects',
      detail: { expectedSeconds: 100 },
      time: '2026-11-20T10:00:00Z',
      waitSeconds: 70,
    },
    {
      name: 'less when the event comes late',
      detail: {},
      time: '2026-11-20T09:59:58Z',
      waitSeconds: 18,
    },
    {
      name: 'in whole seconds, where little is left',
      detail: {},
      time: '2026-11-20T09:59:45.500Z',
      waitSeconds: 6,
    },
    {
      name: 'not at all, where a generation is looked at once',
      detail: { provider: 'duomi', expectedSeconds: 100 },
      time: '2026-11-20T10:00:00Z',
      waitSeconds: 0,
    },
    {
      name: 'not at all when it comes very late',
      detail: {},
      time: '2026-11-20T09:00:00Z',
      waitSeconds: 0,
    },
    {
      name: 'no longer than the deadline',
      detail: { expectedSeconds: 600, timeoutMinutes: 1 },
      time: '2026-11-20T10:00:00Z',
      waitSeconds: 60,
    },
    {
      name: 'as usual when the event claims to be from the future',
      detail: {},
      time: '2031-01-01T00:00:00Z',
      waitSeconds: 20,
    },
  ])('waits before the first check: $name', async ({ detail, time, waitSeconds }) => {
    const { intake, names, inputOf } = intakeAt();
    await intake(event('e1', { ...gammaJob, ...detail }, { time }));
    const { poll } = executionInputSchema.parse(JSON.parse(inputOf(names()[0] ?? '') ?? ''));
    expect(poll).toEqual({ next: 'wait', waitSeconds, memory: freshMemory });
  });

  it("counts the deadline from the event's own time, but never from the future", async () => {
    const late = intakeAt('2026-11-20T10:30:00.000Z');
    await late.intake(event('e1', gammaJob));
    expect(
      executionInputSchema.parse(JSON.parse(late.inputOf(first) ?? '')).generation.deadline,
    ).toBe('2026-11-20T11:00:00.000Z');

    const early = intakeAt();
    await early.intake(event('e1', gammaJob, { time: '2040-01-01T00:00:00Z' }));
    expect(
      executionInputSchema.parse(JSON.parse(early.inputOf(first) ?? '')).generation.deadline,
    ).toBe('2026-11-20T11:00:00.000Z');
  });

  it('does nothing for a second event while the first is being followed', async () => {
    const { intake, names, lines } = intakeAt();
    await intake(event('e1', gammaJob));
    await intake(event('e2', gammaJob));
    expect(names()).toEqual([first]);
    expect(lines.at(-1)?.message).toBe('already running');
  });

  it('does nothing for the same event delivered twice, running or ended', async () => {
    const { intake, names, end, lines } = intakeAt();
    await intake(event('e1', gammaJob));
    await intake(event('e1', gammaJob));
    end(first);
    await intake(event('e1', gammaJob));
    expect(names()).toEqual([first]);
    expect(lines.at(-1)?.message).toBe('same event again');
  });

  it('runs again under a new name for a new event after the end', async () => {
    const { intake, names, end } = intakeAt();
    await intake(event('e1', gammaJob));
    end(first);
    await intake(event('e2', gammaJob));
    await intake(event('e3', gammaJob));
    expect(names()).toEqual([first, second]);
    end(second);
    await intake(event('e2', gammaJob));
    expect(names()).toEqual([first, second]);
    await intake(event('e3', gammaJob));
    expect(names()).toEqual([first, second, executionName(gammaJob, 3)]);
  });

  it('gives two events at once one execution', async () => {
    const { intake, names } = intakeAt();
    await Promise.all([intake(event('e1', gammaJob)), intake(event('e2', gammaJob))]);
    expect(names()).toEqual([first]);
  });

  it('throws, so that the event is delivered again, where Step Functions does not know a taken name yet', async () => {
    const { intake, executions } = intakeAt();
    executions.start = async () => 'exists';
    await expect(intake(event('e1', gammaJob))).rejects.toThrow(
      'Step Functions does not know it yet',
    );
  });

  it('throws where Step Functions does not know a taken request yet: it may be another one', async () => {
    const { intake, executions } = intakeAt();
    executions.start = async () => 'exists';
    const request = {
      provider: 'gamma',
      requestId: 'order-7',
      request: { inputText: 'What it will cost' },
    };
    await expect(
      intake(event('e1', request, { 'detail-type': 'Generation Requested' })),
    ).rejects.toThrow('Step Functions does not know it yet');
  });

  it('throws where Step Functions cannot start it', async () => {
    const { intake, executions } = intakeAt();
    executions.start = async () => Promise.reject(new Error('ThrottlingException'));
    await expect(intake(event('e1', gammaJob))).rejects.toThrow('ThrottlingException');
  });

  it('gives up on a sender that loops', async () => {
    const { intake, executions } = intakeAt();
    executions.start = async () => 'exists';
    executions.describe = async () => ({ running: false, input: 'not even JSON' });
    await expect(intake(event('e1', gammaJob))).rejects.toThrow(
      'gamma/abc has been archived 200 times',
    );
  });

  it('answers an invalid trigger with every problem, and starts nothing', async () => {
    const { intake, names, events, measurements } = intakeAt();
    await intake(
      event('e1', {
        provider: 'acme',
        generationId: 'a b',
        credential: 'team',
        surprise: 1,
        metadata: { customer: '42' },
      }),
    );
    expect(names()).toEqual([]);
    expect(measurements).toEqual([{ RejectedTriggers: 1 }]);
    expect(events).toEqual([
      {
        detailType: 'Generation Rejected',
        detail: {
          version: '1',
          provider: 'acme',
          credential: 'team',
          metadata: { customer: '42' },
          error: {
            code: 'InvalidRequest',
            message:
              'the event was not accepted: provider: unknown provider "acme"; deployed: gamma, duomi; ' +
              'generationId: only letters, digits, ".", "_" and "-" are allowed; got "a b"; ' +
              'surprise: is not a field of this event; known: provider, generationId, credential, timeoutMinutes, expectedSeconds, exportAs, refresh, progress, folder, tags, metadata',
            problems: [
              { field: 'provider', message: 'unknown provider "acme"; deployed: gamma, duomi' },
              {
                field: 'generationId',
                message: 'only letters, digits, ".", "_" and "-" are allowed; got "a b"',
              },
              {
                field: 'surprise',
                message:
                  'is not a field of this event; known: provider, generationId, credential, timeoutMinutes, expectedSeconds, exportAs, refresh, progress, folder, tags, metadata',
              },
            ],
          },
          trigger: { id: 'e1', source: 'my.app', time: '2026-11-20T10:00:00Z' },
        },
      },
    ]);
  });

  const invalid = JSON.parse(
    readFileSync(new URL('../../fixtures/triggers/invalid.json', import.meta.url), 'utf8'),
  ) as { name: string; detail: unknown }[];

  it.each([...invalid, { name: 'an event that is no event', detail: undefined }])(
    'rejects in one event of the documented shape: $name',
    async ({ detail }) => {
      const { intake, names, events } = intakeAt();
      await intake(event('e1', detail));
      expect(names()).toEqual([]);
      expect(events.map(({ detailType }) => detailType)).toEqual(['Generation Rejected']);
      expect(rejectedDetailSchema.strict().safeParse(events[0]?.detail).error).toBeUndefined();
    },
  );

  it('rejects an event of a detail-type that it does not take, and names those that it does', async () => {
    const { intake, events, names } = intakeAt();
    await intake(event('e1', gammaJob, { 'detail-type': 'Generation Begun' }));
    expect(names()).toEqual([]);
    expect(events).toMatchObject([
      {
        detailType: 'Generation Rejected',
        detail: {
          ...gammaJob,
          error: {
            code: 'InvalidRequest',
            message: expect.stringContaining('known: Generation Started') as string,
          },
        },
      },
    ]);
  });

  it.each([null, undefined, 7, 'event', [], {}, { id: 5, time: 'noon', detail: gammaJob }])(
    'never crashes on an envelope such as %j',
    async (envelope) => {
      const { intake, events, names } = intakeAt();
      await intake(envelope);
      expect(events.length + names().length).toBe(1);
    },
  );
});

describe("an execution's name", () => {
  it('has at most the 80 characters of Step Functions, whatever the id and the run', () => {
    expect(
      executionName({ provider: 'p'.repeat(32), generationId: 'x'.repeat(200) }, 200).length,
    ).toBeLessThanOrEqual(80);
  });

  it('differs for ids that begin alike or differ by case', () => {
    const names = ['a'.repeat(60), `${'a'.repeat(60)}b`, 'abc', 'ABC'].map((generationId) =>
      executionName({ provider: 'gamma', generationId }, 1),
    );
    expect(new Set(names).size).toBe(4);
  });
});
