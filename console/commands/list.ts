import { exitStatus } from '../../local/command-request.ts';
import type { Backend, ListQuery, Seen } from '../backend.ts';
import type { Act } from './terminal.ts';
import { columns, jsonLine, jsonOf, listHead, requestsText, rowOf } from './text.ts';

/** What says which generations are meant. */
interface Filters {
  readonly running?: true;
  readonly failed?: true;
  readonly archived?: true;
  readonly since?: number;
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
    since: since === undefined ? undefined : now - since * 1000,
    provider,
    metadata,
  };
};

/** At most so many generations, part by part, so that none is held longer than it is shown. */
async function* limited(
  backend: Pick<Backend, 'list'>,
  query: ListQuery,
): AsyncGenerator<readonly Seen[]> {
  let left = query.limit;
  for await (const { seen } of backend.list(query)) {
    yield seen.slice(0, left);
    left -= seen.length;
    if (left <= 0) return;
  }
}

const summary = (
  { limit, metadata, maxDetails }: ListQuery,
  shown: number,
  hasBriefs: boolean,
  requests: string,
): string => {
  const more = shown === limit ? `, the newest ${limit}: --limit tells more` : '';
  const brief =
    hasBriefs || (metadata !== undefined && shown < limit)
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
    for await (const part of limited(backend, query)) {
      if (stop.aborted) return exitStatus.interrupted;
      hasBriefs ||= part.some(({ trigger }) => trigger === undefined);
      if (options.json) output.write(part.map((seen) => jsonLine(jsonOf(seen))).join(''));
      else if (part.length > 0) {
        const rows = part.map((seen) => rowOf(seen, now()));
        const width = output.isTTY ? output.columns : undefined;
        const lines = columns(shown === 0 ? [listHead, ...rows] : rows, width);
        output.write(`${lines.join('\n')}\n`);
      }
      shown += part.length;
    }
    errors.write(summary(query, shown, hasBriefs, requestsText(backend.requests())));
    return exitStatus.archived;
  };
