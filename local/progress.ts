import * as z from 'zod';
import { generationIdSchema } from '../lambdas/contract/generation.ts';
import {
  rejectedDetailSchema,
  resultDetailSchema,
  type ResultDetailType,
} from '../lambdas/contract/results.ts';
import type { Checked } from '../lambdas/handlers/check-status.ts';
import { problemText } from '../lambdas/providers/translating/text.ts';
import type { LocalEvent } from './event-bus.ts';
import { saidIn } from './said.ts';

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
  /** An answer to its question is with the provider. */
  | {
      readonly kind: 'answered';
      readonly at: number;
      readonly provider: string;
      readonly generationId: string;
    };

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
const keyOf = ({
  provider,
  requestId,
  generationId,
}: Pick<Row, 'provider' | 'requestId' | 'generationId'>): string =>
  requestId === undefined
    ? `${provider}/${generationId ?? ''}`
    : `${provider}/request:${requestId}`;

type About = { readonly [Field in 'provider' | 'generationId' | 'requestId']?: string | undefined };

const rowAbout = (rows: Rows, { provider, generationId, requestId }: About): Row | undefined =>
  [...rows.values()].find(
    (row) =>
      row.provider === provider &&
      ((requestId !== undefined && row.requestId === requestId) ||
        (generationId !== undefined && row.generationId === generationId)),
  );

/**
 * What is read of an event; what is started or cancelled before the provider knows it has no id of
 * the provider's.
 */
const announcedSchema = resultDetailSchema
  .pick({ provider: true, requestId: true, artifacts: true, generation: true, error: true })
  .extend({
    generationId: generationIdSchema.optional().catch(undefined),
    timing: z.object({ checks: z.int() }),
  });

const ending = (
  row: Row,
  detailType: ResultDetailType,
  detail: z.infer<typeof announcedSchema>,
  at: number,
): Row => {
  const problem =
    detail.error === undefined ? {} : { problem: `${detail.error.code}: ${detail.error.message}` };
  const files = (detail.artifacts ?? []).map(({ key, bytes, sha256 }) => ({ key, bytes, sha256 }));
  return {
    ...row,
    checks: detail.timing.checks,
    endedAt: at,
    outcome: { detailType, files, ...problem },
  };
};

const accepted = (row: Row, { generationId, generation }: z.infer<typeof announcedSchema>): Row => {
  const warnings = problemText(generation?.['warnings']);
  return {
    ...row,
    ...(generationId === undefined ? {} : { generationId }),
    says: warnings === undefined ? 'accepted' : `accepted, warns: ${warnings}`,
    ...(warnings === undefined ? {} : { warnings }),
  };
};

/**
 * A rejection is of the trigger itself, which ends the row, or of a reply, which leaves the
 * question open.
 */
const rejected = (rows: Rows, detail: unknown, at: number): Row | undefined => {
  const { data } = rejectedDetailSchema.safeParse(detail);
  if (data === undefined) return undefined;
  const row = [...rows.values()].find(
    ({ eventId }) => eventId !== undefined && eventId === data.trigger.id,
  );
  if (row !== undefined)
    return { ...row, endedAt: at, outcome: { detailType: 'Generation Rejected', files: [] } };
  const answered = rowAbout(rows, data);
  return answered === undefined || answered.outcome !== undefined
    ? undefined
    : { ...answered, says: 'the answer was not taken' };
};

const announced = (rows: Rows, { detailType, detail }: LocalEvent, at: number): Row | undefined => {
  if (detailType === 'Generation Rejected') return rejected(rows, detail, at);
  const { data } = announcedSchema.safeParse(detail);
  const row = data === undefined ? undefined : rowAbout(rows, data);
  // A question does not end anything: the check has told of it already.
  if (data === undefined || row === undefined || detailType === 'Generation Awaiting Input')
    return undefined;
  return detailType === 'Generation Accepted'
    ? accepted(row, data)
    : ending(row, detailType, data, at);
};

const checked = (
  rows: Rows,
  { generation, report, decision }: Extract<ProgressEvent, { kind: 'checked' }>['checked'],
): Row | undefined => {
  const row = rowAbout(rows, generation);
  if (row === undefined) return undefined;
  const { progress: _, ...kept } = row;
  return { ...kept, ...saidIn(report), checks: decision.memory.checks };
};

const saying = (rows: Rows, about: About, says: string): Row | undefined => {
  const row = rowAbout(rows, about);
  return row === undefined ? undefined : { ...row, says };
};

const rowAfter = (
  rows: Rows,
  event: Exclude<ProgressEvent, { kind: 'started' }>,
): Row | undefined => {
  switch (event.kind) {
    case 'checked':
      return checked(rows, event.checked);
    case 'announced':
      return announced(rows, event.event, event.at);
    case 'putOff':
      return saying(rows, event, `not taken yet, again in ${event.seconds} s`);
    case 'answered':
      return saying(rows, event, 'answered');
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
