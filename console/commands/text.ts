import { fileName, sizeText } from '../../local/progress-lines.ts';
import { cut, padRight, plain, widthOf } from '../../local/terminal-text.ts';
import type { Seen } from '../backend.ts';
import { idText, isArchived, standingText } from '../executions/standing.ts';

/** Characters that act on a terminal, and that JSON leaves as they are: C1 controls, direction marks, … */
const acting = /[\u007F-\u009F\u061C\u200E\u200F\u2028-\u202E\u2060-\u206F\uFEFF]/g;

const escaped = (character: string): string =>
  `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;

/** A value for programs, on a line of its own, that does nothing to a terminal that shows it. */
export const jsonLine = (value: unknown): string =>
  `${JSON.stringify(value).replaceAll(acting, escaped)}\n`;

/** A time as `2026-11-26 18:51:03Z`. */
export const timeText = (milliseconds: number): string =>
  new Date(milliseconds)
    .toISOString()
    .replace('T', ' ')
    .replace(/\.\d+Z$/, 'Z');

/** A span as `12 s`, `3 min` or `2 h 5 min`. */
export const spanText = (milliseconds: number): string => {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  if (seconds < 120) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 120 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
};

/**
 * Rows as columns that are as wide as what is in them, in the rows before as well; a line that is too
 * long is cut.
 */
export const columnsThatGrow = () => {
  let widths: readonly number[] = [];
  return (rows: readonly (readonly string[])[], width = Infinity): string[] => {
    widths = rows.reduce<readonly number[]>(
      (all, row) => row.map((cell, at) => Math.max(all[at] ?? 0, widthOf(cell))),
      widths,
    );
    return rows.map((row) => {
      const cells = row.map((cell, at) => padRight(cell, widths[at] ?? 0));
      return cut(cells.join('  ').trimEnd(), width);
    });
  };
};

/** See {@link columnsThatGrow}: all rows at once. */
export const columns = (rows: readonly (readonly string[])[]): string[] => columnsThatGrow()(rows);

/** Lines as they are written. */
export const linesOf = (lines: readonly string[]): string =>
  lines.map((line) => `${line}\n`).join('');

/** Files as lines, with size and SHA-256. */
export const fileColumns = (
  files: readonly { readonly name: string; readonly bytes: number; readonly sha256: string }[],
): string[] =>
  columns(
    files.map(({ name, bytes, sha256 }) => [
      `  ${plain(name)}`,
      sizeText(bytes),
      `sha256 ${sha256}`,
    ]),
  );

/** In a few words, what came of it. */
export const outcomeText = ({ artifacts = [], error }: Seen): string =>
  error === undefined
    ? artifacts.map(({ key, bytes }) => `${fileName(key)} ${sizeText(bytes)}`).join(', ')
    : `${error.code}: ${error.message}`;

const mark = (seen: Seen): string => {
  if (seen.standing === 'Running') return '·';
  return isArchived(seen) ? '✓' : '✗';
};

/** What heads {@link rowOf}. */
export const listHead = ['', 'provider', 'id', 'stands', 'began', 'took', 'what'] as const;

/** A generation as a row of the list. */
export const rowOf = (seen: Seen, now: number): readonly string[] =>
  [
    mark(seen),
    seen.provider,
    idText(seen),
    standingText(seen.standing),
    timeText(seen.startedAt),
    spanText((seen.endedAt ?? now) - seen.startedAt),
    outcomeText(seen),
  ].map(plain);

const iso = (milliseconds: number | undefined): string | undefined =>
  milliseconds === undefined ? undefined : new Date(milliseconds).toISOString();

/** A generation for programs: as it is, but for the confidential request, with times as ISO 8601. */
export const jsonOf = ({ trigger, startedAt, endedAt, ...seen }: Seen): object => {
  const { request: _, requestedAt, deadline, ...asked } = trigger ?? {};
  return {
    ...seen,
    startedAt: iso(startedAt),
    endedAt: iso(endedAt),
    ...asked,
    requestedAt: iso(requestedAt),
    deadline: iso(deadline),
  };
};

/** What was asked of AWS, in words. */
export const requestsText = (counts: ReadonlyMap<string, number>): string =>
  [...counts].map(([action, count]) => `${count} ${action}`).join(', ');
