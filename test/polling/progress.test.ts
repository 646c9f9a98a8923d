import { describe, expect, it } from 'vitest';
import { freshMemory, pollMemorySchema, type PollMemory } from '../../lambdas/contract/state.ts';
import { remember } from '../../lambdas/polling/memory.ts';
import { decide } from '../../lambdas/polling/policy.ts';
import { progressNews, withQuestionTold } from '../../lambdas/polling/progress.ts';
import type { GenerationStatus } from '../../lambdas/polling/status.ts';
import { aGeneration } from '../support/generation.ts';

const start = Date.parse('2026-11-20T10:00:00.000Z');

type Pending = Omit<Extract<GenerationStatus, { kind: 'pending' }>, 'kind' | 'said'>;

const working = (more: Pending & { readonly said?: string } = {}): GenerationStatus => ({
  kind: 'pending',
  said: 'processing',
  ...more,
});

/** What is told of a row of answers, each so many seconds after the event. */
const toldOf = (
  answers: readonly (readonly [seconds: number, GenerationStatus])[],
  changes: Parameters<typeof aGeneration>[0] = {},
) => {
  const generation = aGeneration(changes);
  let memory: PollMemory = freshMemory;
  return answers.flatMap(([seconds, status]) => {
    const now = start + seconds * 1000;
    memory = remember(memory, { status }, now);
    const news = progressNews({ generation, status, memory, now });
    if (news === undefined) return [];
    ({ memory } = news);
    expect(pollMemorySchema.parse(JSON.parse(JSON.stringify(memory)))).toEqual(
      JSON.parse(JSON.stringify(memory)),
    );
    return [{ at: seconds, ...news.telling }];
  });
};

const timesOf = (...args: Parameters<typeof toldOf>): number[] =>
  toldOf(...args).map(({ at }) => at);

describe('progress is told', () => {
  it('at the first answer, in the words of the provider', () => {
    expect(
      toldOf([[3, working({ progress: 0, phase: 'slides', step: 'slides: 1 of 9' })]]),
    ).toEqual([
      { at: 3, status: 'processing', progress: 0, step: 'slides: 1 of 9', elapsedSeconds: 3 },
    ]);
  });

  it('not again while nothing is new, for however long', () => {
    const same = Array.from({ length: 100 }, (_, index) => [index * 10, working()] as const);
    expect(timesOf(same)).toEqual([0]);
  });

  it('where the status word or the phase changes, and not where only the step does', () => {
    expect(
      timesOf([
        [0, working({ said: 'pending' })],
        [10, working()],
        [20, working({ phase: 'storyline' })],
        [30, working({ phase: 'slides', step: 'slides: 1 of 9' })],
        [40, working({ phase: 'slides', step: 'slides: 2 of 9' })],
      ]),
    ).toEqual([0, 10, 20, 30]);
  });

  it('at each twentieth, whatever floating point makes of it', () => {
    const percents = Array.from({ length: 101 }, (_, percent) => percent);
    expect(
      timesOf(percents.map((percent) => [percent * 10, working({ progress: percent / 100 })])),
    ).toEqual(percents.filter((percent) => percent % 5 === 0).map((percent) => percent * 10));
    expect(
      timesOf([
        [0, working()],
        [10, working({ progress: 0.1 + 0.2 - 0.15 })],
      ]),
    ).toEqual([0, 10]);
  });

  it('not where it goes back, or to and fro', () => {
    const swinging = Array.from(
      { length: 50 },
      (_, index) => [index * 10, working({ progress: index % 2 === 0 ? 0.31 : 0.29 })] as const,
    );
    expect(timesOf(swinging)).toEqual([0]);
  });

  it('every five seconds at most: what comes sooner is told by a later check', () => {
    expect(
      timesOf([
        [0, working({ progress: 0.1 })],
        [2, working({ progress: 0.3 })],
        [4.9, working({ progress: 0.5 })],
        [5, working({ progress: 0.5 })],
        [7, working({ said: 'finishing' })],
        [10, working({ said: 'finishing' })],
      ]),
    ).toEqual([0, 5, 10]);
    expect(
      timesOf([
        [0, working()],
        [2, working({ said: 'odd' })],
        [6, working()],
      ]),
    ).toEqual([0]);
  });

  it('not of trouble, which says nothing about the generation', () => {
    const message = 'x';
    expect(
      toldOf([
        [0, { kind: 'throttled', message }],
        [10, { kind: 'unavailable', code: 'ProviderUnavailable', message }],
        [20, { kind: 'notFound', message }],
        [30, { kind: 'refused', code: 'Unauthorized', message }],
        [40, working()],
      ]).map(({ at }) => at),
    ).toEqual([40]);
  });

  it('not of a question that was announced, but of the work after it', () => {
    const now = start + 10_000;
    const asks: GenerationStatus = {
      kind: 'awaitingInput',
      said: 'awaiting_input',
      question: 'Which region?',
      details: {},
    };
    const memory = withQuestionTold(freshMemory, asks.said, now);
    const generation = aGeneration();
    const later = { generation, memory, now: now + 60_000 };
    expect(progressNews({ ...later, status: asks })).toBeUndefined();
    expect(progressNews({ ...later, status: working() })?.telling.status).toBe('processing');
  });
});

describe('the forecast that is told', () => {
  it('goes by the progress since the first report', () => {
    const told = toldOf([
      [20, working({ progress: 0 })],
      [40, working({ progress: 0.2 })],
      [60, working({ progress: 0.4 })],
    ]);
    expect(told.map(({ expectedSeconds }) => expectedSeconds)).toEqual([undefined, undefined, 120]);
  });

  it('is what the trigger said as long as nothing is known, until that is over', () => {
    const answers = [
      [10, working()],
      [100, working({ said: 'b' })],
      [130, working({ said: 'c' })],
    ] as const;
    expect(
      toldOf(answers, { expectedSeconds: 120 }).map(({ expectedSeconds }) => expectedSeconds),
    ).toEqual([120, 120, undefined]);
  });

  it('counts from the acceptance of what the archiver started itself', () => {
    const [told] = toldOf([[70, working()]], { acceptedAt: '2026-11-20T10:00:50.000Z' });
    expect(told?.elapsedSeconds).toBe(20);
  });
});

describe('the next check of a generation whose progress is wanted', () => {
  const now = start + 820_000;
  /** Two fifths in 800 s: a twentieth takes 100 s, the rest 1,180 s. */
  const memory: PollMemory = {
    ...freshMemory,
    checks: 5,
    progress: 0.41,
    firstProgress: { progress: 0.01, at: '2026-11-20T10:00:20.000Z' },
  };
  const secondsWith = (changes: Parameters<typeof aGeneration>[0]): number => {
    const decision = decide({
      report: { status: working({ progress: 0.41 }) },
      memory,
      generation: aGeneration(changes),
      settings: { checkIntervalSeconds: 2 },
      pace: {},
      now,
      random: 1,
    });
    return 'seconds' in decision ? decision.seconds : 0;
  };

  it('is at its next twentieth', () => {
    expect(secondsWith({ progress: true })).toBeCloseTo(80, 0);
  });

  it('is half of what is left away where nobody wants to see it', () => {
    expect(secondsWith({})).toBeCloseTo(590, 0);
  });
});
