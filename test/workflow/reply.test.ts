import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { rejectedDetailSchema, type ResultDetail } from '../../lambdas/contract/results.ts';
import { startWorkflowWorld, type WorkflowWorld } from '../support/workflow-world.ts';

const job = { provider: 'chronicle' as const, generationId: 'gen-1' };

/** What comes of a request that lets Chronicle ask. */
const twoQuestions = [
  { says: 'question', question: 'Who is it for?', polls: 100_000 },
  { says: 'working', seconds: 30 },
  { says: 'question', question: 'How many knots?', polls: 100_000 },
  { says: 'working', seconds: 30 },
  { says: 'completed' },
] as const;

let world: WorkflowWorld;
const announced = (): string[] => world.events.map(({ detailType }) => detailType);
const questions = (): ResultDetail[] =>
  world.events
    .filter(({ detailType }) => detailType === 'Generation Awaiting Input')
    .map(({ detail }) => detail as ResultDetail);
const posted = (): number => world.simulator.requestsFor('gen-1', 'message').length;

/** Called with each question, by its number from 1. */
let whenAsked: ((count: number) => void) | undefined;

/** Settles once so many questions have been announced. */
const asked = async (count: number): Promise<void> =>
  new Promise((resolve) => {
    whenAsked = (announcedSoFar) => {
      if (announcedSoFar === count) resolve();
    };
    whenAsked(questions().length);
  });

const reply = async (content: string, changes: object = {}): Promise<void> =>
  world.archiver.trigger({ ...job, content, ...changes }, undefined, 'Generation Reply');

describe('a question of Chronicle', () => {
  beforeEach(async () => {
    world = await startWorkflowWorld({
      onEvent: () => whenAsked?.(questions().length),
      onCreate: async () => ({ script: twoQuestions }),
    });
  });
  afterEach(async () => world.close());

  it('is answered, round by round, though it is the same question again', async () => {
    world.simulator.add({
      ...job,
      script: [
        { says: 'question', question: 'Who is it for?', polls: 100_000 },
        { says: 'working', seconds: 30 },
        { says: 'question', question: 'Who is it for?', polls: 100_000 },
        { says: 'working', seconds: 30 },
        { says: 'completed' },
      ],
    });
    await world.archiver.trigger({ ...job, timeoutMinutes: 1440 });
    await asked(1);
    await reply('For sailors.', { questionId: questions()[0]?.questionId });
    await asked(2);
    await reply('For sailors in the north.');
    await world.archiver.ends();
    expect(announced()).toEqual([
      'Generation Awaiting Input',
      'Generation Awaiting Input',
      'Generation Archived',
    ]);
    expect(posted()).toBe(2);
    expect(JSON.stringify(world.events)).not.toContain('sailors');
  });

  it.each([
    ['never came, and posts again', 'before' as const, 2],
    ['arrived, and does not post again', 'after' as const, 1],
  ])('survives an answer to the reply that is lost: finds that it %s', async (_, lost, posts) => {
    world.simulator.add({
      ...job,
      messages: [{ hangUp: lost }],
      script: [
        { says: 'question', question: 'Who?', polls: 100_000 },
        { says: 'working', seconds: 20 },
        { says: 'completed' },
      ],
    });
    await world.archiver.trigger({ ...job, timeoutMinutes: 1440 });
    await asked(1);
    await reply('Sailors.');
    await world.archiver.ends();
    expect(announced()).toEqual(['Generation Awaiting Input', 'Generation Archived']);
    expect(posted()).toBe(posts);
  });

  it('is asked by a generation that was requested, too, and answered round by round', async () => {
    const order = {
      provider: 'chronicle',
      requestId: 'order-7',
      request: { prompt: 'Knots', non_interactive: false },
      timeoutMinutes: 1440,
    };
    await world.archiver.trigger(order, 'r1', 'Generation Requested');
    await asked(1);
    const [generationId = ''] = world.simulator.started('chronicle');
    const told = { generationId, requestId: 'order-7' };
    expect(questions()[0]).toMatchObject({ ...told, generation: { message: 'Who is it for?' } });
    await reply('For sailors.', { generationId, questionId: questions()[0]?.questionId });
    await asked(2);
    await reply('Ten of them.', { generationId, questionId: questions()[1]?.questionId });
    await world.archiver.ends();
    expect(announced()).toEqual([
      'Generation Accepted',
      'Generation Awaiting Input',
      'Generation Awaiting Input',
      'Generation Archived',
    ]);
    for (const { detail } of world.events) expect(detail).toMatchObject(told);
    expect(world.simulator.requestsFor(generationId, 'message')).toHaveLength(2);
    expect(world.simulator.started('chronicle')).toHaveLength(1);
    expect(JSON.stringify(world.events)).not.toMatch(/sailors|Ten of them|Knots/);
  });

  it('takes no reply where none is asked', async () => {
    world.simulator.add({
      ...job,
      script: [{ says: 'working', seconds: 600 }, { says: 'completed' }],
    });
    await reply('Sailors.');
    const { error } = rejectedDetailSchema.strict().parse(world.events[0]?.detail);
    expect(error.message).toContain('waits for no reply: Chronicle says "generating"');
    expect(posted()).toBe(0);
  });

  it('takes no reply for a provider that asks none', async () => {
    await world.archiver.trigger(
      { provider: 'gamma', generationId: 'x', content: 'Sailors.' },
      undefined,
      'Generation Reply',
    );
    const { error } = rejectedDetailSchema.strict().parse(world.events[0]?.detail);
    expect(error.problems).toEqual([
      {
        field: 'provider',
        message: 'gamma asks no questions and takes no replies; these do: chronicle',
      },
    ]);
  });

  it('is refused with its content unquoted where the event is not valid', async () => {
    await world.archiver.trigger(
      { ...job, content: ['sailors'], attachments: [{ url: 'https://x/?sig=sailors', id: 7 }] },
      undefined,
      'Generation Reply',
    );
    expect(announced()).toEqual(['Generation Rejected']);
    expect(JSON.stringify(world.events)).not.toContain('sailors');
  });
});
