import { cellsOf, percentText } from './progress-lines.ts';
import type { Cells } from './progress-lines.ts';
import type { Row, Rows } from './progress.ts';
import { bar, cut, cutMiddle, padRight, widthOf, wrap } from './terminal-text.ts';

/** The size of a terminal, in columns and lines. */
export interface TerminalSize {
  readonly columns: number;
  readonly rows: number;
}

const gap = '  ';

/** Columns of an id and of a state at the least, and of those that most of them need. */
const nameWidth = { least: 8 } as const;
const stateWidth = { least: 12, usual: 20, most: 36 } as const;
/** Longer names of providers, which are people's own, are cut. */
const mostOfProvider = 16;
const barWidth = { least: 4, most: 10 } as const;
/** "100 %". */
const percentWidth = 5;

const widthOfCounter = { checks: 9, seconds: 6 } as const;

type Counter = keyof typeof widthOfCounter;

/** What is left out where a terminal is too narrow: the checks first, then the seconds. */
const choicesOfCounters: readonly (readonly Counter[])[] = [['checks', 'seconds'], ['seconds'], []];

interface Layout {
  readonly provider: number;
  readonly name: number;
  readonly state: number;
  readonly counters: readonly Counter[];
}

/** The last column stays empty: some terminals begin a new line as soon as it is written to. */
const roomIn = (columns: number): number => Math.max(1, columns - 1);

const widest = (texts: readonly string[]): number => Math.max(0, ...texts.map(widthOf));

const naturalState = ({ state, progress }: Cells): number =>
  widthOf(state) + (progress === undefined ? 0 : 1 + barWidth.most + 1 + percentWidth);

/** @param usualState columns of a state at the least, where there is room */
const layoutFor = (all: readonly Cells[], room: number, usualState: number): Layout => {
  const provider = Math.min(mostOfProvider, widest(all.map((cells) => cells.provider)));
  const natural = {
    name: widest(all.map((cells) => cells.name)),
    state: Math.min(stateWidth.most, Math.max(usualState, ...all.map(naturalState))),
  };
  /** What is left for the name and the state. */
  const left = (counters: readonly Counter[]): number =>
    counters.reduce(
      (rest, counter) => rest - gap.length - widthOfCounter[counter],
      room - 1 - gap.length - provider - gap.length - gap.length,
    );
  const leastName = Math.min(nameWidth.least, natural.name);
  const counters =
    choicesOfCounters.find((choice) => left(choice) >= leastName + stateWidth.least) ?? [];
  const free = left(counters);
  const name = Math.min(natural.name, Math.max(leastName, free - natural.state));
  return { provider, name, state: Math.max(1, Math.min(natural.state, free - name)), counters };
};

/** What is said, and a percentage as a bar. The bar stays where there is no room for all of it. */
const stateCell = ({ state, progress }: Cells, width: number): string => {
  if (progress === undefined) return cut(state, width);
  const roomForBar = width - widthOf(state) - 1 - 1 - percentWidth;
  const cells = Math.max(barWidth.least, Math.min(barWidth.most, roomForBar));
  const drawn = `${bar(progress, cells)} ${percentText(progress).padStart(percentWidth)}`;
  const said = cut(state, width - widthOf(drawn) - 1);
  return said === '' ? drawn : `${said} ${drawn}`;
};

const lineWith = (cells: Cells, { provider, name, state, counters }: Layout): string =>
  [
    cells.mark,
    padRight(cut(cells.provider, provider), provider),
    padRight(cutMiddle(cells.name, name), name),
    padRight(stateCell(cells, state), state),
    ...counters.map((counter) => cells[counter].padStart(widthOfCounter[counter])),
  ].join(gap);

const isOpen = ({ outcome }: Row): boolean => outcome === undefined;

/** Those that are shown where not all fit: the open ones before those that have ended. */
const chosenOf = (all: readonly Row[], count: number): readonly Row[] => {
  const chosen = new Set(
    [...all.filter(isOpen), ...all.filter((row) => !isOpen(row))].slice(0, count),
  );
  return all.filter((row) => chosen.has(row));
};

/**
 * The table while generations are followed, to be redrawn: a line for each, none wider than the
 * terminal, and no more of them than it has lines.
 */
export const tableOf = (
  rows: Rows,
  now: number,
  { columns, rows: height }: TerminalSize,
): readonly string[] => {
  const all = [...rows.values()];
  const room = roomIn(columns);
  // The cursor stands on a line below the table.
  const lines = Math.max(1, height - 1);
  const shown = all.length <= lines ? all : chosenOf(all, lines - 1);
  const cells = shown.map((row) => cellsOf(row, now));
  // Columns that stay where they are while the words change.
  const layout = layoutFor(cells, room, stateWidth.usual);
  const table = cells.map((one) => cut(`${lineWith(one, layout)}${gap}${one.end}`.trimEnd(), room));
  if (shown.length === all.length) return table;
  const ended = all.filter((row) => !isOpen(row)).length;
  return [
    ...table,
    cut(`… ${all.length - shown.length} more; ${ended} of ${all.length} ended`, room),
  ];
};

const indent = '   ';

/**
 * The table that stays: nothing of the files and of the problems is left out, and what does not
 * fit goes on below its line.
 */
export const finalTableOf = (rows: Rows, now: number, columns: number): readonly string[] => {
  const room = roomIn(columns);
  const cells = [...rows.values()].map((row) => cellsOf(row, now));
  const layout = layoutFor(cells, room, 0);
  return cells.flatMap((one) => {
    const line = lineWith(one, layout);
    const whole = `${line}${gap}${one.end}`.trimEnd();
    if (widthOf(whole) <= room) return [whole];
    const below = one.end === '' ? [] : wrap(one.end, room - indent.length);
    return [cut(line.trimEnd(), room), ...below.map((text) => `${indent}${text}`)];
  });
};
