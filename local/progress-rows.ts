import type { ResultDetailType } from '../lambdas/contract/results.ts';

/** A file that was saved. */
export interface SavedFile {
  readonly key: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** How a generation ended. */
export interface Outcome {
  readonly detailType: ResultDetailType;
  readonly files: readonly SavedFile[];
  /** The error's code and message, where there is one. */
  readonly problem?: string;
}

/** All that is shown of one generation. */
export interface Row {
  readonly provider: string;
  /** Absent until the provider has accepted what was requested. */
  readonly generationId?: string;
  /** Of a generation that is started here. */
  readonly requestId?: string;
  readonly eventId?: string;
  readonly startedAt: number;
  /** What the provider says, in its own word where it has one. */
  readonly says: string;
  /** 0 to 1. */
  readonly progress?: number;
  /** What `Generation Progress` told last: it stands again once trouble is over. */
  readonly told?: { readonly says: string; readonly progress?: number };
  /** What the provider warned of when it accepted the request. */
  readonly warnings?: string;
  readonly checks: number;
  readonly endedAt?: number;
  readonly outcome?: Outcome;
}

/** Rows in the order in which the generations were started. */
export type Rows = ReadonlyMap<string, Row>;

/** Whether everything that was asked for is saved: what the machine calls succeeded. */
export const isSaved = ({ outcome }: Row): boolean =>
  outcome?.detailType === 'Generation Archived' ||
  outcome?.detailType === 'Generation Partially Archived';

/** What names a generation for a person: the provider's id, or the request until there is one. */
export const nameOf = ({
  generationId,
  requestId,
}: Pick<Row, 'generationId' | 'requestId'>): string => generationId ?? requestId ?? '';

/** A row is known by what it was started with, also after it got its id. */
export const keyOf = ({
  provider,
  requestId,
  generationId,
}: Pick<Row, 'provider' | 'requestId' | 'generationId'>): string =>
  requestId === undefined
    ? `${provider}/${generationId ?? ''}`
    : `${provider}/request:${requestId}`;

/** What names a generation: its id, or the request that it was started with. */
export type Subject = {
  readonly [Field in 'provider' | 'generationId' | 'requestId']?: string | undefined;
};

/** The row of a generation. */
export const rowOf = (
  rows: Rows,
  { provider, generationId, requestId }: Subject,
): Row | undefined =>
  [...rows.values()].find(
    (row) =>
      row.provider === provider &&
      ((requestId !== undefined && row.requestId === requestId) ||
        (generationId !== undefined && row.generationId === generationId)),
  );
