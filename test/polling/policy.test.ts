import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { freshMemory, type PollMemory } from '../../lambdas/contract/state.ts';
import type { DecideInput } from '../../lambdas/polling/decision.ts';
import type { Pace } from '../../lambdas/polling/pace.ts';
import { decide } from '../../lambdas/polling/policy.ts';
import type { GenerationStatus, RateLimits, Report } from '../../lambdas/polling/status.ts';
import { aGeneration } from '../support/generation.ts';

interface Case {
  name: string;
  /** Seconds since the event. */
  elapsed: number;
  deadlineAfter?: number;
  /** Seconds from the event to the acceptance, where the archiver has started the generation. */
  acceptedAfter?: number;
  status: GenerationStatus;
  retryAfterSeconds?: number;
  answerSeconds?: number;
  rateLimits?: RateLimits;
  pace?: Pace;
  before?: Partial<PollMemory>;
  next: string;
  /** Smallest and largest wait, over every jitter. */
  seconds?: [number, number];
  /** `null`: not remembered. */
  memory?: Readonly<Record<string, unknown>>;
  detailType?: string;
  code?: string;
}

const cases = JSON.parse(
  readFileSync(new URL('../fixtures/polling/decisions.json', import.meta.url), 'utf8'),
) as Case[];
const gammaPace: Pace = { throttledSeconds: 30, lowBurst: { below: 100, intervalSeconds: 15 } };
const requestedAt = Date.parse('2026-11-20T10:00:00.000Z');
const at = (seconds: number): string => new Date(requestedAt + seconds * 1000).toISOString();
const almostOne = 1 - Number.EPSILON;

const inputOf = (testCase: Case, random: number): DecideInput => ({
  report: {
    status: testCase.status,
    ...(testCase.retryAfterSeconds === undefined
      ? {}
      : { retryAfterSeconds: testCase.retryAfterSeconds }),
    ...(testCase.rateLimits === undefined ? {} : { rateLimits: testCase.rateLimits }),
  },
  memory: { ...freshMemory, ...testCase.before },
  generation: aGeneration({
    deadline: at(testCase.deadlineAfter ?? 3600),
    ...(testCase.acceptedAfter === undefined ? {} : { acceptedAt: at(testCase.acceptedAfter) }),
  }),
  settings: { checkIntervalSeconds: 5 },
  pace: testCase.pace ?? gammaPace,
  now: requestedAt + testCase.elapsed * 1000,
  answerSeconds: testCase.answerSeconds ?? 0,
  random,
});

const askedFor = (question: string, memory: PollMemory) =>
  decide({
    ...inputOf(
      {
        name: '',
        elapsed: 40,
        next: '',
        status: { kind: 'awaitingInput', said: 'awaiting_input', question, details: {} },
      },
      0.5,
    ),
    memory,
  });

describe('the polling policy', () => {
  it.each(cases)('$name', (testCase) => {
    const earliest = decide(inputOf(testCase, 0));
    const latest = decide(inputOf(testCase, almostOne));
    expect(earliest.next).toBe(testCase.next);
    expect(earliest.memory).toMatchObject({
      checks: (testCase.before?.checks ?? 0) + 1,
      ...Object.fromEntries(
        Object.entries(testCase.memory ?? {}).map(([name, value]) => [name, value ?? undefined]),
      ),
    });

    if (testCase.seconds !== undefined) {
      if (!('seconds' in earliest) || !('seconds' in latest))
        throw new Error('no wait was decided');
      expect(earliest.seconds).toBeCloseTo(testCase.seconds[0], 5);
      expect(latest.seconds).toBeCloseTo(testCase.seconds[1], 5);
    }
    if (earliest.next === 'stop') {
      expect({ detailType: earliest.detailType, code: earliest.problem.code }).toEqual({
        detailType: testCase.detailType,
        code: testCase.code,
      });
    }
  });

  it('announces a question once, and the next question again', () => {
    const first = askedFor('Which audience?', freshMemory);
    const again = askedFor('Which audience?', first.memory);
    const second = askedFor('How many slides?', again.memory);
    expect([first.next, again.next, second.next]).toEqual([
      'announceInput',
      'wait',
      'announceInput',
    ]);
  });

  it('announces the same question again once the first was answered', () => {
    const first = askedFor('Shall I go on?', freshMemory);
    const working = decide({
      ...inputOf(
        { name: '', elapsed: 60, next: '', status: { kind: 'pending', said: 'generating' } },
        0.5,
      ),
      memory: first.memory,
    });
    expect([first.next, askedFor('Shall I go on?', working.memory).next]).toEqual([
      'announceInput',
      'announceInput',
    ]);
  });

  it('follows a generation at the pace of a new one once its question was answered, for ten answers', () => {
    const elapsed = 2400;
    const secondsAfter = (memory: PollMemory): number => {
      const back = decide({
        ...inputOf(
          { name: '', elapsed, next: '', status: { kind: 'pending', said: 'generating' } },
          0.5,
        ),
        memory,
      });
      const decision = decide({
        ...inputOf(
          {
            name: '',
            elapsed: elapsed + 5,
            next: '',
            status: { kind: 'pending', said: 'generating' },
          },
          0.5,
        ),
        memory: back.memory,
      });
      return decision.next === 'wait' ? decision.seconds : Number.NaN;
    };
    const asked = askedFor('Who is it for?', freshMemory).memory;
    expect(secondsAfter(freshMemory)).toBeGreaterThan(15);
    expect(secondsAfter(asked)).toBeLessThan(6);
    expect(secondsAfter({ ...asked, answers: 10 })).toBeGreaterThan(15);
  });

  it('says in a time-out what the provider said last and what to do', () => {
    const decision = decide(
      inputOf(
        { name: '', elapsed: 3600, next: '', status: { kind: 'pending', said: 'pending' } },
        0.5,
      ),
    );
    expect(decision).toMatchObject({
      problem: {
        message:
          'not archived by the deadline 2026-11-20T11:00:00.000Z (after 1 check); last: the provider said "pending". Send "Generation Started" with its id to follow it further',
      },
    });
  });

  it('checks at the documented interval for three minutes, however short it is, also with a forecast', () => {
    const testCase: Case = {
      name: '',
      elapsed: 170,
      next: '',
      status: { kind: 'pending', said: 'processing', progress: 0.99 },
    };
    const before = { firstProgress: { progress: 0.1, at: at(20) } };
    const decision = decide({
      ...inputOf({ ...testCase, before }, almostOne),
      settings: { checkIntervalSeconds: 1 },
    });
    expect(decision).toMatchObject({ seconds: expect.closeTo(1) as unknown });
    const withoutForecast = {
      ...inputOf({ ...testCase, status: { kind: 'pending', said: 'pending' } }, almostOne),
      settings: { checkIntervalSeconds: 1 },
    };
    expect(decide(withoutForecast)).toMatchObject({ seconds: expect.closeTo(1) as unknown });
  });

  it('measures progress from the first report above 0, and forgets that a check was held back', () => {
    const before = { heldBack: true };
    const { memory } = decide(
      inputOf(
        {
          name: '',
          elapsed: 40,
          before,
          next: '',
          status: { kind: 'pending', said: 'queued', progress: 0 },
        },
        0.5,
      ),
    );
    expect([memory.progress, memory.firstProgress, memory.heldBack]).toEqual([
      0,
      undefined,
      undefined,
    ]);
  });

  it('gives a provider that went back to pending the whole grace for a late file again', () => {
    const before = { exportPendingSince: '2026-11-20T10:01:30.000Z' };
    const back = decide(
      inputOf(
        { name: '', elapsed: 100, before, next: '', status: { kind: 'pending', said: 'pending' } },
        0.5,
      ),
    );
    expect(back.memory.exportPendingSince).toBeUndefined();
  });
});

const statuses: fc.Arbitrary<GenerationStatus> = fc.constantFrom<GenerationStatus>(
  { kind: 'pending', said: 'pending' },
  { kind: 'pending', said: 'processing', progress: 0.3 },
  { kind: 'pending', said: 'processing', progress: 1 },
  { kind: 'pending', said: 'dreaming', unknownStatus: true },
  { kind: 'awaitingInput', said: 'awaiting_input', question: 'Which audience?', details: {} },
  { kind: 'exportPending', said: 'completed', details: {}, remedy: 'set exportAs' },
  { kind: 'ready', said: 'completed', partial: false, exports: [], document: {}, details: {} },
  { kind: 'failed', said: 'failed', message: 'failed', details: {} },
  { kind: 'notFound', message: 'unknown' },
  { kind: 'refused', code: 'Unauthorized', message: 'refused' },
  { kind: 'throttled', message: '429' },
  { kind: 'unavailable', code: 'ProviderUnavailable', message: '503' },
);

const budget = fc.record({
  limit: fc.nat(200_000),
  remaining: fc.integer({ min: -5, max: 200_000 }),
});

const reports: fc.Arbitrary<Report> = fc.record(
  {
    status: statuses,
    retryAfterSeconds: fc.nat(90_000),
    rateLimits: fc.record({ burst: budget, hourly: budget, daily: budget }, { requiredKeys: [] }),
  },
  { requiredKeys: ['status'] },
);

/** A moment before or after the check. */
const moments = fc.integer({ min: -600, max: 90_000 }).map(at);

const inputs: fc.Arbitrary<DecideInput> = fc.record({
  report: reports,
  memory: fc.record(
    {
      checks: fc.nat(10_000),
      throttles: fc.nat(2000),
      slowdown: fc.double({ min: 1, max: 64, noNaN: true }),
      failures: fc.nat(2000),
      refusals: fc.nat(3),
      refusedSince: moments,
      notFoundSince: moments,
      said: fc.constant('pending'),
      unknownStatuses: fc.nat(10),
      firstProgress: fc.record({
        progress: fc.double({ min: 0, max: 1, noNaN: true }),
        at: moments,
      }),
      budgets: fc.record(
        {
          at: moments,
          stretch: fc.double({ min: 1, max: 180, noNaN: true }),
          burst: fc.nat(200_000),
          hourly: fc.nat(200_000),
          daily: fc.nat(200_000),
        },
        { requiredKeys: ['at', 'stretch'] },
      ),
    },
    {
      requiredKeys: ['checks', 'throttles', 'slowdown', 'failures', 'refusals', 'unknownStatuses'],
    },
  ),
  generation: fc
    .integer({ min: 1, max: 1440 })
    .map((minutes) => aGeneration({ deadline: at(minutes * 60) })),
  settings: fc.record({ checkIntervalSeconds: fc.double({ min: 1, max: 3600, noNaN: true }) }),
  pace: fc.constantFrom<Pace>(gammaPace, {}),
  now: fc.integer({ min: -600, max: 90_000 }).map((seconds) => requestedAt + seconds * 1000),
  random: fc.double({ min: 0, max: almostOne, noNaN: true }),
});

describe('every decision', () => {
  it('waits a number of seconds that is not negative, not past the deadline, and not below Retry-After before it', () => {
    fc.assert(
      fc.property(inputs, (input) => {
        const decision = decide(input);
        if (!('seconds' in decision)) return;
        const untilDeadline = (Date.parse(input.generation.deadline) - input.now) / 1000;
        expect(decision.seconds).toBeGreaterThanOrEqual(0);
        expect(decision.seconds).toBeLessThanOrEqual(untilDeadline);
        expect(decision.seconds).toBeGreaterThanOrEqual(
          Math.min(input.report.retryAfterSeconds ?? 0, untilDeadline),
        );
      }),
      { numRuns: 2000 },
    );
  });

  it('never waits at or past the deadline', () => {
    fc.assert(
      fc.property(inputs, (input) => {
        const late = {
          ...input,
          now: Date.parse(input.generation.deadline) + Math.abs(input.now % 100_000),
        };
        expect(['copy', 'stop']).toContain(decide(late).next);
      }),
    );
  });

  it('never ends a job for trouble at the provider before its deadline', () => {
    const trouble = new Set(['pending', 'throttled', 'unavailable', 'awaitingInput']);
    fc.assert(
      fc.property(inputs, (input) => {
        fc.pre(
          trouble.has(input.report.status.kind) &&
            input.now < Date.parse(input.generation.deadline),
        );
        expect(['wait', 'announceInput']).toContain(decide(input).next);
      }),
    );
  });

  it('never asks a key again more often than the documented interval while the provider works, but for jitter', () => {
    fc.assert(
      fc.property(inputs, (input) => {
        const { report, settings, generation, now } = input;
        const decision = decide(input);
        const untilDeadline = (Date.parse(generation.deadline) - now) / 1000;
        fc.pre(
          report.status.kind === 'pending' &&
            'seconds' in decision &&
            decision.seconds < untilDeadline,
        );
        if (!('seconds' in decision)) return;
        expect(decision.seconds).toBeGreaterThanOrEqual(
          Math.min(settings.checkIntervalSeconds, 900) * 0.9 - 1e-9,
        );
      }),
    );
  });

  it('counts the time of the answer into the interval, and leaves at least half of it as a pause', () => {
    fc.assert(
      fc.property(inputs, fc.double({ min: 0, max: 60, noNaN: true }), (input, answerSeconds) => {
        fc.pre(
          input.report.status.kind === 'pending' && input.report.retryAfterSeconds === undefined,
        );
        const atOnce = decide(input);
        const late = decide({ ...input, answerSeconds });
        if (!('seconds' in atOnce) || !('seconds' in late)) return;
        expect(late.seconds).toBeLessThanOrEqual(atOnce.seconds);
        expect(late.seconds).toBeGreaterThanOrEqual(
          Math.max(atOnce.seconds - answerSeconds, atOnce.seconds / 2) - 1e-9,
        );
      }),
    );
  });

  it('never stretches its own pauses beyond a quarter of an hour while the provider works', () => {
    fc.assert(
      fc.property(inputs, (input) => {
        fc.pre(
          input.report.status.kind === 'pending' && input.report.retryAfterSeconds === undefined,
        );
        const decision = decide(input);
        if (!('seconds' in decision)) return;
        expect(decision.seconds).toBeLessThanOrEqual(900);
      }),
    );
  });

  it('never ends a job for one refusal or one 404 after a good answer', () => {
    fc.assert(
      fc.property(inputs, (input) => {
        const { refusedSince: _, notFoundSince: __, ...memory } = input.memory;
        const { kind } = input.report.status;
        fc.pre(
          (kind === 'refused' || kind === 'notFound') &&
            input.now < Date.parse(input.generation.deadline),
        );
        expect(decide({ ...input, memory: { ...memory, said: 'pending' } }).next).toBe('wait');
      }),
    );
  });

  it('is the same for the same input', () => {
    fc.assert(
      fc.property(inputs, (input) => {
        expect(decide(input)).toEqual(decide(structuredClone(input)));
      }),
    );
  });
});
