import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ProviderSettings } from '../../lambdas/contract/environment.ts';
import { rejectedDetailSchema } from '../../lambdas/contract/results.ts';
import { requestInputSchema } from '../../lambdas/contract/start-state.ts';
import { executionInputSchema } from '../../lambdas/contract/state.ts';
import type { TriggerDetailType } from '../../lambdas/contract/triggers.ts';
import {
  executionName,
  requestExecutionName,
} from '../../lambdas/handlers/intake/execution-names.ts';
import { createIntake } from '../../lambdas/handlers/intake/intake.ts';
import { createSendReply } from '../../lambdas/handlers/send-reply.ts';
import { providerNamed } from '../../lambdas/providers/registry.ts';
import {
  hostileCancels,
  hostileReplies,
  hostileRequests,
} from '../fixtures/triggers/hostile-others.ts';
import { hostileTriggers } from '../fixtures/triggers/hostile.ts';
import { anyDetail, askedQuestion, withKey } from '../support/any-trigger.ts';
import { fakeExecutions, keptEvents, keptLog, keptMeasurements } from '../support/fake-world.ts';
import { virtualClock } from '../support/virtual-clock.ts';

/** Largest entry of PutEvents (Amazon EventBridge User Guide, "PutEvents entry size"), in bytes. */
const maxEventBytes = 1_048_576;

const own: ProviderSettings = {
  baseUrl: 'https://api.example.com',
  timeoutMinutes: 60,
  checkIntervalSeconds: 5,
  firstCheckSeconds: 25,
};
const settings: Record<string, ProviderSettings> = {
  gamma: { ...own, exportFormats: ['pdf', 'pptx', 'png'] },
  chronicle: { ...own, takesReplies: true },
  duomi: own,
  perceptis: own,
  alai: own,
};

const envelope = {
  id: 'event-1',
  source: 'a-back-end',
  'detail-type': 'Generation Started',
  time: '2026-11-20T10:00:00Z',
};

const followed = executionName({ provider: 'gamma', generationId: 'gen-1' }, 1);
const requested = requestExecutionName({ provider: 'gamma', requestId: 'order-1' });

/**
 * Both functions that take triggers, over a world in which one generation is followed and one is to
 * be started.
 */
const world = async () => {
  const kept = {
    ...keptEvents(),
    ...fakeExecutions(),
    ...keptLog(),
    ...keptMeasurements(),
    clock: virtualClock(),
  };
  const intake = createIntake({ settings, ...kept, executionArn: (name) => name });
  const posted: unknown[] = [];
  const sendReply = createSendReply({
    ...kept,
    settings,
    registry: { providerNamed },
    ask: async () => ({
      status: {
        kind: 'awaitingInput',
        said: 'awaiting_input',
        question: askedQuestion,
        details: {},
      },
    }),
    post: async ({ request }) => {
      posted.push(request({ baseUrl: 'https://api.example.com', apiKey: 'x' }));
      return { outcome: { kind: 'accepted', answer: { status: 200, headers: {}, body: {} } } };
    },
    random: () => 0.5,
  });
  await intake({ ...envelope, id: 'e1', detail: { provider: 'gamma', generationId: 'gen-1' } });
  await intake({
    ...envelope,
    id: 'r1',
    'detail-type': 'Generation Requested',
    detail: { provider: 'gamma', requestId: 'order-1', request: { inputText: 'x' } },
  });
  kept.lines.splice(0);
  kept.measurements.splice(0);
  const take = async (event: unknown): Promise<void> => {
    await intake(event);
    if (
      typeof event === 'object' &&
      event !== null &&
      Reflect.get(event, 'detail-type') === 'Generation Reply'
    )
      await sendReply(event);
  };
  const isUntouched = async (): Promise<boolean> => {
    const found = await Promise.all(
      [followed, requested].map(async (name) => kept.executions.describe(name)),
    );
    return (
      kept.names().length === 2 &&
      found.every((one) => one?.running === true) &&
      posted.length === 0
    );
  };
  return { ...kept, take, isUntouched, posted };
};

const expectRejection = (events: readonly { detailType: string; detail: unknown }[]) => {
  expect(events.map(({ detailType }) => detailType)).toEqual(['Generation Rejected']);
  const rejection = rejectedDetailSchema.strict().parse(events[0]?.detail);
  expect(Buffer.byteLength(JSON.stringify(rejection))).toBeLessThan(maxEventBytes);
  return rejection;
};

const hostile: readonly (readonly [TriggerDetailType, typeof hostileTriggers, good: object])[] = [
  ['Generation Started', hostileTriggers, { provider: 'gamma', generationId: 'gen-2' }],
  [
    'Generation Requested',
    hostileRequests,
    { provider: 'gamma', requestId: 'order-2', request: { inputText: 'x' } },
  ],
  [
    'Generation Reply',
    hostileReplies,
    { provider: 'chronicle', generationId: 'gen-1', content: 'x' },
  ],
  ['Generation Cancel', hostileCancels, { provider: 'gamma', requestId: 'order-1' }],
];

describe.each(hostile)('a hostile %s', (detailType, triggers, good) => {
  it('comes in more than 180 forms, each another', () => {
    expect(triggers.length).toBeGreaterThan(180);
    expect(new Set(triggers.map(({ detail }) => detail)).size).toBeGreaterThan(180);
  });

  it.each(triggers)(
    'is rejected by its field and changes nothing: $name',
    async ({ detail, field }) => {
      const { events, lines, take, isUntouched } = await world();
      await take({ ...envelope, 'detail-type': detailType, detail });
      expect(await isUntouched()).toBe(true);
      const rejection = expectRejection(events);
      expect(rejection.error.problems.map((problem) => problem.field)).toContain(field);
      expect(rejection.trigger).toEqual({
        id: 'event-1',
        source: 'a-back-end',
        time: '2026-11-20T10:00:00Z',
      });
      expect(Buffer.byteLength(JSON.stringify(lines))).toBeLessThan(10_000);
    },
  );

  it('is accepted once nothing is wrong with it, so that the refusals above mean something', async () => {
    const { events, take, isUntouched } = await world();
    await take({ ...envelope, 'detail-type': detailType, detail: good });
    expect(events).toEqual([]);
    expect(await isUntouched()).toBe(false);
  });

  it('is rejected, or taken as a whole, whatever is in it, and never crashes', async () => {
    await fc.assert(
      fc.asyncProperty(anyDetail[detailType], async (detail) => {
        const { events, lines, take, isUntouched, names, inputOf, posted } = await world();
        await take({ ...envelope, 'detail-type': detailType, detail });
        expect(Buffer.byteLength(JSON.stringify(lines))).toBeLessThan(10_000);
        if (events.length > 0) {
          expectRejection(events);
          expect(await isUntouched()).toBe(true);
          return;
        }
        const input: unknown = JSON.parse(inputOf(names()[2] ?? '') ?? '{}');
        const {
          request,
          generationId,
          requestId,
          metadata = {},
          content,
          attachments,
        } = detail as Record<string, unknown>;
        if (detailType === 'Generation Requested')
          expect(requestInputSchema.parse(input)).toMatchObject({
            request,
            generation: { requestId, metadata },
          });
        if (detailType === 'Generation Started' && generationId !== 'gen-1')
          expect(executionInputSchema.parse(input)).toMatchObject({
            generation: { generationId, metadata },
          });
        if (detailType !== 'Generation Reply') return;
        const url = `https://api.example.com/api/v1/presentations/generate/${String(generationId)}/message`;
        expect(posted).toMatchObject([
          { url, post: attachments === undefined ? { content } : { content, attachments } },
        ]);
      }),
      { numRuns: 150 },
    );
  });

  it('does not tell an API key that stands in the wrong field', async () => {
    await fc.assert(
      fc.asyncProperty(withKey(good), async ({ detail, key }) => {
        const { events, lines, take, names } = await world();
        await take({ ...envelope, 'detail-type': detailType, detail });
        expect(JSON.stringify([events, lines, names()])).not.toContain(key.trim().slice(0, 12));
      }),
      { numRuns: 150 },
    );
  });
});

describe('an event that is none', () => {
  it.each([
    ['nothing', undefined],
    ['null', null],
    ['a text', 'Generation Started'],
    ['a list', [envelope]],
    ['an empty object', {}],
    ['an envelope without a detail', envelope],
    ['an envelope of wrong types', { id: 7, source: ['x'], time: {}, detail: 7 }],
    [
      'an envelope with endless texts',
      {
        id: 'x'.repeat(100_000),
        source: 'y'.repeat(100_000),
        time: 'z'.repeat(50_000),
        detail: {},
      },
    ],
    ['an envelope with another time', { ...envelope, time: 'yesterday', detail: {} }],
    [
      'an envelope of a detail-type that every object has',
      { ...envelope, 'detail-type': 'constructor', detail: {} },
    ],
  ])('is rejected where it is %s', async (_, event) => {
    const { events, take, isUntouched } = await world();
    await take(event);
    expect(await isUntouched()).toBe(true);
    expect(Buffer.byteLength(JSON.stringify(expectRejection(events)))).toBeLessThan(10_000);
  });
});
