import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** What a bench set out to reach, and what it measured. */
export interface Target {
  readonly name: string;
  /** For people: "at most 2.5 s". */
  readonly target: string;
  /** For people, with its unit. */
  readonly measured: string;
  readonly met: boolean;
}

/** A bench's report: its targets beside whatever else it found out. */
export interface BenchReport {
  readonly targets: readonly Target[];
  readonly [figures: string]: unknown;
}

/** A table for a terminal: columns as wide as their longest cell. */
export const table = (rows: readonly (readonly string[])[]): string => {
  const widths = rows.reduce<number[]>(
    (all, row) => row.map((cell, column) => Math.max(all[column] ?? 0, cell.length)),
    [],
  );
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
};

/** The targets as a table; one that is not met says so plainly. */
export const targetTable = (targets: readonly Target[]): string =>
  table([
    ['', 'target', 'to reach', 'measured'],
    ...targets.map(({ name, target, measured, met }) => [
      met ? 'met' : 'NOT MET',
      name,
      target,
      measured,
    ]),
  ]);

/** Writes `reports/<name>.json`, and answers where. */
export const writeReport = (name: string, report: BenchReport): string => {
  const folder = fileURLToPath(new URL('../../reports', import.meta.url));
  mkdirSync(folder, { recursive: true });
  const file = `${folder}/${name}.json`;
  writeFileSync(file, `${JSON.stringify(report, null, 2)}\n`);
  return file;
};
