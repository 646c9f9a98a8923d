import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { addedBy, progressRows } from '../../bench/costs/progress.ts';
import {
  checkColumns,
  checksTable,
  progressTable,
  watchingTable,
  withTable,
  type Report,
} from '../../bench/costs/tables.ts';
import { watchedStacks } from '../../bench/costs/watched-stacks.ts';
import { nominalSeconds } from '../../bench/detection/jobs.ts';
import { outcomes } from '../../lambdas/contract/metrics.ts';
import { providerNames, providers } from '../../lambdas/providers/registry.ts';

const page = readFileSync('docs/costs.md', 'utf8');

const rowsOf = (table: string): string[][] =>
  table
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );

/** The rows between two markers of the page, without the line below the head. */
const tableOfPage = (name: string): string[][] => {
  const between = page.slice(
    page.indexOf(`<!-- ${name}: begin -->`),
    page.indexOf(`<!-- ${name}: end -->`),
  );
  return rowsOf(between).filter(([first]) => first !== '---');
};

const fare = (name: string, dollarsPerThousand: number | undefined, meanLagSeconds: number) => ({
  name,
  meanLagSeconds,
  ...(dollarsPerThousand === undefined ? {} : { dollarsPerThousand }),
});

const cell = (distribution: string): Report['cells'][number] => ({
  provider: 'gamma',
  nominalSeconds: 600,
  distribution,
  archiver: fare('Generation Archiver', 1.174, 2.96),
  poller: fare('Step Functions job poller, 5 s', 9.2, 2.5),
  durable: fare('durable function, 5 s', 1.07, 2.5),
  others: [
    fare('Step Functions job poller, 30 s', 1.6, 15.2),
    fare("durable function, the archiver's schedule", 0.9, 3),
  ],
});

describe('the table of checks', () => {
  it('has a row for each provider and length, with dollars and lag, and a dash for what was not measured', () => {
    const table = checksTable({
      assumptions: { samples: 250 },
      cells: [cell('uniform'), cell('lognormal')],
    });
    expect(table).toContain('Means over 250 simulated generations');
    const [head, , ...rows] = rowsOf(table);
    expect(head).toEqual(checkColumns);
    expect(rows).toEqual([
      [
        'gamma',
        '10 min',
        '$1.17, 3.0 s late',
        '$9.20, 2.5 s late',
        '$1.60, 15.2 s late',
        '$1.07, 2.5 s late',
        '$0.90, 3.0 s late',
        '–',
        '–',
      ],
    ]);
  });

  it('of the page has these columns, and every provider at every length', () => {
    const [head, ...rows] = tableOfPage('checks');
    expect(head).toEqual(checkColumns);
    expect(rows.map(([provider, length]) => `${provider} ${length}`)).toEqual(
      providerNames.flatMap((provider) =>
        nominalSeconds.map((seconds) => `${provider} ${Math.round(seconds / 60)} min`),
      ),
    );
    for (const row of rows)
      for (const value of row.slice(2)) expect(value).toMatch(/^\$\d+\.\d\d, \d+\.\d s late$/);
  });
});

describe('the table of watching', () => {
  it('multiplies prices by what there is', () => {
    const [, , row] = rowsOf(watchingTable([{ providers: 2, alarms: 17 }]));
    // Nine series by provider alone, one for each outcome, and four that have no provider.
    const most = 2 * (9 + outcomes.length) + 4;
    expect(row).toEqual([
      '2',
      '17: $1.70',
      '$3.00',
      '10: $3.00',
      `${most}: $${(most * 0.3).toFixed(2)}`,
      '$4.70',
    ]);
  });

  it('of the page is that of the stack', () => {
    const table = watchingTable(watchedStacks());
    expect(tableOfPage('watching')).toEqual(rowsOf(table).filter(([first]) => first !== '---'));
  });
});

describe('the table of progress', () => {
  it('of the page is that of the policy', () => {
    const table = progressTable(progressRows());
    expect(tableOfPage('progress')).toEqual(rowsOf(table).filter(([first]) => first !== '---'));
  });

  it('tells most twentieths, and of a provider without figures its first word', () => {
    for (const provider of providers)
      for (const seconds of nominalSeconds) {
        const { announcements, checks } = addedBy(provider, seconds);
        expect(announcements).toBeLessThanOrEqual(21);
        expect(checks).toBeLessThanOrEqual(24);
        if (provider.name === 'duomi' && seconds >= 180) expect(announcements).toBeGreaterThan(18);
        if (!['chronicle', 'duomi'].includes(provider.name))
          expect({ announcements, checks }).toEqual({ announcements: 1, checks: 0 });
      }
  });
});

it('a page without markers is refused', () => {
  expect(() => withTable('# What it costs', 'checks', '')).toThrow(
    'docs/costs.md lacks the markers "<!-- checks: begin -->"',
  );
});
