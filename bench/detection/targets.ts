import type { Target } from '../shared/targets.ts';
import type { DayFigures } from './day.ts';
import type { WorstHistory } from './history.ts';
import type { Cell, Fare } from './lengths.ts';
import { expressGigabytes, expressMonth, expressPrice, prices } from './prices.ts';
import type { OutageFigures, SharedKeyFigures } from './shared-keys.ts';

const dollars = (fare: Fare): number => fare.dollarsPerThousand ?? Number.POSITIVE_INFINITY;

const minutes = (cell: Cell): string => `${Math.round(cell.nominalSeconds / 60)} min`;

const overPoller = (cell: Cell): number => dollars(cell.archiver) / dollars(cell.poller);

const overDurable = (cell: Cell): number => dollars(cell.archiver) / dollars(cell.durable);

/** The cell in which a ratio is worst, as `1.372 (1 min, uniform)`. */
const worst = (
  cells: readonly Cell[],
  ratio: (cell: Cell) => number,
): { readonly value: number; readonly text: string } => {
  const [first] = cells.toSorted((one, other) => ratio(other) - ratio(one));
  if (first === undefined) throw new Error('no cells to judge');
  const value = ratio(first);
  return { value, text: `${value.toFixed(3)} (${minutes(first)}, ${first.distribution})` };
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

/** Part of the job poller's cost: at a minute, where five states are most of it, and beyond. */
const pollerShares = { minute: 0.19, longer: 1 / 6 };

/** Parts of a durable function's cost that are allowed, by nominal length. */
interface DurableShares {
  readonly name: string;
  readonly bound: number;
  readonly holds: (cell: Cell) => boolean;
}

const isMinute = ({ nominalSeconds }: Cell): boolean => nominalSeconds === 60;

const isThreeMinutes = ({ nominalSeconds }: Cell): boolean => nominalSeconds === 180;

const durableShares = (intervalSeconds: number): readonly DurableShares[] => {
  if (intervalSeconds >= 5)
    return [
      { name: '1 min', bound: 1.4, holds: isMinute },
      { name: '3 min', bound: 0.95, holds: isThreeMinutes },
      { name: '10 to 40 min', bound: 0.85, holds: ({ nominalSeconds: at }) => at >= 600 },
    ];
  if (intervalSeconds >= 4)
    return [
      { name: '1 min', bound: 1.2, holds: isMinute },
      { name: 'longer', bound: 1, holds: (cell) => !isMinute(cell) },
    ];
  return [{ name: 'every length', bound: 1, holds: () => true }];
};

/** Dollars per 1,000 generations where a month's volume reaches the lower prices of Express. */
const dollarsInMonth = ({ archiver }: Cell, expressDiscount: number): number =>
  dollars(archiver) -
  1000 * expressDiscount * expressPrice([{ seconds: archiver.expressSecondsPerGeneration }], 0);

const costTargets = (cells: readonly Cell[], expressDiscount: number): Target[] =>
  providersOf(cells).flatMap((provider) => {
    const own = cells.filter((cell) => cell.provider === provider);
    const interval = own[0]?.intervalSeconds ?? 0;
    const named = `${provider}, every ${interval} s`;
    const shares = durableShares(interval);
    const overDurableTargets = (month: string, ratio: (cell: Cell) => number): readonly Target[] =>
      shares.map(({ name, bound, holds }) =>
        atMost(
          `${named}: cost over durable function's, ${name}${month}`,
          bound,
          own.filter(holds),
          ratio,
        ),
      );
    return [
      lagTarget(named, own),
      atMost(
        `${named}: cost over job poller's, 1 min`,
        pollerShares.minute,
        own.filter(isMinute),
        overPoller,
      ),
      atMost(
        `${named}: cost over job poller's, 3 min and more`,
        pollerShares.longer,
        own.filter((cell) => !isMinute(cell)),
        overPoller,
      ),
      ...overDurableTargets(', first tier of Express', overDurable),
      ...overDurableTargets(
        ', at the volume of the day',
        (cell) => dollarsInMonth(cell, expressDiscount) / dollars(cell.durable),
      ),
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
  readonly history: WorstHistory;
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

/**
 * p99 of the lag with 100 generations at once in the version before, in which a check slept in its
 * function: this bench at its definition.
 */
const earlierP99Seconds = 655;

/** Part of the requests that may be answered 429: nothing but 429 tells of a limit. */
const refusedShare = (name: string): number => (name.endsWith('at once') ? 0.1 : 0.05);

const chronicleTarget = ([name, figures]: [string, SharedKeyFigures]): Target => ({
  name: `chronicle, ${name}: requests answered 429`,
  target: `at most ${refusedShare(name) * 100} %, all archived, p99 lag at most ${earlierP99Seconds} s`,
  measured: `${((figures.refused / figures.requests) * 100).toFixed(1)} %, ${figures.archived} of ${figures.generations} archived, p99 lag ${seconds(figures.p99LagSeconds)}`,
  met:
    figures.refused <= refusedShare(name) * figures.requests &&
    figures.archived === figures.generations &&
    figures.p99LagSeconds <= earlierP99Seconds,
});

/** Part of the first tier's price that a month of such days is spared, over all tiers. */
const expressDiscount = ({ expressSeconds }: DayFigures): number => {
  const gigabyteHours = (expressSeconds * 30 * expressGigabytes(0)) / 3600;
  return 1 - expressMonth(gigabyteHours) / (gigabyteHours * prices.expressGigabyteSecond * 3600);
};

/** Most events of the parent in 24 hours with the worst schedule: a quarter of the quota, nearly. */
const mostHistoryEvents = 6000;

/** Step Functions Developer Guide, Quotas: what an Express execution may take. */
const longestRoundSeconds = 300;

/** Compares what was measured with what is to be reached. */
export const judge = ({
  cells,
  gamma,
  chronicle,
  quietKey,
  outage,
  history,
  day,
  daySeconds,
}: Measured): Target[] => [
  ...costTargets(cells, expressDiscount(day)),
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
    name: 'history events of 24 hours with the worst schedule, and the longest round of checks',
    target: `at most ${mostHistoryEvents}, and less than ${longestRoundSeconds} s`,
    measured: `${history.events} in ${history.rounds} rounds, the longest ${history.longestRoundSeconds.toFixed(1)} s`,
    met: history.events <= mostHistoryEvents && history.longestRoundSeconds < longestRoundSeconds,
  },
  {
    name: `a day of ${day.generations} generations: Lambda seconds for each`,
    target: 'at most 15',
    measured: day.lambdaSecondsPerGeneration.toFixed(1),
    met: day.lambdaSecondsPerGeneration <= 15,
  },
  {
    name: `a day of ${day.generations} generations: most functions at the same moment`,
    target: 'at most 45',
    measured: String(day.peakConcurrency),
    met: day.peakConcurrency <= 45,
  },
  {
    name: `a day of ${day.generations} generations: time to simulate, all archived`,
    target: 'at most 300 s',
    measured: `${seconds(daySeconds)}, ${day.archived} archived`,
    met: daySeconds <= 300 && day.archived === day.generations,
  },
];
