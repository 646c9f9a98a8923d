import type { Checked } from '../lambdas/handlers/check-status.ts';
import type { LocalEvent } from './event-bus.ts';
import { announced } from './progress-announced.ts';
import { keyOf, rowOf } from './progress-rows.ts';
import type { Row, Rows, Subject } from './progress-rows.ts';

export { isSaved, nameOf } from './progress-rows.ts';
export type { Outcome, Row, Rows, SavedFile } from './progress-rows.ts';

/** A generation that a run is about: it has an id, or is to be started for a request. */
export type Wanted =
  | { readonly provider: string; readonly generationId: string }
  | { readonly provider: string; readonly requestId: string };

/** Something happened to a generation. Times are milliseconds since 1970. */
export type ProgressEvent =
  /** `eventId`: of the trigger event, by which its rejection is known. */
  | {
      readonly kind: 'started';
      readonly at: number;
      readonly generations: readonly (Wanted & { readonly eventId?: string })[];
    }
  | {
      readonly kind: 'checked';
      readonly at: number;
      readonly checked: Pick<Checked, 'generation' | 'report' | 'decision'>;
    }
  | { readonly kind: 'announced'; readonly at: number; readonly event: LocalEvent }
  /**
   * The provider did not take the request for the moment; it is sent again after so many seconds.
   */
  | {
      readonly kind: 'putOff';
      readonly at: number;
      readonly provider: string;
      readonly requestId: string;
      readonly seconds: number;
    }
  /** What is known of a check that was made elsewhere: by a log, for one. */
  | {
      readonly kind: 'said';
      readonly at: number;
      readonly about: Wanted;
      readonly says: string;
      readonly progress?: number | undefined;
      readonly checks?: number | undefined;
      /** The id that the provider has given in the meantime. */
      readonly generationId?: string | undefined;
    }
  /** An answer to its question is with the provider. */
  | {
      readonly kind: 'answered';
      readonly at: number;
      readonly provider: string;
      readonly generationId: string;
    };

/** What a check found: the provider's word for it, where it has one. */
export const checkedText = ({ status }: Checked['report']): Pick<Row, 'says' | 'progress'> => {
  switch (status.kind) {
    case 'pending':
      return {
        says: status.said,
        ...(status.progress === undefined ? {} : { progress: status.progress }),
      };
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

const checked = (
  rows: Rows,
  { generation, report, decision }: Extract<ProgressEvent, { kind: 'checked' }>['checked'],
): Row | undefined => {
  const row = rowOf(rows, generation);
  if (row === undefined) return undefined;
  const { checks } = decision.memory;
  const { progress: _, ...kept } = row;
  // Where progress is announced, it is shown as announced: as a consumer on the bus sees it.
  if (report.status.kind === 'pending' && row.told !== undefined)
    return { ...kept, ...row.told, checks };
  return { ...kept, ...checkedText(report), checks };
};

/** A row that says something else now. */
const withText = (rows: Rows, subject: Subject, says: string): Row | undefined => {
  const row = rowOf(rows, subject);
  return row === undefined ? undefined : { ...row, says };
};

const said = (
  rows: Rows,
  { about, says, progress, checks, generationId }: Extract<ProgressEvent, { kind: 'said' }>,
): Row | undefined => {
  const row = rowOf(rows, about);
  if (row === undefined || row.outcome !== undefined) return undefined;
  const { progress: _, ...kept } = row;
  return {
    ...kept,
    says,
    ...(progress === undefined ? {} : { progress }),
    ...(checks === undefined ? {} : { checks }),
    ...(generationId === undefined ? {} : { generationId }),
  };
};

const rowAfter = (
  rows: Rows,
  event: Exclude<ProgressEvent, { kind: 'started' }>,
): Row | undefined => {
  switch (event.kind) {
    case 'checked':
      return checked(rows, event.checked);
    case 'said':
      return said(rows, event);
    case 'announced':
      return announced(rows, event.event, event.at);
    case 'putOff':
      return withText(rows, event, `not taken yet, again in ${event.seconds} s`);
    case 'answered':
      return withText(rows, event, 'answered');
  }
};

/** Applies what happened. An event about a generation that was never started changes nothing. */
export const advance = (rows: Rows, event: ProgressEvent): Rows => {
  if (event.kind === 'started') {
    const fresh = event.generations.map((wanted): [string, Row] => {
      const says = 'requestId' in wanted ? 'requested' : 'waiting';
      return [keyOf(wanted), { ...wanted, startedAt: event.at, says, checks: 0 }];
    });
    return new Map([...rows, ...fresh]);
  }
  const row = rowAfter(rows, event);
  return row === undefined ? rows : new Map(rows).set(keyOf(row), row);
};
