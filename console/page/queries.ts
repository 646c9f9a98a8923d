import type { Backend, Cursor, ListQuery, Seen } from '../backend.ts';
import { whiches, type Filter } from './layout.ts';

/** Generations on one page: as many as a person reads. */
const rowsOfPage = 50;

/** Generations whose details one page reads at most. */
export const maxDetails = 1000;

const isWhich = (text: string): text is ListQuery['which'] => Object.hasOwn(whiches, text);

/** Reads the filter from an address. */
export const filterOf = (value: (name: string) => string | undefined): Filter => {
  const which = value('which') ?? '';
  return {
    which: isWhich(which) ? which : 'all',
    provider: value('provider') ?? '',
    since: value('since') ?? '',
    metadata: value('metadata') ?? '',
  };
};

/** The query that a filter stands for. */
export const queryOf = ({ which, provider, since, metadata }: Filter, now: number): ListQuery => {
  const at = metadata.indexOf('=');
  const hours = Number(since);
  return {
    which,
    limit: rowsOfPage,
    maxDetails,
    provider: provider === '' ? undefined : provider,
    since: hours > 0 ? now - hours * 3_600_000 : undefined,
    metadata: at < 1 ? undefined : { [metadata.slice(0, at)]: metadata.slice(at + 1) },
  };
};

/** Reads a place from an address: time, execution and token, as {@link pageOf} writes it. */
export const cursorOf = (text = ''): Cursor | undefined => {
  const [at = '', after = '', token] = text.split(' ');
  if (after === '' || !Number.isFinite(Number(at))) return undefined;
  return { at: Number(at), after, token: token === '' ? undefined : token };
};

/** One page of the list, and the place where the next begins. */
export interface Page {
  readonly shown: readonly Seen[];
  readonly place?: string;
  /** More details were to be read than a page reads: there may be more. */
  readonly isBrief: boolean;
}

/** Reads one page of the list. */
export const pageOf = async (
  backend: Pick<Backend, 'list'>,
  query: ListQuery,
  from: Cursor | undefined,
): Promise<Page> => {
  const shown: Seen[] = [];
  let isBrief = false;
  for await (const { token = '', seen, isBrief: isPartBrief = false } of backend.list(
    query,
    from,
  )) {
    isBrief ||= isPartBrief;
    for (const one of seen) {
      const last = shown.at(-1);
      if (shown.length === rowsOfPage && last !== undefined)
        return { shown, isBrief, place: `${last.startedAt} ${last.execution} ${token}` };
      shown.push(one);
    }
  }
  return { shown, isBrief };
};
