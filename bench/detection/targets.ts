import type { Target } from '../shared/targets.ts';
import type { DayFigures } from './day.ts';
import { historyQuota } from './history.ts';
import type { Cell, Fare } from './lengths.ts';
import type { OutageFigures, SharedKeyFigures } from './shared-keys.ts';

const dollars = (fare: Fare): number => fare.dollarsPerThousand ?? Number.POSITIVE_INFINITY;

const minutes = (cell: Cell): string => `${Math.round(cell.nominalSeconds / 60)} min`;

const overPoller = (cell: Cell): number => dollars(cell.archiver) / dollars(cell.poller);

const overDurable = (cell: Cell): number => dollars(cell.archiver) / dollars(cell.durable);

const isShort = ({ nominalSeconds }: Cell): boolean => nominalSeconds <= 180;

/** The cell in which a ratio is worst, as `1.69 (1 min, uniform)`. */
const worst = (
  cells: readonly Cell[],
  ratio: (cell: Cell) => number,
): { readonly value: number; readonly text: string } => {
  const [first] = cells.toSorted((one, other) => ratio(other) - ratio(one));
  if (first === undefined) throw new Error('no cells to judge');
  const value = ratio(first);
  return { value, text: `${value.toFixed(2)} (${minutes(first)}, ${first.distribution})` };
};

const providersOf = (cells: readonly Cell[]): string[] => [
  ...new Set(cells.map(({ provider }) => provider)),
];

const atMost = (
  name: string,
  bound: number,
  cells: readonly Cell[],
  ratio: (cell: Cell) => number,
): Target => {
  const { value, text } = worst(cells, ratio);
  return {
    name,
    target: `at most ${Number(bound.toFixed(3))}`,
    measured: text,
    met: value <= bound,
  };
};

/** The verdict is the sample's; the standard error beside it says how much of it may be chance. */
const lagTarget = (named: string, cells: readonly Cell[]): Target => {
  const target = atMost(
    `${named}: mean lag over what is allowed`,
    1,
    cells,
    ({ archiver, allowedLagSeconds }) => archiver.meanLagSeconds / allowedLagSeconds,
  );
  const error = Math.max(
    ...cells.map(({ archiver, allowedLagSeconds }) => archiver.lagErrorSeconds / allowedLagSeconds),
  );
  return { ...target, measured: `${target.measured}, standard error up to ${error.toFixed(2)}` };
};

/** A sixth of the job poller's cost, at every length. */
const pollerShare = 1 / 6;

/** Part above a durable function's cost that is allowed on jobs of up to 3 minutes. */
const durableShortShare = 1.4;

/** Interval from which on a provider counts as one that is checked every 5 s. */
const slowInterval = 4;

const costTargets = (cells: readonly Cell[]): Target[] =>
  providersOf(cells).flatMap((provider) => {
    const own = cells.filter((cell) => cell.provider === provider);
    const interval = own[0]?.intervalSeconds ?? 0;
    const named = `${provider}, every ${interval} s`;
    const short = own.filter(isShort);
    const long = own.filter((cell) => !isShort(cell));
    const durableTargets =
      interval >= slowInterval
        ? [
            atMost(
              `${named}: cost over durable function's, up to 3 min`,
              durableShortShare,
              short,
              overDurable,
            ),
            atMost(`${named}: cost over durable function's, above 3 min`, 1, long, overDurable),
          ]
        : [atMost(`${named}: cost over durable function's, every length`, 1, own, overDurable)];
    return [
      lagTarget(named, own),
      atMost(
        `${named}: cost over job poller's, 1 min`,
        pollerShare,
        own.filter((cell) => cell.nominalSeconds === 60),
        overPoller,
      ),
      atMost(
        `${named}: cost over job poller's, 3 min and more`,
        pollerShare,
        own.filter((cell) => cell.nominalSeconds > 60),
        overPoller,
      ),
      ...durableTargets,
    ];
  });

/**
 * Alternatives that must nowhere be both cheaper and quicker. The n8n flow has no price per
 * generation: as a state machine it is the second.
 */
const rivals = [
  'Step Functions job poller, 5 s',
  'Step Functions job poller, 30 s',
  'delay of 60 s, then each 60 s',
];

const dominance = (cells: readonly Cell[]): Target => {
  const better = cells.flatMap((cell) =>
    [...cell.others.filter(({ name }) => rivals.includes(name)), cell.poller]
      .filter(
        (fare) =>
          fare.meanLagSeconds < cell.archiver.meanLagSeconds &&
          dollars(fare) < dollars(cell.archiver),
      )
      .map((fare) => `${fare.name} at ${cell.provider}, ${minutes(cell)}`),
  );
  return {
    name: 'samples and delays that are both cheaper and quicker',
    target: 'none',
    measured: better.length === 0 ? 'none' : better.join('; '),
    met: better.length === 0,
  };
};

/** What is judged. */
export interface Measured {
  readonly cells: readonly Cell[];
  readonly gamma: Readonly<Record<string, SharedKeyFigures>>;
  readonly chronicle: Readonly<Record<string, SharedKeyFigures>>;
  readonly quietKey: { readonly alone: number; readonly beside: number };
  readonly outage: OutageFigures;
  readonly historyEvents: number;
  readonly day: DayFigures;
  readonly daySeconds: number;
}

const seconds = (value: number): string => `${Math.round(value)} s`;

const gammaTarget = ([name, figures]: [string, SharedKeyFigures]): Target => ({
  name: `gamma, ${name}: requests over a limit after the first minute`,
  target: '0, all archived',
  measured: `${figures.refusedAfterFirstMinute} of ${figures.requests}, ${figures.archived} of ${figures.generations} archived, p95 lag ${seconds(figures.p95LagSeconds)}`,
  met: figures.refusedAfterFirstMinute === 0 && figures.archived === figures.generations,
});

/** Part of the requests that may be answered 429 where nothing but 429 tells of a limit. */
const refusedShare = 0.05;

const chronicleTarget = ([name, figures]: [string, SharedKeyFigures]): Target => ({
  name: `chronicle, ${name}: requests answered 429`,
  target: `at most ${refusedShare * 100} %, all archived`,
  measured: `${((figures.refused / figures.requests) * 100).toFixed(1)} %, ${figures.archived} of ${figures.generations} archived, p99 lag ${seconds(figures.p99LagSeconds)}`,
  met:
    figures.refused <= refusedShare * figures.requests && figures.archived === figures.generations,
});

/** Compares what was measured with what is to be reached. */
export const judge = ({
  cells,
  gamma,
  chronicle,
  quietKey,
  outage,
  historyEvents,
  day,
  daySeconds,
}: Measured): Target[] => [
  ...costTargets(cells),
  dominance(cells),
  ...Object.entries(gamma).map(gammaTarget),
  ...Object.entries(chronicle).map(chronicleTarget),
  {
    name: 'a key beside a crowded one: mean lag',
    target: 'at most 2 s more than alone',
    measured: `${quietKey.beside.toFixed(1)} s, alone ${quietKey.alone.toFixed(1)} s`,
    met: quietKey.beside <= quietKey.alone + 2,
  },
  {
    name: 'after an outage of 10 min: requests in the first second over the steady rate',
    target: 'below 2, all archived',
    measured: `${(outage.firstSecondAfter / outage.steadyPerSecond).toFixed(2)}, ${outage.archived} of ${outage.generations} archived`,
    met:
      outage.firstSecondAfter < 2 * outage.steadyPerSecond &&
      outage.archived === outage.generations,
  },
  {
    name: 'history events of 24 hours with the worst schedule',
    target: `below ${historyQuota / 4}`,
    measured: String(historyEvents),
    met: historyEvents < historyQuota / 4,
  },
  {
    name: `a day of ${day.generations} generations: time to simulate, all archived`,
    target: 'at most 300 s',
    measured: `${seconds(daySeconds)}, ${day.archived} archived`,
    met: daySeconds <= 300 && day.archived === day.generations,
  },
];
