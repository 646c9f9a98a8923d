import { beforeAll, describe, expect, it } from 'vitest';
import { startOfCase, type FaultCase } from './fault-case.ts';
import { judge } from './oracle/index.ts';
import type { Observed, SeenEvent } from './world/observed.ts';
import { runCase } from './world/run-case.ts';

const plain: FaultCase = {
  name: 'plain',
  provider: 'gamma',
  script: [{ says: 'working', seconds: 40 }, { says: 'completed' }],
  files: [{ format: 'pdf', bytes: 5000, fill: 1 }],
  bandwidth: 1_000_000,
  answerSeconds: 0.2,
  triggers: [
    {
      at: 0,
      id: 'event',
      time: new Date(startOfCase).toISOString(),
      detail: { provider: 'gamma', generationId: 'gen-1' },
    },
  ],
  faults: [],
  troubles: [],
};

let good: Observed;

const end = (): SeenEvent => {
  const event = good.events.at(-1);
  if (event === undefined) throw new Error('nothing was announced');
  return event;
};

const told = (change: Record<string, unknown>): Observed => ({
  ...good,
  events: [{ ...end(), detail: { ...end().detail, ...change } }],
});

const failed = (code: string): Observed => {
  const { artifacts: _artifacts, manifest: _manifest, ...detail } = end().detail;
  const error = { code, message: 'for a test' };
  return {
    ...good,
    events: [{ ...end(), detailType: 'Generation Not Archived', detail: { ...detail, error } }],
  };
};

const otherwise = (change: Partial<Observed['executions'][number]>): Observed => ({
  ...good,
  executions: good.executions.map((execution) => ({ ...execution, ...change })),
});

const besides = (change: Partial<Observed['executions'][number]>): Observed => ({
  ...good,
  executions: [...good.executions, ...otherwise(change).executions],
});

const unended = (): Observed => ({
  ...good,
  executions: good.executions.map(({ name, arn, input, generation, startedAt }) => ({
    name,
    arn,
    input,
    generation,
    startedAt,
  })),
});

const ofAnotherEvent = (): Observed => ({
  ...good,
  executions: good.executions.map((one) => ({
    ...one,
    generation: { ...one.generation, eventId: 'other' },
    startedAt: Infinity,
  })),
});

const checkedAfter = (hours: readonly number[]): Observed => ({
  ...good,
  checks: hours.map((after) => ({
    execution: good.executions[0]?.arn ?? '',
    at: startOfCase + after * 3_600_000,
  })),
});

const firstArtifact = (): object => (end().detail['artifacts'] as object[])[0] ?? {};

const exposing = (text: string): Observed => ({
  ...good,
  witness: { ...good.witness, exposures: [{ where: 'a log line', text }] },
});

const [key, link] = [/^sk-/, /^[0-9a-f]{32}$/];

const secret = (form: RegExp): string => good.secrets.find((one) => form.test(one)) ?? '';

describe('the oracle', () => {
  beforeAll(async () => {
    good = await runCase(plain);
  });

  it('finds nothing wrong with a run in which nothing is', () => {
    expect(judge(good)).toEqual([]);
    expect(good.events.map(({ detailType }) => detailType)).toEqual(['Generation Archived']);
  });

  it.each<[string, () => Observed, string]>([
    ['an execution without an event', () => ({ ...good, events: [] }), 'without an event'],
    ['an execution that never ended', () => unended(), 'never ended'],
    [
      'a result that is announced twice',
      () => ({ ...good, events: [end(), end()] }),
      'was announced 2 times',
    ],
    [
      'a hash that is not the one of the file',
      () => told({ artifacts: [{ ...firstArtifact(), sha256: 'f'.repeat(64) }] }),
      'the event says',
    ],
    [
      'a file that is not there',
      () => ({ ...good, events: [{ ...end(), objects: new Map() }] }),
      'which is not there',
    ],
    ['bytes that were never served', () => ({ ...good, served: new Set() }), 'never served'],
    [
      'a manifest that is missing',
      () => told({ manifest: { bucket: 'decks', key: 'nowhere', uri: 's3://decks/nowhere' } }),
      'missing or not understood',
    ],
    ['an archive without files', () => told({ artifacts: [] }), '0 of 1 files'],
    ['a field that no schema knows', () => told({ colour: 'blue' }), 'does not follow its schema'],
    ['an event about somebody else', () => told({ generationId: 'gen-2' }), 'another generation'],
    ['a time-out before the deadline', () => failed('DeadlineExceeded'), 'before the deadline'],
    [
      'a failure for which there was no reason',
      () => failed('StorageFailed'),
      'StorageFailed without a reason',
    ],
    [
      'a generation that is lost without need',
      () => failed('InternalError'),
      'should be "Generation Archived"',
    ],
    ['a success with a failure', () => failed('InternalError'), 'succeeded with a failure'],
    [
      'two executions of one event',
      () => ({ ...good, executions: [...good.executions, ...good.executions] }),
      'started two executions',
    ],
    [
      'an execution that begins while another runs',
      () => besides({ name: 'second', arn: 'second' }),
      'another execution began',
    ],
    ['a trigger that nobody follows', () => ofAnotherEvent(), 'nobody follows'],
    [
      'checks after the deadline',
      () => checkedAfter([11, 12]),
      'checked 2 times after its deadline',
    ],
    [
      'a history that is too long',
      () => ({ ...good, attempts: new Map(good.executions.map(({ arn }) => [arn, 10_000])) }),
      'the history of',
    ],
    ['an API key in a log', () => exposing(`the key is ${secret(key)}`), 'holds an API key'],
    [
      'a download link in a log',
      () => exposing(`see https://files/${secret(link)}/a.pdf`),
      'holds a download link',
    ],
    [
      'a request that starts something',
      () => ({ ...good, otherRequests: 1 }),
      'what no trigger wants',
    ],
  ])('notices %s', (_, tampered, says) => {
    expect(judge(tampered()).join('\n')).toContain(says);
  });
});
