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

/** Chronicle, POST /presentations/generate, Attachments: all four fields are required. */
const attachment = objectField({
  id: filledField(),
  url: filledField(),
  file_name: filledField(),
  type: filledField(),
});

/** Chronicle, POST /presentations/generate. */
const createRequest = objectField({
  prompt: filledField(),
  template_id: textField().optional(),
  selected_section_ids: listField(textField()).optional(),
  attachments: listField(attachment).optional(),
  non_interactive: z.boolean('must be true or false').optional(),
  section_count: z
    .union([countField(1), z.literal('auto')], 'must be a whole number from 1 on, or "auto"')
    .optional(),
});

/**
 * Starting at Chronicle. Unless the request says otherwise, it must not ask questions: no one may
 * be there to answer.
 */
export const chronicleStart = (errors: HttpErrorOptions): StartEndpoint => ({
  schemaOf: () => createRequest,
  fromPrompt: (prompt, { interactive = false }) => ({ prompt, non_interactive: !interactive }),
  startRequest: ({ baseUrl, apiKey, request }) => ({
    url: `${baseUrl}/api/v1/presentations/generate`,
    headers: { Authorization: `Bearer ${apiKey}` },
    post: { non_interactive: true, ...request },
  }),
  readStarted: startedReader(
    z.looseObject({ generation_id: idField }),
    ({ generation_id: generationId }) => ({
      generationId,
      details: {},
    }),
  ),
  errors,
});
