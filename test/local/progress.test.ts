import { describe, expect, it } from 'vitest';
import type { ResultDetailType } from '../../lambdas/contract/results.ts';
import { freshMemory } from '../../lambdas/contract/state.ts';
import type { GenerationStatus } from '../../lambdas/polling/status.ts';
import { linesOf, newsOf, sizeText, summaryOf } from '../../local/progress-lines.ts';
import { advance } from '../../local/progress.ts';
import type { ProgressEvent, Rows } from '../../local/progress.ts';

const start = Date.parse('2026-11-22T10:00:00Z');
const at = (seconds: number): number => start + seconds * 1000;

const generation = {
  provider: 'gamma',
  generationId: 'abc',
  credential: 'default',
  refresh: false,
  metadata: {},
  requestedAt: '2026-11-22T10:00:00Z',
  deadline: '2026-11-22T11:00:00Z',
  eventId: 'event-1',
};

const started = (provider: string, generationId: string): ProgressEvent => ({
  kind: 'started',
  at: start,
  generations: [{ provider, generationId }],
});

const requested: ProgressEvent = {
  kind: 'started',
  at: start,
  generations: [{ provider: 'gamma', requestId: 'run-1', eventId: 'event-9' }],
};

const rejection = (id: string, about: object): ProgressEvent => ({
  kind: 'announced',
  at: at(1),
  event: {
    detailType: 'Generation Rejected',
    detail: {
      version: '1',
      provider: 'gamma',
      ...about,
      error: {
        code: 'InvalidRequest',
        message: 'no',
        problems: [{ field: 'content', message: 'no' }],
      },
      trigger: { id },
    },
  },
});

const checked = (status: GenerationStatus, checks: number): ProgressEvent => ({
  kind: 'checked',
  at: at(checks * 5),
  checked: {
    generation,
    report: { status },
    decision: { next: 'wait', seconds: 5, memory: { ...freshMemory, checks } },
  },
});

const announced = (detailType: ResultDetailType, more: object): ProgressEvent => ({
  kind: 'announced',
  at: at(30),
  event: {
    detailType,
    detail: {
      version: '1',
      provider: 'gamma',
      generationId: 'abc',
      credential: 'default',
      metadata: {},
      timing: { requestedAt: '2026-11-22T10:00:00Z', endedAt: '2026-11-22T10:00:30Z', checks: 7 },
      execution: 'arn',
      ...more,
    },
  },
});

const artifact = {
  bucket: 'artifacts',
  key: 'gamma/abc/presentation.pdf',
  uri: 's3://artifacts/gamma/abc/presentation.pdf',
  format: 'pdf',
  contentType: 'application/pdf',
  bytes: 34_567,
  sha256: 'ab'.repeat(32),
};

const after = (...events: readonly ProgressEvent[]): Rows =>
  events.reduce(advance, new Map() as Rows);

const squeezed = (lines: readonly string[]): string[] =>
  lines.map((line) => line.replaceAll(/ {2,}/g, ' | '));

describe('progress lines', () => {
  it('tell provider, id, what is said, checks and seconds', () => {
    const rows = after(
      started('gamma', 'abc'),
      checked({ kind: 'pending', said: 'pending', progress: 0.404 }, 2),
    );
    expect(squeezed(linesOf(rows, at(12)))).toEqual([
      '· | gamma | abc | pending 40 % | 2 checks | 12 s',
    ]);
  });

  it('tell the file and its size in the end, and stop the clock', () => {
    const rows = after(
      started('gamma', 'abc'),
      announced('Generation Archived', { artifacts: [artifact] }),
    );
    expect(squeezed(linesOf(rows, at(900)))).toEqual([
      '✓ | gamma | abc | archived | 7 checks | 30 s | presentation.pdf 34.6 kB',
    ]);
  });

  it('tell why nothing was saved', () => {
    const rows = after(
      started('gamma', 'abc'),
      announced('Generation Failed', { error: { code: 'GenerationFailed', message: 'no text' } }),
    );
    expect(squeezed(linesOf(rows, at(900)))).toEqual([
      '✗ | gamma | abc | failed | 7 checks | 30 s | GenerationFailed: no text',
    ]);
  });

  it('count a partial archive as saved, and tell what is missing', () => {
    const rows = after(
      started('gamma', 'abc'),
      announced('Generation Partially Archived', {
        artifacts: [artifact],
        error: { code: 'ExportInvalid', message: 'one file is empty' },
      }),
    );
    expect(squeezed(linesOf(rows, start))[0]).toMatch(
      /^✓ .* partially archived .* presentation\.pdf 34\.6 kB, ExportInvalid: one file is empty$/,
    );
  });

  it('keep their columns whatever the ids', () => {
    const rows = after(started('gamma', 'a'), started('chronicle', 'a-much-longer-id'));
    const [first = '', second = ''] = linesOf(rows, start);
    expect(first.indexOf('waiting')).toBe(second.indexOf('waiting'));
  });

  it.each<[string, GenerationStatus]>([
    [
      'asks: For whom?',
      { kind: 'awaitingInput', said: 'awaiting_input', question: 'For whom?', details: {} },
    ],
    [
      'completed, export not there yet',
      { kind: 'exportPending', said: 'completed', details: {}, remedy: 'set exportAs' },
    ],
    [
      'completed, saving',
      { kind: 'ready', said: 'completed', partial: false, exports: [], document: {}, details: {} },
    ],
    ['failed', { kind: 'failed', said: 'failed', message: 'x', details: {} }],
    ['not found yet', { kind: 'notFound', message: 'x' }],
    ['refused (Unauthorized)', { kind: 'refused', code: 'Unauthorized', message: 'x' }],
    ['too many requests, slowing down', { kind: 'throttled', message: 'x' }],
    [
      'Gamma answered 502',
      { kind: 'unavailable', code: 'ProviderUnavailable', message: 'Gamma answered 502' },
    ],
  ])('say "%s"', (expected, status) => {
    expect(linesOf(after(started('gamma', 'abc'), checked(status, 1)), start)[0]).toContain(
      `  ${expected}  `,
    );
  });

  it('do not end with a question', () => {
    const before = after(started('gamma', 'abc'));
    expect(advance(before, announced('Generation Awaiting Input', {}))).toBe(before);
  });

  it('name what is requested by its request until it is accepted, and then by its id', () => {
    const before = after(requested);
    expect(squeezed(linesOf(before, at(1)))).toEqual([
      '· | gamma | run-1 | requested | 0 checks | 1 s',
    ]);
    const put = advance(before, {
      kind: 'putOff',
      at: at(2),
      provider: 'gamma',
      requestId: 'run-1',
      seconds: 30,
    });
    expect(squeezed(linesOf(put, at(2)))).toEqual([
      '· | gamma | run-1 | not taken yet, again in 30 s | 0 checks | 2 s',
    ]);
    const now = advance(
      put,
      announced('Generation Accepted', {
        requestId: 'run-1',
        generation: { warnings: 'the theme is not known' },
      }),
    );
    expect(squeezed(linesOf(now, at(3)))).toEqual([
      '· | gamma | abc | accepted, warns: the theme is not known | 0 checks | 3 s',
    ]);
    expect([...now.values()]).toMatchObject([
      { requestId: 'run-1', generationId: 'abc', warnings: 'the theme is not known' },
    ]);
    const later = advance(now, checked({ kind: 'pending', said: 'pending' }, 1));
    expect(squeezed(linesOf(later, at(5)))).toEqual(['· | gamma | abc | pending | 1 check | 5 s']);
    const end = advance(
      later,
      announced('Generation Archived', { requestId: 'run-1', artifacts: [artifact] }),
    );
    expect([...end.values()]).toMatchObject([
      {
        requestId: 'run-1',
        warnings: 'the theme is not known',
        outcome: { detailType: 'Generation Archived' },
      },
    ]);
  });

  it.each(['Generation Not Started', 'Generation Cancelled'] as const)(
    'tell of a request that ended before it got an id: %s',
    (detailType) => {
      const error = { code: 'StartUncertain', message: 'the answer was lost' };
      const rows = after(
        requested,
        announced(detailType, { generationId: undefined, requestId: 'run-1', error }),
      );
      const said = detailType.replace('Generation ', '').toLowerCase();
      expect(squeezed(linesOf(rows, at(90)))).toEqual([
        `✗ | gamma | run-1 | ${said} | 7 checks | 30 s | StartUncertain: the answer was lost`,
      ]);
    },
  );

  it('tell the rejection of the trigger from the rejection of an answer', () => {
    const before = after(requested, started('gamma', 'abc'));
    const request = [...advance(before, rejection('event-9', { requestId: 'run-1' })).values()];
    expect(request.map(({ outcome }) => outcome?.detailType)).toEqual([
      'Generation Rejected',
      undefined,
    ]);
    const reply = [
      ...advance(before, rejection('event-of-the-reply', { generationId: 'abc' })).values(),
    ];
    expect(reply.map(({ says, outcome }) => [says, outcome])).toEqual([
      ['requested', undefined],
      ['the answer was not taken', undefined],
    ]);
  });

  it('say that a question is answered', () => {
    const rows = after(started('gamma', 'abc'), {
      kind: 'answered',
      at: at(1),
      provider: 'gamma',
      generationId: 'abc',
    });
    expect([...rows.values()]).toMatchObject([{ says: 'answered' }]);
  });

  it('know nothing of generations that were not started here', () => {
    const before = after(started('gamma', 'other'));
    expect(advance(before, checked({ kind: 'pending', said: 'pending' }, 1))).toBe(before);
    expect(advance(before, announced('Generation Archived', {}))).toBe(before);
    expect(
      advance(before, {
        kind: 'announced',
        at: start,
        event: { detailType: 'Generation Rejected', detail: {} },
      }),
    ).toBe(before);
  });
});

describe('news', () => {
  const first = after(
    started('gamma', 'abc'),
    checked({ kind: 'pending', said: 'pending', progress: 0.1 }, 1),
  );

  it('are what the provider says anew, not checks and seconds', () => {
    const same = advance(first, checked({ kind: 'pending', said: 'pending', progress: 0.1 }, 2));
    expect(newsOf(first, same, at(10))).toEqual([]);
    const more = advance(same, checked({ kind: 'pending', said: 'pending', progress: 0.5 }, 3));
    expect(squeezed(newsOf(same, more, at(15)))).toEqual([
      '· | gamma | abc | pending 50 % | 3 checks | 15 s',
    ]);
  });

  it('of progress are what is announced, once it is, and stand again after trouble', () => {
    const more = { status: 'pending', progress: 0.2, elapsedSeconds: 10 };
    const told = advance(first, announced('Generation Progress', more));
    expect(squeezed(newsOf(first, told, at(10)))).toEqual([
      '· | gamma | abc | pending 20 % | 7 checks | 10 s',
    ]);
    const checkedAgain = advance(told, checked({ kind: 'pending', said: 'x', progress: 0.22 }, 8));
    expect(newsOf(told, checkedAgain, at(12))).toEqual([]);
    const trouble = advance(checkedAgain, checked({ kind: 'throttled', message: 'slow down' }, 9));
    expect(newsOf(checkedAgain, trouble, at(15))).toHaveLength(1);
    const over = advance(trouble, checked({ kind: 'pending', said: 'x', progress: 0.23 }, 10));
    expect(squeezed(newsOf(trouble, over, at(20)))).toEqual([
      '· | gamma | abc | pending 20 % | 10 checks | 20 s',
    ]);
  });

  it('are a start and an end', () => {
    expect(newsOf(new Map(), first, start)).toHaveLength(1);
    const end = advance(first, announced('Generation Archived', { artifacts: [artifact] }));
    expect(newsOf(first, end, at(30))).toHaveLength(1);
  });
});

describe('the summary', () => {
  it('lists every file with its size and the beginning of its hash', () => {
    const rows = after(
      started('gamma', 'abc'),
      announced('Generation Archived', { artifacts: [artifact] }),
    );
    expect(summaryOf(rows, (key) => `./artifacts/${key}`)).toEqual([
      '  ./artifacts/gamma/abc/presentation.pdf   34.6 kB  sha256 abababababab…',
    ]);
  });

  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1000, '1.00 kB'],
    [34_567, '34.6 kB'],
    [999_499, '999 kB'],
    [999_999, '1.00 MB'],
    [5_000_000_000, '5.00 GB'],
  ])('says %i bytes as %s', (bytes, expected) => {
    expect(sizeText(bytes)).toBe(expected);
  });
});
