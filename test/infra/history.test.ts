import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { CopyProgress } from '../../lambdas/contract/copy-state.ts';
import { maxTimeoutMinutes, type Generation } from '../../lambdas/contract/generation.ts';
import { freshMemory, type PollMemory } from '../../lambdas/contract/state.ts';
import { awaitExports } from '../../lambdas/copying/archive/await-exports.ts';
import { maxFiles } from '../../lambdas/copying/archive/offered-files.ts';
import { lateFileMilliseconds, longestSleep } from '../../lambdas/copying/patience.ts';
import { decide } from '../../lambdas/polling/policy.ts';
import type { GenerationStatus } from '../../lambdas/polling/status.ts';
import { waitOf, wholeSeconds } from '../../lambdas/polling/waits.ts';
import {
  synthesiseDefinitions,
  type StateMachineDefinition,
} from '../../lib/workflow/definition.ts';
import { machineTimeout } from '../../lib/workflow/generation-machine.ts';
import { everyProvider } from '../../tools/every-provider.ts';

/**
 * AWS Step Functions Developer Guide, "Step Functions service quotas": the history of one
 * execution.
 */
const maxEvents = 25_000;

/** Half of it is left to what nobody foresaw. */
const farBelow = maxEvents / 2;

/** What a day of following may write at the most, but for questions. */
const ofADay = 6000;

/**
 * Events that a visit to a state writes (Step Functions API Reference, "HistoryEvent"): entered and
 * exited, and for a task scheduled, started and succeeded as well.
 */
const eventsOf = { Wait: 2, Choice: 2, Pass: 2, Task: 5, Fail: 1, Succeed: 2 };

/** A task that waits for an answer writes one more: submitted. */
const eventsOfFollow = 6;

/** What a failed and retried attempt of a task writes: scheduled, started, submitted, failed. */
const eventsOfAttempt = 4;

const { generation: definition } = synthesiseDefinitions(everyProvider);

/** The definition of version 0.1, under which executions go on that are in flight. */
const before = JSON.parse(
  readFileSync(new URL('../fixtures/workflow/state-machine-0.1.json', import.meta.url), 'utf8'),
) as StateMachineDefinition;

const eventsAlong = (
  { States: states }: StateMachineDefinition,
  names: readonly string[],
): number =>
  names.reduce((sum, name) => {
    const state = states[name];
    if (state === undefined) throw new Error(`no state "${name}"`);
    return sum + (name === 'Follow generation' ? eventsOfFollow : eventsOf[state.Type]);
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

/** What following a generation for a day comes to. */
interface Followed {
  readonly checks: number;
  /** Calls of the checks machine. */
  readonly rounds: number;
  readonly pauses: number;
  readonly questions: number;
}

/**
 * Follows a generation for the longest deadline, with the shortest interval and the shortest jitter.
 *
 * @param calls whether there is a checks machine
 */
const follow = (statusOf: (check: number) => GenerationStatus, calls: boolean): Followed => {
  let followed: Followed = { checks: 0, rounds: 1, pauses: 0, questions: 0 };
  const add = (what: Partial<Followed>): void => {
    followed = {
      ...followed,
      rounds: followed.rounds + (what.rounds ?? 0),
      pauses: followed.pauses + (what.pauses ?? 0),
      questions: followed.questions + (what.questions ?? 0),
    };
  };
  let memory: PollMemory = freshMemory;
  let now = start;
  let calledAt = start;
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
    followed = { ...followed, checks: check + 1 };
    if (decision.next === 'stop') return followed;
    if (decision.next === 'copy') throw new Error('nothing is ever ready here');
    const whole = wholeSeconds(decision.seconds, decision.floorSeconds ?? 0, 0);
    const round = { calledAt: calls ? calledAt : undefined, isSmooth: false, now };
    const wait = waitOf(whole, round);
    const isQuestion = decision.next === 'announceInput';
    const isOver = isQuestion || wait.next !== 'wait';
    if (wait.next === 'pause' && !isQuestion) now += whole * 1000;
    if (isOver) {
      calledAt = now;
      add({ rounds: 1, pauses: wait.next === 'pause' ? 1 : 0, questions: isQuestion ? 1 : 0 });
    }
    if (wait.next !== 'pause' || isQuestion) now += whole * 1000;
  }
  throw new Error('no end');
};

const inTrouble = Object.entries(schedules).filter(([name]) => !name.includes('question'));

describe('the history of an execution', () => {
  it.each(Object.entries(schedules))(
    'stays far below its limit for the longest deadline when %s',
    (name, statusOf) => {
      const { checks, rounds, pauses, questions } = follow(statusOf, true);
      expect(checks).toBeGreaterThan(100);
      const events =
        rounds * eventsAlong(definition, ['Follow generation', 'What next?']) +
        pauses * eventsAlong(definition, ['Wait']) +
        questions * eventsAlong(definition, ['Announce question']);
      expect(events).toBeLessThan(name.includes('question') ? farBelow : ofADay);
    },
  );

  it.each(inTrouble)(
    'stays below its limit under the definition of version 0.1, in which each check is three states, when %s',
    (_, statusOf) => {
      const { checks } = follow(statusOf, false);
      const round = ['Wait for Gamma', 'Check Gamma', 'Gamma: what next?'];
      expect(checks * eventsAlong(before, round)).toBeLessThan(maxEvents);
    },
  );

  it('would not stay there if the generation machine itself checked at the documented intervals', () => {
    const constantInterval = 5;
    const rounds = (maxTimeoutMinutes * 60) / constantInterval;
    const round = ['Wait for Gamma', 'Check Gamma', 'Gamma: what next?'];
    expect(rounds * eventsAlong(before, round)).toBeGreaterThan(maxEvents);
  });

  it('stays below its limit when no execution of the checks machine is ever answered for', () => {
    const { Retry: retries, TimeoutSeconds: seconds } = definition.States[
      'Follow generation'
    ] as unknown as {
      Retry: { MaxAttempts: number }[];
      TimeoutSeconds: number;
    };
    expect(seconds).toBeGreaterThan(300);
    const attempts = retries.reduce((sum, { MaxAttempts: most }) => sum + most, 1);
    expect(attempts * eventsOfAttempt).toBeLessThan(ofADay);
  });

  it('stays far below its limit when no check can be run, until that is told', () => {
    const rule = definition.States['What next?']?.Choices?.find(
      ({ Next: next }) => next === 'Checks never ran',
    );
    const limit = /"NumericGreaterThan":(\d+)/.exec(JSON.stringify(rule))?.[1];
    const rounds = Number(limit) + 1;
    const round = ['Follow generation', 'What next?', 'Wait for a place'];
    expect(rounds).toBeGreaterThan(90);
    expect(rounds * eventsAlong(definition, round)).toBeLessThan(ofADay);
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
        asker: {
          linkStatus: async () => ({ kind: 'noLink', message: 'pending' }),
          later: () => undefined,
        },
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
