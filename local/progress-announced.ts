import * as z from 'zod';
import { generationIdSchema } from '../lambdas/contract/generation.ts';
import {
  progressDetailSchema,
  rejectedDetailSchema,
  resultDetailSchema,
  type ResultDetailType,
} from '../lambdas/contract/results.ts';
import { problemText } from '../lambdas/providers/translating/text.ts';
import type { LocalEvent } from './event-bus.ts';
import { rowOf } from './progress-rows.ts';
import type { Row, Rows } from './progress-rows.ts';

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

const progressed = (rows: Rows, detail: unknown): Row | undefined => {
  const { data } = progressDetailSchema.safeParse(detail);
  const row = data === undefined ? undefined : rowOf(rows, data);
  if (data === undefined || row === undefined || row.outcome !== undefined) return undefined;
  const { status: says, progress, timing } = data;
  const told = { says, ...(progress === undefined ? {} : { progress }) };
  const { progress: _, ...kept } = row;
  return { ...kept, ...told, told, checks: Math.max(row.checks, timing.checks) };
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
  const answered = rowOf(rows, data);
  return answered === undefined || answered.outcome !== undefined
    ? undefined
    : { ...answered, says: 'the answer was not taken' };
};

/**
 * The row that an event of the archiver is about, as it is now.
 *
 * @returns `undefined` where the event changes nothing that is shown
 */
export const announced = (
  rows: Rows,
  { detailType, detail }: LocalEvent,
  at: number,
): Row | undefined => {
  if (detailType === 'Generation Rejected') return rejected(rows, detail, at);
  if (detailType === 'Generation Progress') return progressed(rows, detail);
  const { data } = announcedSchema.safeParse(detail);
  const row = data === undefined ? undefined : rowOf(rows, data);
  if (data === undefined || row === undefined) return undefined;
  switch (detailType) {
    case 'Generation Accepted':
      return accepted(row, data);
    case 'Generation Awaiting Input':
      // The check that saw the question has told of it already.
      return undefined;
    case 'Generation Archived':
    case 'Generation Partially Archived':
    case 'Generation Failed':
    case 'Generation Timed Out':
    case 'Generation Not Archived':
    case 'Generation Not Started':
    case 'Generation Cancelled':
      return ending(row, detailType, data, at);
  }
};
