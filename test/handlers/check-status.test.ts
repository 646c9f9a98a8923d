import { describe, expect, it } from 'vitest';
import type { ProviderSettings } from '../../lambdas/contract/environment.ts';
import { resultSchema } from '../../lambdas/contract/results.ts';
import { freshMemory, pollSchema, type PollMemory } from '../../lambdas/contract/state.ts';
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
  checkWindowSeconds: 120,
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

const run = async (
  answers: (GenerationStatus | Report)[],
  options: {
    windowSeconds?: number;
    memory?: Partial<PollMemory>;
    generation?: object;
    sleepSeconds?: number;
  } = {},
) => {
  const clock = virtualClock('2026-11-20T10:00:20.000Z');
  const freshReads: boolean[] = [];
  const { log, lines } = keptLog();
  const { measure, measurements } = keptMeasurements();
  const left = [...answers];
  const check = createCheckStatus({
    registry: builtIn,
    ask: async (_, fresh) => {
      freshReads.push(fresh);
      const answer = left.shift();
      if (answer === undefined) throw new Error('one check too many');
      return 'status' in answer ? answer : { status: answer };
    },
    settings: { gamma: { ...gamma, checkWindowSeconds: options.windowSeconds ?? 120 } },
    clock,
    // The longest pause: no jitter below the interval.
    random: () => 1 - Number.EPSILON,
    log,
    measure,
  });
  const generation = aGeneration(options.generation);
  const { sleepSeconds } = options;
  const before = {
    next: 'wait',
    waitSeconds: 20,
    ...(sleepSeconds === undefined ? {} : { sleepSeconds }),
    memory: { ...freshMemory, ...options.memory },
  };
  const poll = await check({ generation, poll: before, execution });
  return { poll: pollSchema.parse(poll), slept: clock.slept, freshReads, lines, measurements };
};

describe('a status check', () => {
  it('lingers while the next check is near, and hands over as soon as the deck is ready', async () => {
    const { poll, slept } = await run([pending, pending, ready]);
    expect(slept).toEqual([expect.closeTo(5), expect.closeTo(5)]);
    expect(poll).toMatchObject({
      next: 'copy',
      waitSeconds: 0,
      memory: { checks: 3, said: 'completed', detectedAt: '2026-11-20T10:00:30.000Z' },
    });
    expect(poll.result).toBeUndefined();
  });

  it('sleeps first where that is cheaper than the Wait state', async () => {
    const { poll, slept } = await run([pending, ready], { sleepSeconds: 4 });
    expect(slept).toEqual([4, expect.closeTo(5)]);
    expect(poll).toMatchObject({ next: 'copy', memory: { checks: 2 } });
    expect(poll.sleepSeconds).toBeUndefined();
  });

  it('leaves every wait to the machine where the window is off, in whole seconds', async () => {
    const { poll, slept } = await run([{ status: pending, retryAfterSeconds: 8 }], {
      windowSeconds: 0,
    });
    expect(slept).toEqual([]);
    expect(poll).toMatchObject({ next: 'wait', waitSeconds: 10 });
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
    expect(poll).toMatchObject({
      next: 'announceInput',
      waitSeconds: 0,
      sleepSeconds: expect.closeTo(5) as unknown,
    });
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
    const { poll, slept } = await run([pending, pending], {
      generation: { deadline: '2026-11-20T10:00:23.000Z' },
    });
    expect(slept).toEqual([3]);
    expect(poll).toMatchObject({
      next: 'stop',
      result: {
        detailType: 'Generation Timed Out',
        detail: { error: { code: 'DeadlineExceeded' } },
      },
    });
  });

  it('logs every check, and warns of a word that the provider does not document', async () => {
    const { lines } = await run([
      { kind: 'pending', said: 'polishing', unknownStatus: true },
      ready,
    ]);
    expect(
      lines.map(({ level, message, fields }) => ({
        level,
        message,
        said: fields['said'],
        generationId: fields['generationId'],
      })),
    ).toEqual([
      {
        level: 'warn',
        message: 'unknown status, taken as pending',
        said: 'polishing',
        generationId: 'gen-1',
      },
      { level: 'info', message: 'checked', said: 'completed', generationId: 'gen-1' },
    ]);
  });

  it('refuses a provider that is not deployed with it', async () => {
    await expect(run([ready], { generation: { provider: 'duomi' } })).rejects.toThrow(
      "provider 'duomi' is not deployed with this function",
    );
  });

  it('measures what the provider answered in one line, with the number of checks at the end', async () => {
    const throttled: GenerationStatus = { kind: 'throttled', message: 'Gamma answered 429' };
    const polishing: GenerationStatus = { kind: 'pending', said: 'polishing', unknownStatus: true };
    const failed: GenerationStatus = {
      kind: 'failed',
      said: 'failed',
      message: 'Failed to write it',
      details: {},
    };
    const { measurements } = await run([polishing, pending, failed], { memory: { checks: 4 } });
    expect(measurements).toEqual([
      { provider: 'gamma', UnusableAnswers: [0, 0, 0], UnknownStatuses: 1, ChecksPerGeneration: 7 },
    ]);
    expect((await run([pending, throttled])).measurements).toEqual([
      { provider: 'gamma', UnusableAnswers: [0, 1], Throttles: 1 },
    ]);
  });

  it('counts a refused key among the unusable answers, and a provider that is down as one that may come back', async () => {
    expect((await run([refused, refused])).measurements).toEqual([
      { provider: 'gamma', UnusableAnswers: [1, 1], ChecksPerGeneration: 2 },
    ]);
    const down: GenerationStatus = {
      kind: 'unavailable',
      code: 'ProviderUnavailable',
      message: 'Gamma answered 503',
    };
    const { measurements } = await run([down], { windowSeconds: 0 });
    expect(measurements).toEqual([
      { provider: 'gamma', UnusableAnswers: [1], TransientFailures: 1 },
    ]);
  });

  it('writes what it counted each minute, not only at the end of its window', async () => {
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
    settings: { gamma: { ...gamma, checkWindowSeconds: 0 } },
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
