import { describe, expect, it } from 'vitest';
import {
  archiverAnswers,
  execution,
  type Making,
  type StandInExecution,
} from '../support/aws/archiver.ts';
import type { Answers } from '../support/aws/stand-in.ts';
import { runAgainst, type Ran } from './support/console-run.ts';

const nothing = archiverAnswers([]);

/** The detail of the one event that was sent. */
const detailOf = ({ sent }: Ran): { readonly requestId?: string } =>
  JSON.parse(sent[0]?.Detail ?? '{}') as { readonly requestId?: string };

const generationIn = ({ input }: StandInExecution): object =>
  (input as { readonly generation: object }).generation;

const sentIn = ({ sent }: Ran): unknown[] =>
  sent.map(({ DetailType, Detail }) => [DetailType, JSON.parse(Detail)]);

describe('generation-archiver send', () => {
  it('follows generations by their ids', async () => {
    const ran = await runAgainst(nothing, [
      'send',
      'gamma',
      'abc',
      'def',
      'abc',
      '--metadata',
      '{"customer":"42"}',
      '--export',
      'pdf,pptx',
      '--timeout',
      '90',
    ]);
    expect(ran.status).toBe(0);
    const detail = {
      provider: 'gamma',
      credential: 'default',
      metadata: { customer: '42' },
      exportAs: ['pdf', 'pptx'],
      timeoutMinutes: 90,
      refresh: false,
    };
    expect(sentIn(ran)).toEqual([
      ['Generation Started', { ...detail, generationId: 'abc' }],
      ['Generation Started', { ...detail, generationId: 'def' }],
    ]);
    expect(ran.output).toBe(
      'Sent Generation Started: gamma abc\nSent Generation Started: gamma def\n',
    );
  });

  it('names a folder, tags and progress, of what is followed and of what is started', async () => {
    const place = ['--folder', 'customers/42', '--tag', 'customer=42', '--tag', 'plan=a=b'];
    const wish = {
      folder: 'customers/42',
      tags: { customer: '42', plan: 'a=b' },
      progress: true,
    };
    for (const what of [['abc'], ['--prompt', 'How bread keeps']]) {
      const ran = await runAgainst(nothing, ['send', 'gamma', ...what, ...place, '--progress']);
      expect(ran.status).toBe(0);
      expect(sentIn(ran)).toEqual([[expect.any(String), expect.objectContaining(wish)]]);
    }
  });

  it.each([
    ['--folder', '../up', 'dots only'],
    ['--folder', '_claims', 'the archiver keeps that'],
    ['--tag', 'customer', 'use name=value'],
    ['--tag', 'aws:x=1', 'must not begin with "aws:"'],
    ['--tag', 'customer=4;2', 'only letters, digits'],
  ])('sends nothing where %s is %s', async (option, value, says) => {
    const ran = await runAgainst(nothing, ['send', 'gamma', 'abc', option, value]);
    expect([ran.status, ran.sent]).toEqual([2, []]);
    expect(ran.errors).toContain(says);
  });

  it('starts one with a prompt', async () => {
    const ran = await runAgainst(nothing, [
      'send',
      'gamma',
      '--prompt',
      'How bread keeps',
      '--request-id',
      'order-7',
      '--json',
    ]);
    expect(sentIn(ran)).toEqual([
      [
        'Generation Requested',
        {
          provider: 'gamma',
          credential: 'default',
          requestId: 'order-7',
          request: expect.objectContaining({ inputText: 'How bread keeps' }) as object,
        },
      ],
    ]);
    expect(JSON.parse(ran.output)).toEqual({
      detailType: 'Generation Requested',
      provider: 'gamma',
      requestId: 'order-7',
      eventId: 'sent-0',
    });
  });

  it.each([
    [
      ['reply', 'chronicle', 'gen_1', 'Blue', '--question-id', '0123456789abcdef'],
      [
        'Generation Reply',
        {
          provider: 'chronicle',
          generationId: 'gen_1',
          credential: 'default',
          content: 'Blue',
          questionId: '0123456789abcdef',
        },
      ],
    ],
    [
      ['cancel', 'gamma', 'abc'],
      ['Generation Cancel', { provider: 'gamma', generationId: 'abc' }],
    ],
    [
      ['cancel', 'gamma', '--request-id', 'order-7'],
      ['Generation Cancel', { provider: 'gamma', requestId: 'order-7' }],
    ],
  ])('sends %j', async (args, sent) => {
    const ran = await runAgainst(nothing, args);
    expect([ran.status, sentIn(ran)]).toEqual([0, [sent]]);
  });

  it.each([
    [
      ['send', 'alai', 'abc'],
      /provider: unknown provider "alai"; deployed: gamma, chronicle, duomi, perceptis/,
    ],
    [
      ['reply', 'gamma', 'abc', 'x', '--question-id', 'nonsense'],
      /questionId: must be the questionId/,
    ],
    [['reply', 'gamma', 'abc', 'Blue'], /provider: gamma asks no questions and takes no replies/],
    [['cancel', 'gamma'], /must have either generationId or requestId/],
    [['cancel', 'gamma', 'abc', '--request-id', 'order-7'], /and not both/],
    [['send', 'acme', 'good', 'not good'], /generationId: only letters/],
  ])('lets nothing leave that would be refused: %j', async (args, told) => {
    const ran = await runAgainst(nothing, args);
    expect([ran.status, ran.sent]).toEqual([2, []]);
    expect(ran.errors).toMatch(told);
  });

  it('sends and pays for nothing where the folder for the files cannot be used', async () => {
    for (const what of [['abc'], ['--prompt', 'Bread']]) {
      const args = ['send', 'gamma', ...what, '--wait', '--out', 'package.json'];
      const ran = await runAgainst(nothing, args);
      expect([ran.status, ran.sent]).toEqual([2, []]);
      expect(ran.errors).toBe('error: --out package.json cannot be used: it is a file\n');
    }
  });

  it('says where the bus does not take it', async () => {
    const refusing = archiverAnswers([], {
      others: ({ action }) =>
        action === 'events:PutEvents'
          ? {
              json: {
                FailedEntryCount: 1,
                Entries: [{ ErrorCode: 'InternalFailure', ErrorMessage: 'later' }],
              },
            }
          : undefined,
    });
    const { status, errors } = await runAgainst(refusing, ['send', 'gamma', 'abc']);
    expect([status, errors]).toEqual([
      1,
      'error: the bus generation-archiver did not take the event: InternalFailure: later\n',
    ]);
  });
});

/** The archiver after each look of one that waits: what it shows at the last stays. */
const inTime = (states: readonly (readonly StandInExecution[])[]): Answers => {
  let looks = 0;
  return (asked) => {
    if (asked.action === 'states:DescribeExecution') looks += 1;
    return archiverAnswers(states[Math.min(looks, states.length) - 1] ?? [])(asked);
  };
};

const eventId = 'sent-0';
const ofThisEvent = (one: StandInExecution): StandInExecution => ({
  ...one,
  input: {
    ...one.input,
    generation: { ...generationIn(one), eventId },
  },
});

describe('generation-archiver send --wait', () => {
  it('follows it to the end, and shows what the embedded run shows', async () => {
    const running = execution({ id: 'abc', status: 'RUNNING' });
    const { status, output } = await runAgainst(
      inTime([[], [], [running], [running], [ofThisEvent(execution({ id: 'abc' }))]]),
      ['send', 'gamma', 'abc', '--wait'],
    );
    expect(status).toBe(0);
    expect(output).toMatch(
      /✓ {2}gamma {2}abc {2}archived {14}23 checks +\d+ s {2}presentation.pdf 482 kB\n$/,
    );
  });

  it('ends with 1 where it fails, and tells programs the result as an event', async () => {
    const { status, output } = await runAgainst(
      inTime([[ofThisEvent(execution({ id: 'abc', error: 'Unauthorized', cause: 'no' }))]]),
      ['send', 'gamma', 'abc', '--wait', '--json'],
    );
    expect(status).toBe(1);
    expect(JSON.parse(output)).toMatchObject({
      detailType: 'Generation Not Archived',
      detail: { generationId: 'abc', error: { code: 'Unauthorized', message: 'no' } },
    });
  });

  it('does not take the end of an earlier event for its own', async () => {
    const earlier = execution({ id: 'abc' });
    const ours = ofThisEvent(execution({ id: 'abc', run: 2, error: 'DownloadFailed' }));
    const { status } = await runAgainst(
      (asked) =>
        archiverAnswers(
          asked.action.startsWith('states') && asked.input['executionArn'] === undefined
            ? []
            : [ours, earlier],
        )(asked),
      ['send', 'gamma', 'abc', '--wait'],
    );
    expect(status).toBe(1);
  });

  it('takes the end of what was under way already, which the event began nothing beside', async () => {
    const running = execution({ id: 'abc', status: 'RUNNING' });
    const minutes = Array.from({ length: 100 }, () => [running]);
    const { status, output, errors } = await runAgainst(
      inTime([...minutes, [execution({ id: 'abc' })]]),
      ['send', 'gamma', 'abc', '--wait'],
    );
    expect([status, errors]).toEqual([0, '']);
    expect(output).toMatch(/✓ {2}gamma {2}abc {2}archived/);
  });

  it('says where the archiver refused it, by the log of intake', async () => {
    const refusing = archiverAnswers([], {
      others: ({ action, input }) =>
        action === 'logs:FilterLogEvents' && input['logGroupName'] === 'intake'
          ? {
              json: {
                events: [
                  {
                    message: JSON.stringify({
                      level: 'WARN',
                      message: 'trigger rejected',
                      timestamp: '2026-11-26T12:00:01Z',
                      eventId,
                      problems: ['exportAs'],
                    }),
                  },
                ],
              },
            }
          : undefined,
    });
    const { status, errors } = await runAgainst(refusing, ['send', 'gamma', 'abc', '--wait']);
    expect([status, errors]).toEqual([
      1,
      'gamma/abc: the archiver refused it, because of exportAs\n',
    ]);
  });

  it('gives up where nothing begins', async () => {
    const { status, errors } = await runAgainst(nothing, ['send', 'gamma', 'abc', '--wait']);
    expect([status, errors]).toEqual([
      1,
      expect.stringContaining('nothing has begun for it: look at the dead letters'),
    ]);
  });
});

const failures = [
  execution({ id: 'mended', run: 2, secondsAfter: 6500 }),
  execution({
    id: 'key',
    secondsAfter: 6000,
    error: 'CredentialMissing',
    metadata: { customer: '42' },
  }),
  execution({ id: 'export', secondsAfter: 5900, error: 'ExportFailed', exportAs: ['pptx'] }),
  execution({ id: 'order-7', secondsAfter: 5800, requested: true, error: 'InsufficientCredits' }),
  execution({ id: 'order-8', secondsAfter: 5700, requested: true, error: 'StartUncertain' }),
  execution({ provider: 'duomi', id: 'failed', secondsAfter: 5600, error: 'GenerationFailed' }),
  execution({
    id: 'cancelled',
    secondsAfter: 5500,
    status: 'ABORTED',
    error: 'GenerationCancelled',
  }),
  execution({ id: 'mended', secondsAfter: 5400, error: 'DownloadFailed' }),
  execution({ id: 'long-ago', error: 'DownloadFailed' }),
];

const accepted = execution({
  id: 'order-9',
  requested: true,
  given: 'given',
  error: 'DeadlineExceeded',
});

describe('generation-archiver retry', async () => {
  it('says what it would send and what may cost, and sends nothing where nobody can be asked', async () => {
    const ran = await runAgainst(archiverAnswers(failures), ['retry', '--failed', '--since', '1h']);
    expect([ran.status, ran.sent]).toEqual([1, []]);
    await expect(ran.output).toMatchFileSnapshot('../fixtures/console/retry.txt');
    expect(ran.errors).toBe('nothing was sent: nobody can be asked here, so say --yes\n');
  });

  it('sends again what failed since then with --yes, and leaves alone what was mended or may have been paid', async () => {
    const ran = await runAgainst(archiverAnswers(failures), [
      'retry',
      '--failed',
      '--since',
      '1h',
      '--yes',
      '--json',
    ]);
    expect([ran.status, ran.errors.split('\n').at(-2)]).toEqual([0, '3 sent again.']);
    const shared = { provider: 'gamma', credential: 'default', timeoutMinutes: 60 };
    expect(sentIn(ran)).toEqual([
      ['Generation Started', { ...shared, generationId: 'key', metadata: { customer: '42' } }],
      [
        'Generation Started',
        { ...shared, generationId: 'export', metadata: {}, exportAs: ['pptx'] },
      ],
      [
        'Generation Requested',
        {
          ...shared,
          metadata: {},
          request: { inputText: 'Bread', numCards: undefined },
          requestId: expect.stringMatching(/^order-7-again-[0-9a-f]{12}$/) as string,
        },
      ],
    ]);
  });

  it('of a request has the same name each time, so that pressing twice pays once', async () => {
    const runs: unknown[][] = [];
    for (const args of [
      ['retry', 'gamma', 'order-7', '--yes'],
      ['retry', 'gamma', 'order-7', '--yes'],
    ])
      runs.push(sentIn(await runAgainst(archiverAnswers(failures), args)));
    expect(runs[0]).toEqual(runs[1]);
    expect(runs[0]).toHaveLength(1);
  });

  describe('of what was sent again already', async () => {
    const { requestId = '' } = detailOf(
      await runAgainst(archiverAnswers(failures), ['retry', 'gamma', 'order-7', '--yes']),
    );
    const order = failures.filter(({ name }) => name.startsWith('gamma-order-7'));
    const again = (making: Partial<Making>) => [
      execution({ id: requestId, requested: true, secondsAfter: 6900, ...making }),
      ...order,
    ];
    const underItsId = [execution({ id: 'given', secondsAfter: 60 }), accepted];

    it.each<[string, StandInExecution[]]>([
      ['and is archived', again({})],
      ['and is under way', again({ status: 'RUNNING' })],
      ['under the id that it was given', underItsId],
    ])('%s, nothing is offered: it would be paid twice', async (_, all) => {
      const args = ['retry', '--failed', '--since', '1d', '--yes'];
      const { status, sent, output, errors } = await runAgainst(archiverAnswers(all), args);
      expect([status, sent, output, errors]).toEqual([
        0,
        [],
        '',
        'There is nothing to send again.\n',
      ]);
    });

    it.each<[string, string, StandInExecution[]]>([
      ['order-7', 'it is archived', again({})],
      ['order-7', 'it is under way', again({ status: 'RUNNING' })],
      ['order-9', 'it is archived', underItsId],
    ])('the request %s is left alone where %s', async (id, why, all) => {
      const { status, sent, output } = await runAgainst(archiverAnswers(all), [
        'retry',
        'gamma',
        id,
        '--yes',
      ]);
      expect([status, sent]).toEqual([1, []]);
      expect(output).toMatch(new RegExp(`left alone: gamma [\\w-]+: ${why}\n$`));
    });

    it.each([
      ['retry', 'gamma', 'order-7', '--yes'],
      ['retry', '--failed', '--since', '1d', '--yes'],
    ])('and failed again, the last is sent: %s %s', async (...args) => {
      const failedAgain = again({ error: 'InsufficientCredits' });
      const ran = await runAgainst(archiverAnswers(failedAgain), args);
      expect(ran.sent).toHaveLength(1);
      expect(detailOf(ran).requestId).toMatch(
        new RegExp(`^${requestId}-again-(?!${requestId.slice(-12)})`),
      );
    });
  });

  it('goes on after one that the bus does not take', async () => {
    const answers = archiverAnswers(failures, {
      others: ({ action, input }) =>
        action === 'events:PutEvents' && JSON.stringify(input).includes('export')
          ? { json: { FailedEntryCount: 1, Entries: [{ ErrorCode: 'InternalFailure' }] } }
          : undefined,
    });
    const args = ['retry', '--failed', '--since', '1h', '--yes', '--json'];
    const { status, output, errors } = await runAgainst(answers, args);
    expect([status, output.trimEnd().split('\n')]).toEqual([
      1,
      expect.objectContaining({ length: 2 }),
    ]);
    expect(errors).toMatch(/not sent: Generation Started: gamma export: .*InternalFailure/);
    expect(errors).toMatch(/2 sent again\.\n$/);
  });

  it('of a request whose start broke off is left alone: it may have been paid', async () => {
    const broken = [
      execution({ id: 'broken', secondsAfter: 6900, requested: true, error: 'States.Timeout' }),
      execution({ id: 'halted', secondsAfter: 6800, requested: true, status: 'ABORTED' }),
    ];
    const { sent, output } = await runAgainst(archiverAnswers(broken), [
      'retry',
      '--failed',
      '--since',
      '2026-11-26',
      '--yes',
    ]);
    expect(sent).toEqual([]);
    expect(output.match(/left alone: gamma \w+: look for it at the provider/g)).toHaveLength(2);
  });

  it.each([
    ['retry', 'gamma', 'order-9', '--yes', '--json'],
    ['retry', '--failed', '--since', '1d', '--yes', '--json'],
  ])('of a request that was accepted follows what it began: %s %s %s', async (...args) => {
    const ran = await runAgainst(archiverAnswers([accepted]), args);
    expect(sentIn(ran)).toEqual([
      ['Generation Started', expect.objectContaining({ generationId: 'given' })],
    ]);
    expect(ran.errors).toContain('gamma given: costs nothing at the provider');
  });

  it('of a request of which the history does not tell whether it left is left alone', async () => {
    const { lastState: _, ...untold } = accepted;
    const args = ['retry', 'gamma', 'order-9', '--yes'];
    const { sent, output } = await runAgainst(archiverAnswers([untold]), args);
    expect(sent).toEqual([]);
    expect(output).toContain('left alone: gamma order-9: look for it at the provider');
  });

  it.each([
    ['mended', /left alone: gamma mended: it is archived/],
    ['order-8', /left alone: gamma order-8: look for it at the provider/],
    ['nothing', /nothing is known of gamma\/nothing/],
  ])('of %s sends nothing', async (id, told) => {
    const { status, sent, output, errors } = await runAgainst(archiverAnswers(failures), [
      'retry',
      'gamma',
      id,
      '--yes',
    ]);
    expect([status, sent]).toEqual([1, []]);
    expect(output + errors).toMatch(told);
  });
});
