import { exitStatus } from '../../local/command-request.ts';
import { columnsOf } from '../../local/display.ts';
import type { Backend, ListPart, ListQuery } from '../backend.ts';
import type { Since } from './options.ts';
import type { Act } from './terminal.ts';
import {
  columnsThatGrow,
  jsonLine,
  jsonOf,
  linesOf,
  listHead,
  requestsText,
  rowOf,
} from './text.ts';

/** What says which generations are meant. */
interface Filters {
  readonly running?: true;
  readonly failed?: true;
  readonly archived?: true;
  readonly since?: Since;
  readonly provider?: string;
  readonly metadata?: Readonly<Record<string, string>>;
}

/** See {@link list}. */
export interface ListOptions extends Filters {
  readonly limit: number;
  readonly details: number;
  readonly json: boolean;
}

const whichOf = ({ running, failed, archived }: Filters): ListQuery['which'] => {
  if (running === true) return 'running';
  if (failed === true) return 'failed';
  return archived === true ? 'archived' : 'all';
};

const queryOf = (options: ListOptions, now: number): ListQuery => {
  const { since, provider, metadata, limit, details } = options;
  return {
    which: whichOf(options),
    limit,
    maxDetails: details,
    since: since?.(now),
    provider,
    metadata,
  };
};

/** At most so many generations, part by part, so that none is held longer than it is shown. */
async function* limited(
  backend: Pick<Backend, 'list'>,
  query: ListQuery,
): AsyncGenerator<ListPart> {
  let left = query.limit;
  for await (const part of backend.list(query)) {
    yield { ...part, seen: part.seen.slice(0, left) };
    left -= part.seen.length;
    if (left <= 0) return;
  }
}

/** Rows of a table that are held back, so that its columns are as wide as they need. */
const rowsAtOnce = 200;

const summary = (
  { limit, maxDetails }: ListQuery,
  shown: number,
  hasBriefs: boolean,
  requests: string,
): string => {
  const more = shown === limit ? `, the newest ${limit}: --limit tells more` : '';
  const brief = hasBriefs
    ? `; details were read of ${maxDetails} at most: --details reads more`
    : '';
  return `${shown} ${shown === 1 ? 'generation' : 'generations'}${more}${brief}. Asked of AWS: ${requests}\n`;
};

/** Lists generations, newest first. */
export const list =
  (options: ListOptions): Act =>
  async ({ backend }, { output, errors, now, stop }) => {
    const query = queryOf(options, now());
    let shown = 0;
    let hasBriefs = false;
    const columns = columnsThatGrow();
    let rows: (readonly string[])[] = [listHead];
    const print = (): void => {
      if (shown > 0) output.write(linesOf(columns(rows, columnsOf(output))));
      rows = [];
    };
    for await (const { seen: part, isBrief } of limited(backend, query)) {
      if (stop.aborted) return exitStatus.interrupted;
      hasBriefs ||= isBrief === true;
      shown += part.length;
      if (options.json) output.write(part.map((seen) => jsonLine(jsonOf(seen))).join(''));
      else rows.push(...part.map((seen) => rowOf(seen, now())));
      if (rows.length > rowsAtOnce) print();
    }
    if (!options.json) print();
    errors.write(summary(query, shown, hasBriefs, requestsText(backend.requests())));
    return exitStatus.archived;
  };
