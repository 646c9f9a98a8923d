import * as z from 'zod';
import type { StartEndpoint } from '../start-endpoint.ts';
import { idField } from '../translating/answer.ts';
import type { HttpErrorOptions } from '../translating/http-errors.ts';
import {
  countField,
  filledField,
  listField,
  objectField,
  textField,
} from '../translating/request-fields.ts';
import { startedReader } from '../translating/start-answer.ts';

/** Perceptis, POST /api/v1/generate: allowed for a single slide only. */
const singleSlideFields = ['variant_count', 'reference_images'] as const;

/** Perceptis, POST /api/v1/generate. */
const generateRequest = objectField({
  prompt: filledField(),
  output_type: filledField(),
  template_name: textField().optional(),
  variant_count: countField(1).optional(),
  reference_images: listField(objectField({ data: filledField() })).optional(),
}).superRefine((request, context) => {
  if (request.output_type === 'single_slide') return;
  for (const field of singleSlideFields) {
    if (request[field] === undefined) continue;
    context.addIssue({
      code: 'custom',
      path: [field],
      message: 'is for the output_type single_slide only',
    });
  }
});

/** Starting at Perceptis, which knows a repeated request by its `Idempotency-Key`. */
export const perceptisStart = (errors: HttpErrorOptions): StartEndpoint => ({
  idempotent: true,
  schemaOf: () => generateRequest,
  fromPrompt: (prompt) => ({ prompt, output_type: 'deck' }),
  startRequest: ({ baseUrl, apiKey, request, idempotencyKey }) => ({
    url: `${baseUrl}/api/v1/generate`,
    headers: { Authorization: `Bearer ${apiKey}`, 'Idempotency-Key': idempotencyKey },
    post: request,
  }),
  readStarted: startedReader(z.looseObject({ job_id: idField }), ({ job_id: generationId }) => ({
    generationId,
    details: {},
  })),
  errors,
});
