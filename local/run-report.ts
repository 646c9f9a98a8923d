import { relative } from 'node:path';
import type { FieldProblem } from '../lambdas/contract/results.ts';
import type { ExecutionEnd } from './engine.ts';
import { summaryOf } from './progress-lines.ts';
import { nameOf } from './progress.ts';
import type { Row, Rows } from './progress.ts';
import { plain } from './terminal-text.ts';
import { lookAtProvider } from './triggers.ts';

/** A path as a person would name it. */
export const pathText = (path: string): string => {
  const way = relative('.', path);
  return way.startsWith('..') ? path : `./${way}`;
};

/** Why executions failed. */
export const failuresIn = (ends: ReadonlyMap<string, ExecutionEnd>): readonly string[] =>
  [...ends.values()].flatMap((end) =>
    end.status === 'failed' ? [`${end.error}: ${end.cause}`] : [],
  );

/**
 * What a run did, below the progress.
 *
 * @param columns of the terminal; absent where it goes to a file or a pipe
 */
export const report = (
  rows: Rows,
  pathOf: (key: string) => string,
  eventsFile: string,
  columns?: number,
): string => {
  const files = summaryOf(rows, pathOf, columns);
  const saved = files.length === 0 ? ['Nothing was saved.'] : ['Saved and verified:', ...files];
  const warnings = [...rows.values()].flatMap((row) =>
    row.warnings === undefined ? [] : [`${nameOf(row)}: ${row.warnings}`],
  );
  const warned =
    warnings.length === 0
      ? []
      : ['', 'The provider warned:', ...warnings.map((line) => `  ${line}`)];
  return ['', ...saved, ...warned, '', `Events: ${pathText(eventsFile)}`, ''].join('\n');
};

/** What is wrong with a trigger, field by field. */
export const rejectionText = (problems: readonly FieldProblem[]): string =>
  [
    'it was not accepted:',
    ...problems.map(
      ({ field, message }) => `  ${plain(`${field === '' ? 'the event' : field}: ${message}`)}`,
    ),
    '',
  ].join('\n');

/** Said plainly where money may have been spent. */
export const uncertaintiesIn = (rows: Rows): readonly string[] =>
  [...rows.values()].flatMap(({ provider, requestId, outcome }) =>
    requestId !== undefined && outcome?.problem?.startsWith('StartUncertain') === true
      ? [
          `nobody knows whether ${requestId} was started: ${lookAtProvider({ provider, requestId })}`,
        ]
      : [],
  );

const goOn = ({ provider, generationId, requestId }: Row): string =>
  generationId === undefined
    ? `it may have been started: the same command with --request-id ${requestId ?? ''} starts nothing again, and tells what is known`
    : `go on with npm start -- ${provider} ${generationId}`;

/** What is left open where a run was interrupted, and how to go on. */
export const interruptionText = (rows: Rows): string => {
  const all = [...rows.values()];
  const open = all.filter(({ outcome }) => outcome === undefined);
  const advice = open
    .filter(({ requestId }) => requestId !== undefined)
    .map((row) => `  ${row.provider} ${nameOf(row)}: ${goOn(row)}\n`);
  return `interrupted: ${open.length} of ${all.length} generations are still open; what is saved stays\n${advice.join('')}`;
};
