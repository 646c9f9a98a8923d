import { describe, expect, it } from 'vitest';
import { archiverAnswers, execution, type Making } from '../support/aws/archiver.ts';
import { runAgainst } from './support/console-run.ts';

const makings: readonly Making[] = [
  { id: 'running', secondsAfter: 6000, status: 'RUNNING' },
  {
    id: 'order-7',
    secondsAfter: 5000,
    requested: true,
    error: 'InsufficientCredits',
    cause: 'Gamma: no credits left',
  },
  {
    provider: 'duomi',
    id: 'broken',
    secondsAfter: 4000,
    error: 'DownloadFailed',
    cause: 'the host \u001b[31mbroke\u001b[0m off',
  },
  {
    id: 'stopped',
    secondsAfter: 3000,
    status: 'ABORTED',
    error: 'GenerationCancelled',
    cause: 'cancelled by the event 1',
  },
  {
    provider: 'perceptis',
    id: 'c0c0c9d9-73ce-4073-b241-c7ea14c75e27',
    secondsAfter: 2000,
    metadata: { customer: '42' },
  },
  { id: 'late', secondsAfter: 1000, error: 'DeadlineExceeded', cause: 'not done by the deadline' },
  { id: 'old', secondsAfter: 0, metadata: { customer: 43 } },
];

const answers = archiverAnswers(makings.map(execution));

const idsIn = (output: string): unknown[] =>
  output.trim() === ''
    ? []
    : output
        .trimEnd()
        .split('\n')
        .map((line) => {
          const { generationId, requestId, idBeginning } = JSON.parse(line) as Record<
            string,
            unknown
          >;
          return generationId ?? requestId ?? idBeginning;
        });

describe('generation-archiver list', () => {
  it('shows a table, newest first, and says what it asked of AWS', async () => {
    const { status, output, errors } = await runAgainst(answers, ['list']);
    expect(status).toBe(0);
    await expect(output).toMatchFileSnapshot('../fixtures/console/list.txt');
    expect(errors).toBe(
      '7 generations. Asked of AWS: 1 cloudformation:DescribeStacks, 1 states:ListExecutions, 7 states:DescribeExecution, 2 states:GetExecutionHistory\n',
    );
  });

  it('prints a JSON line for each, for programs', async () => {
    const { output } = await runAgainst(answers, ['list', '--json']);
    await expect(output).toMatchFileSnapshot('../fixtures/console/list.jsonl');
  });

  it.each([
    [['--running'], ['running']],
    [['--failed'], ['order-7', 'broken', 'late']],
    [['--archived'], ['c0c0c9d9-73ce-4073-b241-c7ea14c75e27', 'old']],
    [['--provider', 'duomi'], ['broken']],
    [
      ['--since', '1h'],
      ['running', 'order-7', 'broken'],
    ],
    [['--metadata', 'customer=42'], ['c0c0c9d9-73ce-4073-b241-c7ea14c75e27']],
    [['--metadata', 'customer=43'], ['old']],
    [['--metadata', 'customer=42', '--metadata', 'customer=43'], ['old']],
    [['--failed', '--since', '90m', '--provider', 'gamma'], ['order-7']],
    [
      ['--limit', '2'],
      ['running', 'order-7'],
    ],
    [
      ['--since', '2026-11-26T11:20:00Z'],
      ['running', 'order-7'],
    ],
    [['--since', '2026-11-26T14:40:00+03:00'], ['running']],
    [['--since', '2026-11-27'], []],
    [['--since', '999999d', '--archived', '--provider', 'gamma'], ['old']],
    [['--metadata', 'customer='], []],
    [['--metadata', '__proto__=x'], []],
  ])('filters by %s', async (options, ids) => {
    const { output } = await runAgainst(answers, ['list', '--json', ...options]);
    expect(idsIn(output)).toEqual(ids);
  });

  it('tells of an id that is longer than the name what the name tells, where no details may be read', async () => {
    const { output, asked } = await runAgainst(answers, [
      'list',
      '--json',
      '--details',
      '1',
      '--limit',
      '50',
      '--archived',
    ]);
    expect(idsIn(output)).toHaveLength(2);
    expect(asked.filter((action) => action === 'states:DescribeExecution')).toHaveLength(1);
  });

  it('reads 10,000 executions a thousand at a time, and the details of so many as are allowed', async () => {
    const many = Array.from({ length: 10_000 }, (_, index) =>
      execution({ id: `many-${index}`, secondsAfter: 100_000 - index }),
    );
    const { output, asked } = await runAgainst(archiverAnswers(many), [
      'list',
      '--json',
      '--limit',
      '10000',
      '--details',
      '50',
    ]);
    expect(new Set(idsIn(output)).size).toBe(10_000);
    expect(asked.filter((action) => action === 'states:ListExecutions')).toHaveLength(10);
    expect(asked.filter((action) => action === 'states:DescribeExecution')).toHaveLength(50);
  });

  it('keeps its columns through a table that comes in many parts', async () => {
    const many = Array.from({ length: 45 }, (_, index) =>
      execution({ id: 'x'.repeat(index + 1), secondsAfter: 1000 - index }),
    );
    const { output } = await runAgainst(archiverAnswers(many), ['list']);
    const places = output
      .trimEnd()
      .split('\n')
      .map((line) => line.search(/archived|stands/));
    expect(places).toHaveLength(46);
    expect(new Set(places).size).toBe(1);
  });

  it('says only where it is so that the details of more were not read, and looks no further for metadata', async () => {
    const many = Array.from({ length: 3000 }, (_, index) =>
      execution({ id: `many-${index}`, secondsAfter: 3000 - index, metadata: { n: index } }),
    );
    const some = await runAgainst(archiverAnswers(many.slice(0, 5)), ['list', '--metadata', 'n=4']);
    expect(some.errors).toMatch(/^1 generation\. Asked/);
    const cut = await runAgainst(archiverAnswers(many), [
      'list',
      '--metadata',
      'n=2999',
      '--details',
      '20',
    ]);
    expect([cut.output, cut.errors]).toEqual([
      '',
      '0 generations; details were read of 20 at most: --details reads more. Asked of AWS: 1 cloudformation:DescribeStacks, 1 states:ListExecutions, 20 states:DescribeExecution\n',
    ]);
  });

  it('ends with 2 and the usage where filters exclude each other or are no filters', async () => {
    for (const args of [
      ['--failed', '--running'],
      ['--since', 'yesterday'],
      ['--since', '-2h'],
      ['--since', '0h'],
      ['--since', '2026-02-30'],
      ['--since', '2026-11-26T25:00Z'],
      ['--since', '9999999d'],
      ['--metadata', 'customer'],
      ['--limit', '0'],
    ])
      expect((await runAgainst(answers, ['list', ...args])).status).toBe(2);
  });
});
