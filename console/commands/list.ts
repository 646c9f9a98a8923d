import type { Backend, ListQuery, Seen } from '../backend.ts';
import type { Terminal } from './terminal.ts';
import { columns, jsonOf, listHead, requestsText, rowOf } from './text.ts';

/** What says which generations are meant. */
export interface Filters {
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

/** The query that options stand for. */
export const queryOf = (
  { since, provider, metadata, ...which }: Filters,
  limits: Pick<ListQuery, 'limit' | 'maxDetails'>,
  now: number,
): ListQuery => ({
  which: whichOf(which),
  ...limits,
  ...(since === undefined ? {} : { since: now - since * 1000 }),
  ...(provider === undefined ? {} : { provider }),
  ...(metadata === undefined ? {} : { metadata }),
});

/** At most so many generations, part by part, so that none is held longer than it is shown. */
export async function* limited(
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
export const list = async (
  backend: Pick<Backend, 'list' | 'requests'>,
  options: ListOptions,
  { output, errors, now, stop }: Terminal,
): Promise<number> => {
  const { json, limit, details } = options;
  const query = queryOf(options, { limit, maxDetails: details }, now());
  let shown = 0;
  let hasBriefs = false;
  for await (const part of limited(backend, query)) {
    if (stop.aborted) return 130;
    hasBriefs ||= part.some(({ trigger }) => trigger === undefined);
    const rows = part.map((seen) => rowOf(seen, now()));
    const head = shown === 0 && rows.length > 0 && !json ? [listHead] : [];
    const width = output.isTTY ? output.columns : undefined;
    const lines = json
      ? part.map((seen) => JSON.stringify(jsonOf(seen)))
      : columns([...head, ...rows], width);
    if (lines.length > 0) output.write(`${lines.join('\n')}\n`);
    shown += part.length;
  }
  errors.write(summary(query, shown, hasBriefs, requestsText(backend.requests())));
  return 0;
};
