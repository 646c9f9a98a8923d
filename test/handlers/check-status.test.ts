import { describe, expect, it } from 'vitest';
import type { ProviderSettings } from '../../lambdas/contract/environment.ts';
import { resultSchema } from '../../lambdas/contract/results.ts';
import {
  freshMemory,
  pollSchema,
  type Poll,
  type PollMemory,
} from '../../lambdas/contract/state.ts';
import { createCheckStatus } from '../../lambdas/handlers/check-status.ts';
import { questionIdOf } from '../../lambdas/polling/question.ts';
import type { GenerationStatus, Report } from '../../lambdas/polling/status.ts';
import { builtIn } from '../../lambdas/providers/registry.ts';
import { keptLog, keptMeasurements } from '../support/fake-world.ts';
import { aGeneration } from '../support/generation.ts';
import { virtualClock } from '../support/virtual-clock.ts';

const execution = 'arn:aws:states:eu-west-1:111122223333:execution:Archiver:gamma-1';
const gamma: ProviderSettings = {
  baseUrl: 'https://gamma.test',
  timeoutMinutes: 60,
  firstCheckSeconds: 20,
  checkIntervalSeconds: 5,
};

const pending: GenerationStatus = { kind: 'pending', said: 'pending' };
const ready = {
  kind: 'ready',
  said: 'completed',
  partial: false,
  exports: [],
  document: {},
  details: {},
} as const satisfies GenerationStatus;
const doneAt = (completedAt: string): GenerationStatus => ({ ...ready, completedAt });
const refused: GenerationStatus = {
  kind: 'refused',
  code: 'Unauthorized',
  message: 'Gamma answered 401: invalid API key',
};

interface RunOptions {
  readonly memory?: Partial<PollMemory>;
  readonly generation?: object;
  /** Seconds before the first check at which the checks machine was called; absent: never. */
  readonly calledSecondsAgo?: number;
  /** The same as a time. */
  readonly calledAt?: string;
  /** Seconds before a check at which it was due; absent: its definition does not tell. */
  readonly dueSecondsAgo?: number;
  readonly random?: () => number;
}

/** Checks, waits as the machine does, and checks again, until there is something to tell. */
const run = async (answers: (GenerationStatus | Report)[], options: RunOptions = {}) => {
  const clock = virtualClock('2026-11-20T10:00:20.000Z');
  const freshReads: boolean[] = [];
  const { log, lines } = keptLog();
  const { measure, measurements } = keptMeasurements();
  const left = [...answers];
  // The longest pause unless told otherwise: no jitter below the interval.
  const { calledSecondsAgo, dueSecondsAgo, random = () => 1 - Number.EPSILON } = options;
  const check = createCheckStatus({
    registry: builtIn,
    ask: async (_, fresh) => {
      freshReads.push(fresh);
      const answer = left.shift();
      if (answer === undefined) throw new Error('one check too many');
      return 'status' in answer ? answer : { status: answer };
    },
    settings: { gamma },
    clock,
    random,
    log,
    measure,
  });
  const generation = aGeneration(options.generation);
  const calledAt =
    calledSecondsAgo === undefined
      ? { calledAt: options.calledAt }
      : { calledAt: new Date(clock.now() - calledSecondsAgo * 1000).toISOString() };
  const waits: number[] = [];
  const checkOnce = async (memory: PollMemory): Promise<Poll> =>
    pollSchema.parse(
      await check({
        generation,
        poll: { next: 'wait', waitSeconds: 20, memory },
        execution,
        ...calledAt,
        ...(dueSecondsAgo === undefined
          ? {}
          : { dueAt: new Date(clock.now() - dueSecondsAgo * 1000).toISOString() }),
      }),
    );
  let poll = await checkOnce({ ...freshMemory, ...options.memory });
  while (poll.next === 'wait' && left.length > 0) {
    waits.push(poll.waitSeconds);
    await clock.sleep(poll.waitSeconds * 1000);
    poll = await checkOnce(poll.memory);
  }
  const slept = clock.slept.length - waits.length;
  return { poll, waits, slept, freshReads, lines, measurements };
};

describe('a status check', () => {
  it('is one request, sleeps nowhere, and hands over as soon as the deck is ready', async () => {
    const { poll, waits, slept } = await run([pending, pending, ready]);
    expect([waits, slept]).toEqual([[5, 5], 0]);
    expect(poll).toMatchObject({
      next: 'copy',
      waitSeconds: 0,
      memory: { checks: 3, said: 'completed', detectedAt: '2026-11-20T10:00:30.000Z' },
    });
    expect(poll.result).toBeUndefined();
  });

  it('waits whole seconds that come to the decided interval on average', async () => {
    const draws = Array.from({ length: 50 }, (_, index) => (index + 0.5) / 50);
    const waits = await Promise.all(
      draws.flatMap((jitter) =>
        draws.map(async (rounding) => {
          const drawn = [jitter, rounding];
          const { poll } = await run([pending], { random: () => drawn.shift() ?? 0 });
          return poll.waitSeconds;
        }),
      ),
    );
    expect(new Set(waits)).toEqual(new Set([4, 5]));
    const mean = waits.reduce((sum, wait) => sum + wait, 0) / waits.length;
    expect(mean).toBeCloseTo(4.75, 1);
  });

  it("never undercuts the provider's Retry-After by a fraction of a second", async () => {
    for (const random of [0, 0.3, 0.7]) {
      const { poll } = await run([{ status: pending, retryAfterSeconds: 8.5 }], {
        random: () => random,
      });
      expect(poll).toMatchObject({ next: 'wait' });
      expect(poll.waitSeconds).toBeGreaterThanOrEqual(9);
    }
  });

  it('goes on in the checks machine while its time lasts, then in the next call of it', async () => {
    expect((await run([pending], { calledSecondsAgo: 240 })).poll).toMatchObject({
      next: 'wait',
      waitSeconds: 5,
    });
    expect((await run([pending], { calledSecondsAgo: 248 })).poll).toMatchObject({
      next: 'goOn',
      waitSeconds: 5,
    });
  });

  it('goes on there for longer where the check was smooth', async () => {
    const calledSecondsAgo = 278;
    for (const [dueSecondsAgo, next] of [
      [0.2, 'wait'],
      [5, 'goOn'],
    ] as const)
      expect((await run([pending], { calledSecondsAgo, dueSecondsAgo })).poll.next).toBe(next);
    const failed = await run(
      [{ kind: 'unavailable', code: 'ProviderUnavailable', message: 'answered 503' }],
      {
        calledSecondsAgo,
        dueSecondsAgo: 0.2,
      },
    );
    expect(failed.poll.next).toBe('goOn');
  });

  it('takes the times of an engine that tells them with an offset', async () => {
    const { poll } = await run([pending], { calledAt: '2026-11-20T12:00:19.000+02:00' });
    expect(poll.next).toBe('wait');
  });

  it('leaves a long wait to the generation machine', async () => {
    const { poll } = await run([{ status: pending, retryAfterSeconds: 80 }], {
      calledSecondsAgo: 1,
    });
    expect(poll).toMatchObject({ next: 'pause', waitSeconds: 0, pauseSeconds: 82 });
  });

  it('answers as it always did where one machine has all states', async () => {
    const { poll } = await run([{ status: pending, retryAfterSeconds: 80 }]);
    expect(poll).toMatchObject({ next: 'wait', waitSeconds: 82 });
    expect(poll.pauseSeconds).toBeUndefined();
  });

  it('goes on from what the checks before it remembered', async () => {
    const { poll } = await run([{ kind: 'throttled', message: 'Gamma answered 429' }], {
      memory: { checks: 7, throttles: 1, slowdown: 2 },
    });
    expect(poll).toMatchObject({ next: 'wait', memory: { checks: 8, throttles: 2, slowdown: 32 } });
    expect(poll.waitSeconds).toBeGreaterThanOrEqual(60);
  });

  it('reads the secret afresh after a refusal, and gives up on the second', async () => {
    const { poll, freshReads } = await run([refused, refused]);
    expect(freshReads).toEqual([false, true]);
    expect(poll).toMatchObject({
      next: 'stop',
      result: {
        detailType: 'Generation Not Archived',
        detail: { error: { code: 'Unauthorized' } },
      },
    });
  });

  it('survives a key that is rotated', async () => {
    const { poll, freshReads } = await run([refused, ready]);
    expect(freshReads).toEqual([false, true]);
    expect(poll.next).toBe('copy');
  });

  it('reads the secret afresh also where the refusal came in an earlier invocation', async () => {
    const { freshReads } = await run([ready], { memory: { refusals: 1 } });
    expect(freshReads).toEqual([true]);
  });

  it('announces a question with the whole result', async () => {
    const question: GenerationStatus = {
      kind: 'awaitingInput',
      said: 'awaiting_input',
      question: 'Which audience?',
      details: { message: 'Which audience?' },
    };
    const { poll } = await run([question]);
    expect(poll).toMatchObject({ next: 'announceInput', waitSeconds: 5 });
    expect(resultSchema.parse(poll.result)).toEqual({
      detailType: 'Generation Awaiting Input',
      detail: {
        version: '1',
        provider: 'gamma',
        generationId: 'gen-1',
        credential: 'default',
        metadata: { customer: '42' },
        generation: { message: 'Which audience?' },
        questionId: questionIdOf('Which audience?'),
        timing: {
          requestedAt: '2026-11-20T10:00:00.000Z',
          endedAt: '2026-11-20T10:00:20.000Z',
          checks: 1,
        },
        execution,
      },
    });
  });

  it('stops with the whole result when the provider gave up', async () => {
    const failed: GenerationStatus = {
      kind: 'failed',
      said: 'failed',
      message: 'Failed to write it',
      details: { credits: { deducted: 0, remaining: 9 } },
    };
    const { poll } = await run([pending, failed]);
    expect(resultSchema.parse(poll.result)).toEqual({
      detailType: 'Generation Failed',
      detail: {
        version: '1',
        provider: 'gamma',
        generationId: 'gen-1',
        credential: 'default',
        metadata: { customer: '42' },
        generation: { credits: { deducted: 0, remaining: 9 } },
        error: { code: 'GenerationFailed', message: 'Failed to write it' },
        timing: {
          requestedAt: '2026-11-20T10:00:00.000Z',
          detectedAt: '2026-11-20T10:00:25.000Z',
          endedAt: '2026-11-20T10:00:25.000Z',
          checks: 2,
        },
        execution,
      },
    });
  });

  it('looks once more at the deadline and then times out', async () => {
    const { poll, waits } = await run([pending, pending], {
      generation: { deadline: '2026-11-20T10:00:22.500Z' },
    });
    expect(waits).toEqual([3]);
    expect(poll).toMatchObject({
      next: 'stop',
      result: {
        detailType: 'Generation Timed Out',
        detail: { error: { code: 'DeadlineExceeded' } },
      },
    });
  });

  it('logs what is news, and warns of a word that the provider does not document', async () => {
    const { lines } = await run([
      pending,
      pending,
      { kind: 'pending', said: 'polishing', unknownStatus: true },
      { kind: 'pending', said: 'polishing', unknownStatus: true },
      { kind: 'unavailable', code: 'ProviderUnavailable', message: 'Gamma answered 503' },
      { kind: 'unavailable', code: 'ProviderUnavailable', message: 'Gamma answered 503' },
      pending,
      pending,
      ready,
    ]);
    expect(
      lines.map(({ level, message, fields }) => [level, message, fields['said'] ?? fields['kind']]),
    ).toEqual([
      ['info', 'checked', 'pending'],
      ['warn', 'unknown status, taken as pending', 'polishing'],
      ['info', 'checked', 'unavailable'],
      ['info', 'checked', 'pending'],
      ['info', 'checked', 'completed'],
    ]);
    expect(new Set(lines.map(({ fields }) => fields['generationId']))).toEqual(new Set(['gen-1']));
  });

  it('refuses a provider that is not deployed with it', async () => {
    await expect(run([ready], { generation: { provider: 'duomi' } })).rejects.toThrow(
      "provider 'duomi' is not deployed with this function",
    );
  });

  it('measures good answers in one line, with the number of checks at the end', async () => {
    const failed: GenerationStatus = {
      kind: 'failed',
      said: 'failed',
      message: 'Failed to write it',
      details: {},
    };
    const { measurements } = await run([pending, pending, failed], { memory: { checks: 4 } });
    expect(measurements).toEqual([
      { provider: 'gamma', UnusableAnswers: [0, 0, 0], ChecksPerGeneration: 7 },
    ]);
  });

  it('measures trouble at once, with the good answers before it', async () => {
    const throttled: GenerationStatus = { kind: 'throttled', message: 'Gamma answered 429' };
    const polishing: GenerationStatus = { kind: 'pending', said: 'polishing', unknownStatus: true };
    expect((await run([polishing])).measurements).toEqual([
      { provider: 'gamma', UnusableAnswers: [0], UnknownStatuses: 1 },
    ]);
    expect((await run([pending, throttled])).measurements).toEqual([
      { provider: 'gamma', UnusableAnswers: [0, 1], Throttles: 1 },
    ]);
  });

  it('counts a refused key among the unusable answers, and a provider that is down as one that may come back', async () => {
    expect((await run([refused, refused])).measurements).toEqual([
      { provider: 'gamma', UnusableAnswers: [1] },
      { provider: 'gamma', UnusableAnswers: [1], ChecksPerGeneration: 2 },
    ]);
    const down: GenerationStatus = {
      kind: 'unavailable',
      code: 'ProviderUnavailable',
      message: 'Gamma answered 503',
    };
    const { measurements } = await run([down]);
    expect(measurements).toEqual([
      { provider: 'gamma', UnusableAnswers: [1], TransientFailures: 1 },
    ]);
  });

  it('writes good answers once a minute, whatever generation they are about', async () => {
    const { measurements } = await run([...Array.from({ length: 14 }, () => pending), ready]);
    expect(measurements).toEqual([
      { provider: 'gamma', UnusableAnswers: Array.from({ length: 13 }, () => 0) },
      { provider: 'gamma', UnusableAnswers: [0, 0], ChecksPerGeneration: 15 },
    ]);
  });

  it('measures how late it found the deck where the provider tells when it was done, never less than nothing', async () => {
    expect((await run([pending, doneAt('2026-11-20T10:00:21.500Z')])).measurements).toMatchObject([
      { DetectionLag: 3.5 },
    ]);
    expect((await run([doneAt('2026-11-20T10:00:25.000Z')])).measurements).toMatchObject([
      { DetectionLag: 0 },
    ]);
  });

  it('is counted as overdue where it begins half an hour after the deadline', async () => {
    const { measurements } = await run([ready], {
      generation: { deadline: '2026-11-20T09:30:19.000Z' },
    });
    expect(measurements[0]).toEqual({ OverdueSteps: 1 });
    const { measurements: inTime } = await run([ready], {
      generation: { deadline: '2026-11-20T09:30:20.000Z' },
    });
    expect(inTime).not.toContainEqual({ OverdueSteps: 1 });
  });
});

/**
 * Generations that the same execution environment checks one after the other; `answers` is what the
 * provider says to each request.
 */
const environment = (answers: GenerationStatus[]) => {
  const clock = virtualClock('2026-11-20T10:00:20.000Z');
  const { log, lines } = keptLog();
  const left = [...answers];
  const check = createCheckStatus({
    registry: builtIn,
    ask: async () => {
      const status = left.shift();
      if (status === undefined) throw new Error('one check too many');
      return { status };
    },
    settings: { gamma: { ...gamma } },
    clock,
    random: () => 0,
    log,
    measure: () => undefined,
  });
  const checkOf = async (
    generationId: string,
    changes: { credential?: string; memory?: PollMemory; deadline?: string } = {},
  ) => {
    const { memory = freshMemory, ...ofGeneration } = changes;
    return pollSchema.parse(
      await check({
        generation: aGeneration({ generationId, ...ofGeneration }),
        poll: { next: 'wait', waitSeconds: 0, memory },
        execution,
      }),
    );
  };
  return { checkOf, clock, lines, asked: () => answers.length - left.length };
};

const throttled: GenerationStatus = { kind: 'throttled', message: 'Gamma answered 429' };

describe('an execution environment that has seen a 429', () => {
  it("puts the next generation's check on that key off until the pause is over, once", async () => {
    const { checkOf, clock, lines, asked } = environment([throttled, pending]);
    await checkOf('g-1');
    await clock.sleep(10_000);
    const second = await checkOf('g-2');
    expect(second).toMatchObject({
      next: 'wait',
      waitSeconds: 20,
      memory: { checks: 0, heldBack: true },
    });
    expect([asked(), lines.at(-1)?.message]).toEqual([
      1,
      'put off: the key was throttled a moment ago',
    ]);

    const again = await checkOf('g-2', { memory: second.memory });
    expect(again.memory).toMatchObject({ checks: 1, said: 'pending' });
    expect(again.memory.heldBack).toBeUndefined();
    expect(asked()).toBe(2);
  });

  it('asks as slowly as the refused generation goes on, and forgets half of that in a quarter of an hour', async () => {
    const { checkOf, clock } = environment([throttled, pending, pending]);
    expect((await checkOf('g-1')).memory.slowdown).toBe(16);
    await clock.sleep(900_000);
    expect((await checkOf('g-2')).memory.slowdown).toBeCloseTo(8.5 * 0.96);
    await clock.sleep(900_000);
    expect((await checkOf('g-3')).memory.slowdown).toBeCloseTo(4.75 * 0.96);
  });

  it('leaves other keys alone', async () => {
    const { checkOf } = environment([throttled, pending]);
    await checkOf('g-1');
    expect((await checkOf('g-2', { credential: 'other' })).memory).toMatchObject({
      checks: 1,
      slowdown: 1,
    });
  });

  it('checks at the deadline all the same', async () => {
    const { checkOf, clock } = environment([throttled, pending]);
    await checkOf('g-1');
    const deadline = new Date(clock.now() + 5000).toISOString();
    const held = await checkOf('g-2', { deadline });
    expect(held.waitSeconds).toBe(5);
    await clock.sleep(5000);
    expect(await checkOf('g-3', { deadline })).toMatchObject({
      next: 'stop',
      memory: { checks: 1 },
    });
  });
});
