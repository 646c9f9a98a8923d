import * as z from 'zod';
import type { StartEndpoint } from '../start-endpoint.ts';
import { idField, optionalField } from '../translating/answer.ts';
import { detailsOf } from '../translating/details.ts';
import type { HttpErrorOptions } from '../translating/http-errors.ts';
import { filledField, listField, objectField, textField } from '../translating/request-fields.ts';
import { startedReader } from '../translating/start-answer.ts';

const slide = {
  template_slide_id: filledField(),
  slide_data: objectField({}),
  options: objectField({}).optional(),
};

const shared = { options: objectField({}).optional(), org_name: textField().optional() };

/** Duomi, Generate single slide (async). */
const slideRequest = objectField({ ...slide, ...shared });

/** Duomi, Generate presentation deck (async). */
const deckRequest = objectField({ slides: listField(objectField(slide), { min: 1 }), ...shared });

const answerSchema = z.looseObject({
  generation_id: idField,
  message: optionalField(z.string()),
});

/** Starting at Duomi. A request with `slides` makes a deck; any other a single slide. */
export const duomiStart = (errors: HttpErrorOptions): StartEndpoint => ({
  schemaOf: ({ slides }) => (slides === undefined ? slideRequest : deckRequest),
  startRequest: ({ baseUrl, apiKey, request }) => ({
    url: `${baseUrl}/api/v1/presentations/generate${request['slides'] === undefined ? '' : '-deck'}`,
    headers: { 'X-API-Key': apiKey },
    post: request,
  }),
  readStarted: startedReader(answerSchema, ({ generation_id: generationId, message }) => ({
    generationId,
    details: detailsOf({ message }),
  })),
  errors,
});
