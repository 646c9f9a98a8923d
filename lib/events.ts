/**
 * What functions that receive the archiver's events import: types and a parser, and nothing of the
 * CDK.
 */
import { z } from 'zod';
import { parseTrigger, rejectionError } from '../lambdas/contract/parse-trigger.ts';
import { eventSource, resultDetailTypes } from '../lambdas/contract/results.ts';
import type {
  CancelledDetail,
  NotStartedDetail,
  ProgressDetail,
  RejectedDetail,
  ResultDetail,
  ResultDetailType,
} from '../lambdas/contract/results.ts';
import { triggerSchemas, type TriggerDetailType } from '../lambdas/contract/triggers.ts';
import { detailSchemaOf, type alsoRequired } from './event-schemas.ts';

export { eventSource, resultDetailTypes } from '../lambdas/contract/results.ts';
export { triggerDetailTypes, type TriggerDetailType } from '../lambdas/contract/triggers.ts';
export type {
  Artifact,
  CancelledDetail,
  FieldProblem,
  NotStartedDetail,
  ObjectLocation,
  ProgressDetail,
  RejectedDetail,
  ResultDetail,
  ResultDetailType,
  Timing,
} from '../lambdas/contract/results.ts';
export type { ErrorCode } from '../lambdas/contract/error-codes.ts';

/** The detail of one kind of result, with the fields required that it always has. */
export type DetailOf<DetailType extends ResultDetailType> =
  DetailType extends keyof typeof alsoRequired
    ? ResultDetail & {
        readonly [Field in (typeof alsoRequired)[DetailType][number]]: NonNullable<
          ResultDetail[Field]
        >;
      }
    : DetailType extends 'Generation Progress'
      ? ProgressDetail
      : DetailType extends 'Generation Not Started'
        ? NotStartedDetail
        : DetailType extends 'Generation Cancelled'
          ? CancelledDetail
          : RejectedDetail;

/** One kind of result as EventBridge delivers it. */
export interface ResultEventOf<DetailType extends ResultDetailType> {
  readonly version: string;
  readonly id: string;
  readonly source: typeof eventSource;
  readonly 'detail-type': DetailType;
  readonly account: string;
  /** When it was sent, ISO 8601. */
  readonly time: string;
  readonly region: string;
  readonly resources: readonly string[];
  readonly detail: DetailOf<DetailType>;
}

/** Any result as EventBridge delivers it; `detail-type` tells them apart. */
export type ResultEvent = {
  [DetailType in ResultDetailType]: ResultEventOf<DetailType>;
}[ResultDetailType];

const envelopeSchema = z.looseObject({
  source: z.literal(eventSource),
  'detail-type': z.enum(resultDetailTypes),
  detail: z.unknown(),
});

/**
 * Checks an event that a function received. Fields that this version does not know are dropped from
 * the detail.
 *
 * @throws where it is none of the archiver's results, with what is wrong
 */
export const parseResultEvent = (event: unknown): ResultEvent => {
  const envelope = envelopeSchema.safeParse(event);
  if (!envelope.success)
    throw new Error(`not an event of ${eventSource}: ${z.prettifyError(envelope.error)}`);
  const detail = detailSchemaOf(envelope.data['detail-type']).safeParse(envelope.data.detail);
  if (!detail.success)
    throw new Error(
      `not a '${envelope.data['detail-type']}' event: ${z.prettifyError(detail.error)}`,
    );
  return { ...envelope.data, detail: detail.data } as unknown as ResultEvent;
};

/**
 * What `Generation Rejected` would say about a trigger, for whoever wants to tell it at once. What the
 * provider's own create request needs, and what is known or runs already, is seen by the archiver alone.
 *
 * @param detail the event's detail, or whatever stands in its place
 * @param deployed names of the providers of the archiver
 * @returns `undefined` where nothing is wrong with it as such
 */
export const checkTrigger = (
  detailType: TriggerDetailType,
  detail: unknown,
  deployed: readonly string[],
): RejectedDetail['error'] | undefined => {
  const schema: z.ZodObject = triggerSchemas[detailType];
  const outcome = parseTrigger(schema, detail, deployed);
  return outcome.ok ? undefined : rejectionError(outcome);
};
