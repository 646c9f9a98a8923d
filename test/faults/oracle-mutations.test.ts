import { describe, expect, it } from 'vitest';
import type { StartInput } from '../../lambdas/contract/start-state.ts';
import type { TaskHandlers } from '../../local/engine.ts';
import { confidentialWord, startOfCase, type Fault, type FaultCase } from './fault-case.ts';
import { judge } from './oracle/index.ts';
import { createBodies, referring, type StartingProvider } from './requests.ts';
import type { Observed, SeenPost } from './world/observed.ts';
import { runCase } from './world/run-case.ts';

const requested = (provider: StartingProvider, ...faults: Fault[]): FaultCase => ({
  name: 'requested',
  provider,
  script: [{ says: 'working', seconds: 40 }, { says: 'completed' }],
  files: [{ format: 'pptx', bytes: 5000, fill: 1 }],
  bandwidth: 1_000_000,
  answerSeconds: 0.2,
  triggers: [
    {
      at: 0,
      detailType: 'Generation Requested',
      id: 'event',
      time: new Date(startOfCase).toISOString(),
      detail: {
        provider,
        requestId: 'request-1',
        request: referring(createBodies[provider][0], 'request-1'),
      },
    },
  ],
  faults,
  troubles: [],
});

const exported = (...faults: Fault[]): FaultCase => {
  const { triggers: _, ...rest } = requested('gamma', ...faults);
  return {
    ...rest,
    script: [{ says: 'completed', linkMissing: true }],
    files: [],
    exportFiles: [{ format: 'pdf', bytes: 5000, fill: 1 }],
    triggers: [
      {
        at: 0,
        id: 'event',
        time: new Date(startOfCase).toISOString(),
        detail: { provider: 'gamma', generationId: 'gen-1', exportAs: 'pdf' },
      },
    ],
  };
};

type Post = Extract<Fault, { place: 'post' }>;

const lost = (to: Post['to']): Post => ({
  kind: 'lost',
  place: 'post',
  to,
  at: 0,
  times: 1,
  isDone: true,
  network: { error: 'ECONNRESET' },
});

const refused: Post = {
  kind: 'refused',
  place: 'post',
  to: 'create',
  at: 0,
  times: 1,
  isDone: false,
  saying: { says: 'http', status: 400 },
};

const question = { says: 'question', question: 'Who is it for?' } as const;

const answered: FaultCase = {
  ...requested('chronicle'),
  script: [{ ...question, seconds: 600 }, { says: 'working', seconds: 20 }, { says: 'completed' }],
  files: [],
  triggers: [
    ...requested('chronicle').triggers,
    {
      at: 60,
      detailType: 'Generation Reply',
      id: 'reply',
      detail: { provider: 'chronicle', generationId: 'gen-1', content: `For ${confidentialWord}` },
    },
  ],
};

const cancelled: FaultCase = {
  ...requested('duomi'),
  triggers: [
    ...requested('duomi').triggers,
    {
      at: 20,
      detailType: 'Generation Cancel',
      id: 'cancel',
      detail: { provider: 'duomi', requestId: 'request-1' },
    },
  ],
};

/** The POSTs of replies, changed. */
const replied = (observed: Observed, change: Partial<SeenPost>): Observed => ({
  ...observed,
  posts: observed.posts.map((post) => (post.to === 'message' ? { ...post, ...change } : post)),
});

/** As if no execution had ended. */
const running = (observed: Observed): Observed => ({
  ...observed,
  executions: observed.executions.map(({ name, arn, input, generation, startedAt }) => ({
    name,
    arn,
    input,
    generation,
    startedAt,
  })),
});

type Broken = (tasks: TaskHandlers) => TaskHandlers;

/** Does a task twice: the second time, perhaps, with something else. */
const twice =
  (name: 'start' | 'startExport', again: (input: unknown) => unknown = (input) => input): Broken =>
  (tasks) => ({
    ...tasks,
    [name]: async (input: unknown) => {
      await tasks[name](input);
      return tasks[name](again(input));
    },
  });

const underAnotherKey = (input: unknown): StartInput => {
  const { generation, ...rest } = input as StartInput;
  return { ...rest, generation: { ...generation, requestId: 'request-2' } };
};

/** Announces something else. `undefined`: nothing. */
const announcing =
  (change: (detailType: string, detail: object) => object | undefined): Broken =>
  (tasks) => ({
    ...tasks,
    bus: {
      put: async (detailType, detail) => {
        const changed = change(detailType, detail);
        if (changed !== undefined) await tasks.bus.put(detailType, changed);
      },
    },
  });

const without = (silent: string): Broken =>
  announcing((detailType, detail) => (detailType === silent ? undefined : detail));

const withCode = (code: string): Broken =>
  announcing((_, detail) => ({ ...detail, error: { code, message: 'made for the test' } }));

const telling: Broken = announcing((_, detail) => ({
  ...detail,
  metadata: { about: confidentialWord },
}));

describe('the oracle', () => {
  it.each([
    [
      'a request that is carried out',
      requested('gamma'),
      ['Generation Accepted', 'Generation Archived'],
    ],
    [
      'a start whose answer is lost',
      requested('gamma', lost('create')),
      ['Generation Not Started'],
    ],
    [
      'a start whose answer is lost, at a provider that knows the repetition',
      requested('perceptis', lost('create')),
      ['Generation Accepted', 'Generation Archived'],
    ],
    ['a start that is refused', requested('duomi', refused), ['Generation Not Started']],
    ['an export', exported(), ['Generation Archived']],
    ['an export whose answer is lost', exported(lost('export')), ['Generation Not Archived']],
    [
      'a reply',
      answered,
      ['Generation Accepted', 'Generation Awaiting Input', 'Generation Archived'],
    ],
    [
      'a reply whose answer is lost',
      { ...answered, faults: [lost('message')] },
      ['Generation Accepted', 'Generation Awaiting Input', 'Generation Archived'],
    ],
    ['a cancel', cancelled, ['Generation Accepted', 'Generation Cancelled']],
  ])('finds nothing wrong with %s', async (_, faultCase, announces) => {
    const observed = await runCase(faultCase);
    expect(judge(observed)).toEqual([]);
    expect(observed.events.map(({ detailType }) => detailType)).toEqual(announces);
  });

  it.each<[string, FaultCase, Broken, string]>([
    [
      'a second post after a lost answer',
      requested('gamma', lost('create')),
      twice('start'),
      'was paid 2 times',
    ],
    [
      'a second post, though the provider did nothing at first',
      requested('chronicle', { ...lost('create'), isDone: false }),
      twice('start'),
      'posted its request again',
    ],
    ['a second post of what was accepted', requested('duomi'), twice('start'), 'was paid 2 times'],
    [
      'a repetition under another key',
      requested('perceptis', lost('create')),
      twice('start', underAnotherKey),
      'was paid 2 times',
    ],
    [
      'a second export',
      exported(lost('export')),
      twice('startExport'),
      'asked again for an export to pdf',
    ],
    [
      'an acceptance that is swallowed',
      requested('gamma'),
      without('Generation Accepted'),
      'acceptance it never announced',
    ],
    [
      'a result that is lost',
      requested('gamma'),
      without('Generation Archived'),
      'without an event',
    ],
    [
      'a refusal that is lost',
      requested('gamma', refused),
      without('Generation Not Started'),
      'without an event',
    ],
    [
      'a lost answer that is taken for a refusal',
      requested('gamma', lost('create')),
      withCode('InvalidRequest'),
      'something may have been paid',
    ],
    [
      'a refusal that is taken for a lost answer',
      requested('gamma', refused),
      withCode('StartUncertain'),
      'StartUncertain without a reason',
    ],
    [
      'an export that is called uncertain without need',
      exported(),
      withCode('ExportUncertain'),
      'ExportUncertain without a reason',
    ],
    [
      'a request that is told in an event',
      requested('gamma'),
      telling,
      'tells what a request or a reply says',
    ],
  ])('notices %s', async (_, faultCase, broken, says) => {
    expect(judge(await runCase(faultCase, broken)).join('\n')).toContain(says);
  });

  it.each<[string, FaultCase, (observed: Observed) => Observed, string]>([
    [
      'a reply that is taken twice',
      answered,
      (seen) => ({ ...seen, messages: [...seen.messages, ...seen.messages] }),
      'was taken 2 times',
    ],
    [
      'a reply to nothing',
      answered,
      (seen) => replied(seen, { after: { says: 'working' } }),
      'though the provider had not just asked',
    ],
    [
      'a reply that is lost',
      answered,
      (seen) => ({ ...seen, posts: seen.posts.filter(({ to }) => to !== 'message') }),
      'neither sent nor rejected',
    ],
    [
      'a cancel that cancels nothing',
      cancelled,
      (seen) => ({ ...seen, executions: [] }),
      'cancelled nothing',
    ],
    [
      'an export that is paid for before the bucket has taken anything',
      exported(),
      (seen) => ({ ...seen, writes: [] }),
      'before the bucket had taken anything',
    ],
    [
      "an export that is paid for beside a file of the provider's own",
      exported(),
      (seen) => ({
        ...seen,
        faultCase: { ...seen.faultCase, files: [{ format: 'pdf', bytes: 5000, fill: 1 }] },
        witness: { ...seen.witness, hasSeen: () => false },
      }),
      "beside a file of the provider's own",
    ],
    [
      'a generation that is followed though it was cancelled',
      cancelled,
      running,
      'was followed further',
    ],
  ])('notices %s', async (_, faultCase, tamper, says) => {
    expect(judge(tamper(await runCase(faultCase))).join('\n')).toContain(says);
  });
});
