import { isSaved, nameOf } from './progress.ts';
import type { Outcome, Row, Rows } from './progress.ts';
import { plain } from './terminal-text.ts';

const bytesUnits = ['B', 'kB', 'MB', 'GB'] as const;

/** A size for people: decimal units, three digits. */
export const sizeText = (bytes: number): string => {
  if (bytes < 1000) return `${bytes} B`;
  // 999.5 and more would be written as 1000.
  const power = Math.min(bytesUnits.length - 1, Math.floor(Math.log10(bytes * (1000 / 999.5)) / 3));
  return `${(bytes / 1000 ** power).toPrecision(3)} ${bytesUnits[power] ?? ''}`;
};

/** The last part of an object's key. */
export const fileName = (key: string): string => key.slice(key.lastIndexOf('/') + 1);

const endText = (outcome: Outcome | undefined): string =>
  [
    ...(outcome?.files ?? []).map(({ key, bytes }) => `${fileName(key)} ${sizeText(bytes)}`),
    outcome?.problem,
  ]
    .filter((part) => part !== undefined)
    .join(', ');

const mark = (row: Row): string => {
  if (row.outcome === undefined) return '·';
  return isSaved(row) ? '✓' : '✗';
};

/** What is told of one generation, in the order in which it is told. */
export interface Cells {
  /** Whether it is saved, lost, or still open. */
  readonly mark: string;
  readonly provider: string;
  readonly name: string;
  /** What the provider says, or how it ended. */
  readonly state: string;
  /** 0 to 1, of a generation that is open and whose provider tells. */
  readonly progress?: number;
  readonly checks: string;
  readonly seconds: string;
  /** The files that were saved and the problem; empty while it is open. */
  readonly end: string;
}

/** What is told of a generation, each part on one line and safe to show. */
export const cellsOf = (row: Row, now: number): Cells => {
  const { outcome, progress } = row;
  const seconds = Math.max(0, Math.round(((row.endedAt ?? now) - row.startedAt) / 1000));
  const state = outcome?.detailType.replace('Generation ', '').toLowerCase() ?? row.says;
  return {
    mark: mark(row),
    provider: plain(row.provider),
    name: plain(nameOf(row)),
    state: plain(state),
    ...(outcome === undefined && progress !== undefined ? { progress } : {}),
    checks: `${row.checks} ${row.checks === 1 ? 'check' : 'checks'}`,
    seconds: `${seconds} s`,
    end: plain(endText(outcome)),
  };
};

/** A share as people write it. */
export const percentText = (share: number): string => `${Math.round(share * 100)} %`;

const stateText = ({ state, progress }: Cells): string =>
  progress === undefined ? state : `${state} ${percentText(progress)}`;

/**
 * Width of the column that says what the provider says: most words fit, longer ones push the rest
 * aside.
 */
const stateWidth = 20;

const longest = (texts: readonly string[]): number =>
  Math.max(0, ...texts.map(({ length }) => length));

/**
 * Lines about all generations, as a log gets them, of any length: provider, id, what is said,
 * checks, seconds, and in the end the files.
 */
export const linesOf = (rows: Rows, now: number): readonly string[] => {
  const all = [...rows.values()].map((row) => cellsOf(row, now));
  const providerWidth = longest(all.map(({ provider }) => provider));
  const nameWidth = longest(all.map(({ name }) => name));
  return all.map((cells) => {
    const parts = [
      cells.mark,
      cells.provider.padEnd(providerWidth),
      cells.name.padEnd(nameWidth),
      stateText(cells).padEnd(stateWidth),
      cells.checks.padStart(9),
      cells.seconds.padStart(6),
      cells.end,
    ];
    return parts.join('  ').trimEnd();
  });
};

/**
 * Lines about what a reader of a log has not seen yet: time that passes is no news, nor is a check
 * that told nothing new.
 */
export const newsOf = (before: Rows, after: Rows, now: number): readonly string[] => {
  const told = (row: Row): string => {
    const cells = cellsOf(row, now);
    return `${stateText(cells)}\n${cells.end}`;
  };
  const lines = linesOf(after, now);
  return [...after].flatMap(([name, row], index) => {
    const known = before.get(name);
    const line = lines[index];
    const isNews = known === undefined || told(known) !== told(row);
    return isNews && line !== undefined ? [line] : [];
  });
};

/** Characters of a SHA-256 that are shown. */
const shownHash = 12;

/**
 * What was saved: path, size and the beginning of the SHA-256. A path is never cut or broken, so
 * that it can be copied.
 *
 * @param pathOf where an object's file lies, as a person would name it
 * @param columns of the terminal; where a line does not fit, the path has one of its own
 */
export const summaryOf = (
  rows: Rows,
  pathOf: (key: string) => string,
  columns: number = Infinity,
): readonly string[] => {
  const files = [...rows.values()]
    .flatMap(({ outcome }) => outcome?.files ?? [])
    .map(({ key, bytes, sha256 }) => ({
      path: pathOf(key),
      size: sizeText(bytes).padStart(8),
      hash: `sha256 ${sha256.slice(0, shownHash)}…`,
    }));
  const width = longest(files.map(({ path }) => path));
  const lines = files.map(({ path, size, hash }) => `  ${path.padEnd(width)}  ${size}  ${hash}`);
  if (longest(lines) < columns) return lines;
  return files.flatMap(({ path, size, hash }) => [`  ${path}`, `    ${size.trim()}  ${hash}`]);
};
