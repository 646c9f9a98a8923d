import { describe, expect, it } from 'vitest';
import { maxTimeoutMinutes, type Generation } from '../../lambdas/contract/generation.ts';
import { freshMemory, type CopyProgress, type PollMemory } from '../../lambdas/contract/state.ts';
import { awaitExports } from '../../lambdas/copying/archive/await-exports.ts';
import { maxFiles } from '../../lambdas/copying/archive/offered-files.ts';
import { lateFileMilliseconds, longestSleep } from '../../lambdas/copying/patience.ts';
import { decide } from '../../lambdas/polling/policy.ts';
import type { GenerationStatus } from '../../lambdas/polling/status.ts';
import { providers } from '../../lambdas/providers/registry.ts';
import {
  synthesiseDefinition,
  type StateMachineDefinition,
} from '../../lib/workflow/definition.ts';
import { machineTimeout } from '../../lib/workflow/workflow.ts';
import { everyProvider } from '../../tools/every-provider.ts';

/**
 * AWS Step Functions Developer Guide, "Step Functions service quotas": the history of one
 * execution.
 */
const maxEvents = 25_000;

/** Half of it is left to what nobody foresaw. */
const farBelow = maxEvents / 2;

/**
 * Events that a visit to a state writes (Step Functions API Reference, "HistoryEvent"): entered and
 * exited, and for a task scheduled, started and succeeded as well.
 */
const eventsOf = { Wait: 2, Choice: 2, Pass: 2, Task: 5, Fail: 1, Succeed: 2 };

/** What a failed and retried attempt of a task writes: scheduled, started, failed. */
const eventsOfAttempt = 3;

const definition = synthesiseDefinition(everyProvider);

const eventsAlong = (
  { States: states }: StateMachineDefinition,
  names: readonly string[],
): number =>
  names.reduce((sum, name) => {
    const state = states[name];
    if (state === undefined) throw new Error(`no state "${name}"`);
    return sum + eventsOf[state.Type];
  }, 0);

const start = Date.parse('2026-11-22T09:00:00Z');

const generation: Generation = {
  provider: 'gamma',
  generationId: 'g-1',
  credential: 'default',
  refresh: false,
  metadata: {},
  requestedAt: new Date(start).toISOString(),
  deadline: new Date(start + maxTimeoutMinutes * 60_000).toISOString(),
  eventId: 'e-1',
};

/**
 * Statuses that keep a generation waiting, in an order that makes the policy check as often as it
 * ever does.
 */
const schedules: Readonly<Record<string, (check: number) => GenerationStatus>> = {
  'it is pending all the time': () => ({ kind: 'pending', said: 'processing' }),
  'every second answer is no answer, after which the pause may be half as long': (check) =>
    check % 2 === 0
      ? { kind: 'pending', said: 'processing' }
      : { kind: 'unavailable', code: 'ProviderUnavailable', message: 'no answer' },
  'it asks a new question at every check': (check) => ({
    kind: 'awaitingInput',
    said: 'awaiting_input',
    question: `${check}?`,
    details: {},
  }),
};

/**
 * Follows a generation for the longest deadline, with the shortest interval, no check window and
 * the shortest jitter.
 */
const follow = (
  statusOf: (check: number) => GenerationStatus,
): { waits: number; questions: number } => {
  const count = { waits: 0, questions: 0 };
  let memory: PollMemory = freshMemory;
  let now = start;
  for (let check = 0; check < maxEvents; check += 1) {
    const decision = decide({
      report: { status: statusOf(check) },
      memory,
      generation,
      settings: { checkIntervalSeconds: 1 },
      pace: {},
      now,
      random: 0,
    });
    memory = decision.memory;
    if (decision.next === 'stop') return count;
    if (decision.next === 'copy') throw new Error('nothing is ever ready here');
    count[decision.next === 'wait' ? 'waits' : 'questions'] += 1;
    // The Wait state takes whole seconds.
    now += Math.ceil(decision.seconds) * 1000;
  }
  throw new Error('no end');
};

/** The states of one round of checks. */
const round = (title: string): string[] => [
  `Wait for ${title}`,
  `Check ${title}`,
  `${title}: what next?`,
];

describe('the history of an execution', () => {
  it.each(Object.entries(schedules))(
    'stays far below its limit for the longest deadline when %s',
    (_, statusOf) => {
      const { waits, questions } = follow(statusOf);
      expect(waits + questions).toBeGreaterThan(100);
      for (const { title } of providers) {
        const perWait = eventsAlong(definition, round(title));
        const perQuestion =
          perWait + eventsAlong(definition, ['Announce question', 'Which provider?']);
        expect(waits * perWait + questions * perQuestion).toBeLessThan(farBelow);
      }
    },
  );

  it('would not stay there at the documented intervals: that the interval grows is what keeps it short', () => {
    const constantInterval = 5;
    const rounds = (maxTimeoutMinutes * 60) / constantInterval;
    expect(rounds * eventsAlong(definition, round('Gamma'))).toBeGreaterThan(maxEvents);
  });

  it('stays below its limit when a function is at its concurrency limit as long as the machine runs', () => {
    // Full jitter makes the pause between two attempts half the longest one on average.
    const longestPauseSeconds = 60;
    expect(definition.States['Check Gamma']).toMatchObject({
      Retry: expect.arrayContaining([
        expect.objectContaining({
          ErrorEquals: ['Lambda.TooManyRequestsException'],
          MaxDelaySeconds: longestPauseSeconds,
          JitterStrategy: 'FULL',
        }),
      ]) as unknown,
    });
    const attempts = machineTimeout.toSeconds() / (longestPauseSeconds / 2);
    expect(attempts * eventsOfAttempt).toBeLessThan(maxEvents * 0.6);
  });

  it('stays far below its limit for a copy that takes an invocation of minutes again and again', () => {
    const shortestInvocationSeconds = 10 * 60;
    const copies = machineTimeout.toSeconds() / shortestInvocationSeconds;
    expect(copies * eventsAlong(definition, ['Copy exports', 'Copy: what next?'])).toBeLessThan(
      farBelow,
    );
  });
});

/** The states of one round in which a copy waits. */
const waiting = ['Copy exports', 'Copy: what next?', 'Is a file late?', 'Wait for a file'];

describe('the history of an execution whose copy waits', () => {
  it('stays far below its limit for exports that are not done by the longest deadline', async () => {
    let now = start;
    let rounds = 0;
    let progress: CopyProgress = { stored: {}, failed: {}, asked: ['pdf'], exports: { pdf: 'x' } };
    const deadline = Date.parse(generation.deadline);
    for (; now < deadline; rounds += 1) {
      const awaited = await awaitExports(progress, {
        asker: { linkStatus: async () => ({ kind: 'noLink', message: 'pending' }) },
        clock: {
          now: () => now,
          sleep: async (milliseconds) => {
            now += milliseconds;
          },
        },
        deadline,
        stopAt: now + 810_000,
      });
      ({ progress } = awaited);
      now += Math.ceil((awaited.waitMilliseconds ?? 0) / 1000) * 1000;
    }
    expect(rounds).toBeGreaterThan(100);
    // Gamma exports to three formats, one after the other until the same deadline.
    expect(rounds * eventsAlong(definition, waiting)).toBeLessThan(farBelow);
  });

  it('stays far below its limit for the most files, each as late as it may be', () => {
    const tries = lateFileMilliseconds / longestSleep;
    expect(maxFiles * tries * eventsAlong(definition, waiting)).toBeLessThan(maxEvents);
  });
});

describe('the time limit of the machine', () => {
  it('leaves the longest deadline half a day for waiting in queues, copying and announcing', () => {
    expect(definition.TimeoutSeconds).toBe(machineTimeout.toSeconds());
    expect(machineTimeout.toMinutes() - maxTimeoutMinutes).toBe(12 * 60);
  });
});
