import type { FieldProblem } from '../lambdas/contract/results.ts';
import type { LocalArchiver } from './archiver.ts';
import { exitStatus } from './command.ts';
import { columnsOf } from './display.ts';
import type { ExecutionEnd } from './engine.ts';
import { isSaved } from './progress.ts';
import type { Rows } from './progress.ts';
import { failuresIn, pathText, rejectionText, report, uncertaintiesIn } from './run-report.ts';

/** Where the end of a run is told. */
export interface ReportStreams {
  readonly json: boolean;
  readonly output: NodeJS.WriteStream;
  readonly errors: NodeJS.WriteStream;
}

/** What a run came to. */
export interface RunResult {
  readonly rows: Rows;
  readonly ends: ReadonlyMap<string, ExecutionEnd>;
  readonly rejected: readonly FieldProblem[];
  readonly archiver: LocalArchiver;
}

/** Tells what a run came to. @returns the exit status */
export const conclude = (
  { json, output, errors }: ReportStreams,
  { rows, ends, rejected, archiver }: RunResult,
): number => {
  const all = [...rows.values()];
  if (all.length === 0) return exitStatus.archived;
  // Should never be seen: an execution that could not even announce how it ended.
  if (all.some(({ outcome }) => outcome === undefined))
    errors.write(`ended without a result: ${failuresIn(ends).join('; ')}\n`);
  for (const line of uncertaintiesIn(rows)) errors.write(`${line}\n`);
  if (rejected.length > 0 && !json) errors.write(rejectionText(rejected));
  if (rejected.length > 0) return exitStatus.badUsage;
  const pathOf = (key: string): string => pathText(archiver.objects.filePath(key));
  if (!json) output.write(report(rows, pathOf, archiver.eventsFile, columnsOf(output)));
  return all.every(isSaved) ? exitStatus.archived : exitStatus.notArchived;
};
