import * as z from 'zod';
import type { StartEndpoint } from '../start-endpoint.ts';
import { idField, optionalField } from '../translating/answer.ts';
import { detailsOf } from '../translating/details.ts';
import type { HttpErrorOptions } from '../translating/http-errors.ts';
import {
  countField,
  filledField,
  listField,
  objectField,
  textField,
} from '../translating/request-fields.ts';
import { startedReader } from '../translating/start-answer.ts';

/** Gamma, Generate API parameters explained: the longest inputText and prompt, in characters. */
const maxPromptLength = 400_000;

/**
 * Words such as those of `format` and `exportAs` are Gamma's to judge: a new one must not wait for
 * the archiver.
 */
const word = textField().optional();

const shared = {
  themeId: word,
  exportAs: word,
  folderIds: listField(textField(), { max: 10 }).optional(),
};

/** Gamma, POST /v1.0/generations. `pages` stands in for `inputText`. */
const generationRequest = objectField({
  ...shared,
  inputText: filledField(maxPromptLength).optional(),
  textMode: word,
  format: word,
  title: word,
  // 60 on most plans, 75 on the largest: the plan is Gamma's to judge.
  numCards: countField(1, 75).optional(),
  additionalInstructions: textField(5000).optional(),
  textOptions: objectField({
    tone: textField(500).optional(),
    audience: textField(500).optional(),
  }).optional(),
  imageOptions: objectField({ style: textField(5000).optional() }).optional(),
}).refine(({ inputText, pages }) => inputText !== undefined || pages !== undefined, {
  path: ['inputText'],
  message: 'is missing',
});

/** Gamma, POST /v1.0/generations/from-template. */
const templateRequest = objectField({
  ...shared,
  gammaId: filledField(),
  prompt: filledField(maxPromptLength),
});

const answerSchema = z.looseObject({
  generationId: idField,
  warnings: optionalField(z.json()),
});

/** Starting at Gamma. A request with `gammaId` fills that template; any other writes a new deck. */
export const gammaStart = (errors: HttpErrorOptions): StartEndpoint => ({
  schemaOf: ({ gammaId }) => (gammaId === undefined ? generationRequest : templateRequest),
  // The parameter guide has textMode among what is required.
  fromPrompt: (prompt, { exportAs }) => ({
    inputText: prompt,
    textMode: 'generate',
    ...(exportAs === undefined ? {} : { exportAs }),
  }),
  startRequest: ({ baseUrl, apiKey, request }) => ({
    url: `${baseUrl}/v1.0/generations${request['gammaId'] === undefined ? '' : '/from-template'}`,
    headers: { 'X-API-KEY': apiKey },
    post: request,
  }),
  readStarted: startedReader(answerSchema, ({ generationId, warnings }) => ({
    generationId,
    details: detailsOf({ warnings }),
  })),
  errors,
});
