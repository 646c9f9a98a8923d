import { isSaved, nameOf } from './progress.ts';
import type { Outcome, Row, Rows } from './progress.ts';

const bytesUnits = ['B', 'kB', 'MB', 'GB'] as const;

/** A size for people: decimal units, three digits. */
export const sizeText = (bytes: number): string => {
  if (bytes < 1000) return `${bytes} B`;
  // 999.5 and more would be written as 1000.
  const power = Math.min(bytesUnits.length - 1, Math.floor(Math.log10(bytes * (1000 / 999.5)) / 3));
  return `${(bytes / 1000 ** power).toPrecision(3)} ${bytesUnits[power] ?? ''}`;
};

const fileName = (key: string): string => key.slice(key.lastIndexOf('/') + 1);

const stateText = ({ says, progress, outcome }: Row): string => {
  if (outcome !== undefined) return outcome.detailType.replace('Generation ', '').toLowerCase();
  return progress === undefined ? says : `${says} ${Math.round(progress * 100)} %`;
};

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

/**
 * Width of the column that says what the provider says: most words fit, longer ones push the rest
 * aside.
 */
const stateWidth = 20;

/** Widths of the columns that are as wide as what is in them. */
interface Widths {
  readonly provider: number;
  readonly id: number;
}

/**
 * One line about a generation: provider, id, what is said, checks, seconds, and in the end the
 * files.
 */
export const lineOf = (row: Row, now: number, widths: Widths): string => {
  const seconds = Math.max(0, Math.round(((row.endedAt ?? now) - row.startedAt) / 1000));
  const checks = `${row.checks} ${row.checks === 1 ? 'check' : 'checks'}`;
  const parts = [
    mark(row),
    row.provider.padEnd(widths.provider),
    nameOf(row).padEnd(widths.id),
    stateText(row).padEnd(stateWidth),
    checks.padStart(9),
    `${seconds} s`.padStart(6),
    endText(row.outcome),
  ];
  return parts.join('  ').trimEnd();
};

const longest = (texts: readonly string[]): number =>
  Math.max(0, ...texts.map(({ length }) => length));

/** Lines about all generations, as a terminal shows them. */
export const linesOf = (rows: Rows, now: number): readonly string[] => {
  const all = [...rows.values()];
  const widths = {
    provider: longest(all.map(({ provider }) => provider)),
    id: longest(all.map(nameOf)),
  };
  return all.map((row) => lineOf(row, now, widths));
};

/**
 * Lines about what a reader of a log has not seen yet: time that passes is no news, nor is a check
 * that told nothing new.
 */
export const newsOf = (before: Rows, after: Rows, now: number): readonly string[] => {
  const lines = linesOf(after, now);
  return [...after].flatMap(([name, row], index) => {
    const known = before.get(name);
    const isNews =
      known === undefined ||
      stateText(known) !== stateText(row) ||
      endText(known.outcome) !== endText(row.outcome);
    const line = lines[index];
    return isNews && line !== undefined ? [line] : [];
  });
};

/** Characters of a SHA-256 that are shown. */
const shownHash = 12;

/**
 * What was saved: path, size and the beginning of the SHA-256.
 *
 * @param pathOf where an object's file lies, as a person would name it
 */
export const summaryOf = (rows: Rows, pathOf: (key: string) => string): readonly string[] => {
  const files = [...rows.values()].flatMap(({ outcome }) => outcome?.files ?? []);
  const paths = files.map(({ key }) => pathOf(key));
  const width = Math.max(0, ...paths.map(({ length }) => length));
  return files.map(
    ({ bytes, sha256 }, index) =>
      `  ${(paths[index] ?? '').padEnd(width)}  ${sizeText(bytes).padStart(8)}  sha256 ${sha256.slice(0, shownHash)}…`,
  );
};
