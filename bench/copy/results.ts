import { table, type Target } from '../shared/targets.ts';
import { medianFigures, type Figures } from './figures.ts';

/** What one contender needs for one size. */
export interface Result extends Figures {
  readonly contender: string;
  readonly megabytes: number;
  readonly rounds: number;
  readonly megabytesPerSecond: number;
  readonly cpuSecondsPerGigabyte: number;
}

/** The medians of a race. */
export const resultsOf = (
  megabytes: number,
  race: ReadonlyMap<string, readonly Figures[]>,
): Result[] =>
  [...race].map(([contender, all]) => {
    const figures = medianFigures(all);
    return {
      contender,
      megabytes,
      rounds: all.length,
      ...figures,
      megabytesPerSecond: (megabytes / figures.milliseconds) * 1000,
      cpuSecondsPerGigabyte: (figures.cpuSeconds / megabytes) * 1000,
    };
  });

const round = (value: number, digits: number): string =>
  Number.isFinite(value) ? value.toFixed(digits) : '–';

/** Results as a table for a terminal, with each time as a part of the first contender's. */
export const resultTable = (results: readonly Result[]): string => {
  const [first] = results;
  return table([
    ['', 'ms', 'times', 'MB/s', 'CPU s/GB', 'peak MB'],
    ...results.map((result) => [
      result.contender,
      round(result.milliseconds, result.milliseconds < 100 ? 1 : 0),
      round(result.milliseconds / (first?.milliseconds ?? Number.NaN), 2),
      round(result.megabytesPerSecond, 0),
      round(result.cpuSecondsPerGigabyte, 2),
      round(result.peakBytes / 1e6, 0),
    ]),
  ]);
};

/** Whether one contender was at least as fast as the fastest of its rivals. */
export const speedTarget = (
  results: readonly Result[],
  ours: string,
  rivals: readonly string[],
): Target[] => {
  const mine = results.find(({ contender }) => contender === ours);
  const [fastest] = results
    .filter(({ contender }) => rivals.includes(contender))
    .toSorted((a, b) => a.milliseconds - b.milliseconds);
  if (mine === undefined || fastest === undefined) return [];
  const ratio = fastest.milliseconds / mine.milliseconds;
  return [
    {
      name: `speed, ${mine.megabytes} MB`,
      target: `at least that of the fastest rival (${fastest.contender})`,
      measured: `${ratio.toFixed(2)} times as fast`,
      met: ratio >= 1,
    },
  ];
};
