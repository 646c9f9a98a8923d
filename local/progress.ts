import type { Checked } from '../lambdas/handlers/check-status.ts';
import { resultDetailSchema, type ResultDetail, type ResultDetailType } from '../lambdas/contract/results.ts';
import type { LocalEvent } from './event-bus.ts';

/** Something happened to a generation. Times are milliseconds since 1970. */
export type ProgressEvent =
  | { readonly kind: 'started'; readonly at: number; readonly generations: readonly Pick<Row, 'provider' | 'generationId'>[] }
  | { readonly kind: 'checked'; readonly at: number; readonly checked: Pick<Checked, 'generation' | 'report' | 'decision'> }
  | { readonly kind: 'announced'; readonly at: number; readonly event: LocalEvent };

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
  readonly generationId: string;
  readonly startedAt: number;
  /** What the provider says, in its own word where it has one. */
  readonly says: string;
  /** 0 to 1. */
  readonly progress?: number;
  readonly checks: number;
  readonly endedAt?: number;
  readonly outcome?: Outcome;
}

/** Rows in the order in which the generations were started. */
export type Rows = ReadonlyMap<string, Row>;

/** Whether everything that was asked for is saved: what the machine calls succeeded. */
export const isSaved = ({ outcome }: Row): boolean =>
  outcome?.detailType === 'Generation Archived' || outcome?.detailType === 'Generation Partially Archived';

const rowName = (provider: string, generationId: string): string => `${provider}/${generationId}`;

const saidIn = ({ status }: Checked['report']): Pick<Row, 'says' | 'progress'> => {
  switch (status.kind) {
    case 'pending':
      return { says: status.said, ...(status.progress === undefined ? {} : { progress: status.progress }) };
    case 'awaitingInput':
      return { says: `asks: ${status.question}` };
    case 'exportPending':
      return { says: `${status.said}, export not there yet` };
    case 'ready':
      return { says: `${status.said}, saving` };
    case 'failed':
      return { says: status.said };
    case 'notFound':
      return { says: 'not found yet' };
    case 'refused':
      return { says: `refused (${status.code})` };
    case 'throttled':
      return { says: 'too many requests, slowing down' };
    case 'unavailable':
      return { says: status.message };
  }
};

const ending = (row: Row, detailType: ResultDetailType, detail: ResultDetail, at: number): Row => {
  const problem = detail.error === undefined ? {} : { problem: `${detail.error.code}: ${detail.error.message}` };
  const files = (detail.artifacts ?? []).map(({ key, bytes, sha256 }) => ({ key, bytes, sha256 }));
  return { ...row, checks: detail.timing.checks, endedAt: at, outcome: { detailType, files, ...problem } };
};

/** Applies what happened. An event about a generation that was never started changes nothing. */
export const advance = (rows: Rows, event: ProgressEvent): Rows => {
  const replace = (row: Row): Rows => new Map(rows).set(rowName(row.provider, row.generationId), row);
  switch (event.kind) {
    case 'started': {
      const fresh = event.generations.map(({ provider, generationId }): [string, Row] => [
        rowName(provider, generationId),
        { provider, generationId, startedAt: event.at, says: 'waiting', checks: 0 },
      ]);
      return new Map([...rows, ...fresh]);
    }
    case 'checked': {
      const { generation, report, decision } = event.checked;
      const row = rows.get(rowName(generation.provider, generation.generationId));
      if (row === undefined) return rows;
      const { provider, generationId, startedAt } = row;
      return replace({ provider, generationId, startedAt, ...saidIn(report), checks: decision.memory.checks });
    }
    case 'announced': {
      const { detailType, detail } = event.event;
      const parsed = resultDetailSchema.safeParse(detail);
      const row = parsed.success ? rows.get(rowName(parsed.data.provider, parsed.data.generationId)) : undefined;
      // A question does not end anything: the check has told of it already.
      if (row === undefined || !parsed.success || detailType === 'Generation Awaiting Input') return rows;
      return replace(ending(row, detailType, parsed.data, event.at));
    }
  }
};
