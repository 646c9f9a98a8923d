import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { walkGeneration } from '../../bench/detection/walker.ts';
import { metricNamespace, metricUnits } from '../../lambdas/contract/metrics.ts';
import { providers } from '../../lambdas/providers/registry.ts';
import { readDashboard } from '../../lib/monitoring/dashboard-body.ts';
import { synthesiseDashboard, synthesiseDefinitions } from '../../lib/workflow/definition.ts';
import { drawDashboard } from '../../tools/dashboard/drawing.ts';
import { everyProvider } from '../../tools/every-provider.ts';
import { virtualClock } from '../support/virtual-clock.ts';
import { resourcesOf, synthesise } from './stack.ts';

const body = synthesiseDashboard(everyProvider);
const widgets = readDashboard(body);
const titles = widgets.map(({ shown }) => (shown.kind === 'text' ? shown.text : shown.title));

/** The names that follow the functions' own namespace, and those that a search names. */
const ownNames = [
  ...[...body.matchAll(/"GenerationArchiver","(\w+)"/g)].map((match) => match[1]),
  ...[...body.matchAll(/MetricName=\\"(\w+)\\"/g)].map((match) => match[1]),
];

describe('the dashboard', () => {
  it('answers three questions, in this order', () => {
    expect(titles.filter((title) => title.endsWith('?'))).toEqual([
      'Is it working?',
      'Is a provider down?',
      'What does it cost?',
    ]);
  });

  it('shows metrics that the functions write, and all of those that are no alarm alone', () => {
    expect(metricNamespace).toBe('GenerationArchiver');
    const alarmsAlone = ['OverdueSteps', 'StoppedExecutions'];
    expect(new Set(ownNames)).toEqual(
      new Set(Object.keys(metricUnits).filter((name) => !alarmsAlone.includes(name))),
    );
  });

  it('lists every alarm, and none where there are none', () => {
    const alarms = widgets.flatMap(({ shown }) => (shown.kind === 'alarms' ? shown.alarms : []));
    expect(alarms).toHaveLength(
      resourcesOf(synthesise(everyProvider).template, 'AWS::CloudWatch::Alarm').length,
    );
    expect(alarms).toContain('ProviderUnavailableDuomi');
    expect(
      readDashboard(synthesiseDashboard({ ...everyProvider, alarms: false })).some(
        ({ shown }) => shown.kind === 'alarms',
      ),
    ).toBe(false);
  });

  it('lies on its grid: no widget covers another or sticks out', () => {
    const taken = new Set<string>();
    for (const { x, y, width, height } of widgets) {
      expect(x + width).toBeLessThanOrEqual(24);
      for (let column = x; column < x + width; column += 1) {
        for (let row = y; row < y + height; row += 1) {
          expect(taken, `${column}/${row}`).not.toContain(`${column}/${row}`);
          taken.add(`${column}/${row}`);
        }
      }
    }
  });

  it('keeps every expression within what a widget takes, whatever the number of providers', () => {
    // Amazon CloudWatch User Guide, "CloudWatch service quotas": 500 metrics in a widget's graph.
    for (const { shown } of widgets)
      if (shown.kind === 'graph') expect(shown.series.length).toBeLessThan(100);
    expect(Buffer.byteLength(body)).toBeLessThan(200_000);
  });

  it('has a picture in the docs, drawn from this definition', () => {
    expect(readFileSync('docs/dashboard.svg', 'utf8')).toBe(drawDashboard(widgets));
    expect(drawDashboard(widgets)).toContain('samples, not measurements');
  });

  it('can be switched off', () => {
    const without = synthesise({ ...everyProvider, dashboard: false }).template;
    expect(resourcesOf(without, 'AWS::CloudWatch::Dashboard')).toEqual([]);
    expect(resourcesOf(without, 'AWS::CloudWatch::Alarm')).not.toEqual([]);
  });
});

/** Dollars for a millisecond of a function, as an expression spells them. */
const priceOf = (megabytes: number): string =>
  ((megabytes / 1024) * (0.0000133334 / 1000)).toFixed(16);

/** What the functions of the providers that can do this are invoked, in an expression. */
const sumOf = (id: string, ability: (provider: (typeof providers)[number]) => unknown): string =>
  providers
    .filter((provider) => ability(provider) !== undefined)
    .map((_, index) => `FILL(${id}${index}, 0)`)
    .join(' + ');

describe('the estimated costs', () => {
  it('charge each function by its own memory', () => {
    expect(body).toContain(`FILL(checkTime0, 0) * ${priceOf(256)}`);
    expect(body).toContain(
      `FILL(otherTime0, 0) * ${priceOf(256)} + FILL(otherCalls1, 0) * 0.0000002 + FILL(otherTime1, 0) * ${priceOf(512)}`,
    );
  });

  it('charge for the time that the checks machine waits', () => {
    const perMillisecond = ((64 / 1024) * (0.00001667 / 1000)).toFixed(16);
    expect(body).toContain(`FILL(waits, 0) * 0.000001 + FILL(waited, 0) * ${perMillisecond}`);
  });

  it('charge for the states that the rounds of checks, starts, exports and copies of every provider bring along', () => {
    const starts = sumOf('starts', ({ starting }) => starting);
    const exports = sumOf('exports', ({ exporting }) => exporting);
    expect(body).toContain(
      `(1 * FILL(started, 0) + 2 * FILL(rounds, 0) + 2 * FILL(copies, 0) + 4 * (${starts}) + 2 * (${exports})) * 0.000025`,
    );
  });

  it.each([
    { rounds: 1, starts: 0, exports: 0 },
    { rounds: 2, starts: 0, exports: 0 },
    { rounds: 5, starts: 1, exports: 0 },
    { rounds: 2, starts: 0, exports: 1 },
  ])(
    'count the states that an execution enters: $rounds rounds of checks, $starts starts, $exports exports',
    async ({ rounds, starts, exports }) => {
      let checked = 0;
      let copied = 0;
      const poll = { next: 'goOn', waitSeconds: 5, memory: {} };
      const followed = { generation: { provider: 'gamma', generationId: 'gen-1' }, poll, copy: {} };
      const asked = {
        ...followed,
        generation: { provider: 'gamma', generationId: '' },
        request: {},
        start: { memory: {} },
      };
      const walked = await walkGeneration(starts === 0 ? followed : asked, 'arn', {
        definitions: synthesiseDefinitions(everyProvider),
        clock: virtualClock(),
        task: async (name) => {
          if (name.startsWith('Announce')) return {};
          const result = { detailType: '', detail: {} };
          if (name === 'Start Gamma') return { next: 'accepted', state: followed, result };
          if (name === 'Export Gamma') return { kind: 'started', exportId: 'e-1' };
          if (name === 'Copy exports') {
            copied += 1;
            return { next: copied <= exports ? 'export' : 'succeed', result };
          }
          checked += 1;
          return checked === rounds ? { ...poll, next: 'copy' } : poll;
        },
      });
      expect(walked.rounds).toHaveLength(rounds + starts);
      expect(walked.states).toHaveLength(
        1 + 2 * walked.rounds.length + 4 * starts + 2 * exports + 2 * copied,
      );
    },
  );
});
