import { z } from 'zod';
import {
  cancelledDetailSchema,
  eventSource,
  notStartedDetailSchema,
  progressDetailSchema,
  rejectedDetailSchema,
  resultDetailSchema,
  resultDetailTypes,
  type GenerationResultType,
  type ResultDetailType,
} from '../lambdas/contract/results.ts';
import { triggerDetailTypes, triggerSchemas } from '../lambdas/contract/triggers.ts';

type ResultField = Exclude<keyof typeof resultDetailSchema.shape, 'version'>;

/**
 * Fields beyond the ones that every result event has, by detail-type: what a consumer may count on.
 */
export const alsoRequired = {
  'Generation Accepted': ['requestId'],
  'Generation Archived': ['artifacts', 'manifest'],
  'Generation Partially Archived': ['artifacts', 'manifest'],
  'Generation Awaiting Input': ['generation', 'questionId'],
  'Generation Failed': ['error'],
  'Generation Timed Out': ['error'],
  'Generation Not Archived': ['error'],
} as const satisfies Readonly<
  Record<Exclude<GenerationResultType, 'Generation Cancelled'>, readonly ResultField[]>
>;

/** The schema of one result's detail, with every field required that a consumer may count on. */
export const detailSchemaOf = (detailType: ResultDetailType): z.ZodType => {
  if (detailType === 'Generation Rejected') return rejectedDetailSchema;
  if (detailType === 'Generation Progress') return progressDetailSchema;
  if (detailType === 'Generation Not Started') return notStartedDetailSchema;
  if (detailType === 'Generation Cancelled') return cancelledDetailSchema;
  const { shape } = resultDetailSchema;
  const required = Object.fromEntries(
    alsoRequired[detailType].map((field) => [field, z.nonoptional(shape[field])]),
  );
  return resultDetailSchema.extend(required);
};

/** The JSON Schema (draft 2020-12) of one event's detail. */
export interface EventSchema {
  readonly detailType: string;
  /** File name, without a folder: `generation-archived.json`. */
  readonly fileName: string;
  readonly schema: Record<string, unknown>;
}

const eventSchema = (detailType: string, detail: z.ZodType, description: string): EventSchema => ({
  detailType,
  fileName: `${detailType.toLowerCase().replaceAll(' ', '-')}.json`,
  schema: {
    title: detailType,
    description,
    ...z.toJSONSchema(detail, { io: 'input', unrepresentable: 'any' }),
  },
});

/**
 * The JSON Schemas of every event that the archiver takes or sends, made from the schemas that it
 * parses with.
 */
export const eventSchemas = (): EventSchema[] => [
  ...triggerDetailTypes.map((type) =>
    eventSchema(
      type,
      triggerSchemas[type],
      `detail of a trigger event; any source but "${eventSource}"`,
    ),
  ),
  ...resultDetailTypes.map((detailType) =>
    eventSchema(
      detailType,
      detailSchemaOf(detailType),
      `detail of an event with source "${eventSource}"`,
    ),
  ),
];
