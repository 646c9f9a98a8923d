import * as z from 'zod';
import type { GenerationStatus } from '../../polling/status.ts';
import type { Provider } from '../provider.ts';
import {
  optionalField,
  progressOf,
  readAnswer,
  stepOf,
  unknownStatus,
} from '../translating/answer.ts';
import { detailsOf } from '../translating/details.ts';
import type { HttpErrorOptions, Refusal } from '../translating/http-errors.ts';
import { redactLinks } from '../translating/links.ts';
import { isCodedError } from '../translating/own-error.ts';
import { questionFields } from '../translating/question.ts';
import { problemText, providerText } from '../translating/text.ts';
import { knownWord, numberField } from '../translating/words.ts';
import { chronicleStart } from './chronicle-start.ts';

const title = 'Chronicle';

/** Chronicle, GET /presentations/generate/:generationId/status, Common fields. */
const statuses = ['generating', 'awaiting_input', 'completed', 'failed'] as const;

/** Longest question in UTF-16 units: a person must be able to answer it from the event alone. */
const maxQuestionLength = 2000;

/** Longest title in UTF-16 units: it becomes a file name. */
const maxTitleLength = 200;

const noQuestion = 'Chronicle waits for a reply, but its answer holds no question';

const bodySchema = z.looseObject({
  status: z.string().min(1),
  phase: optionalField(z.string()),
  progress: optionalField(
    z.object({
      current_step: optionalField(z.string()),
      slides_total: optionalField(numberField),
      slides_completed: optionalField(numberField),
    }),
  ),
  tokens_used: optionalField(numberField),
  message: optionalField(z.string()),
  presentation: z
    .looseObject({
      id: optionalField(z.string()),
      title: optionalField(z.string()),
      workspace_id: optionalField(z.string()),
      is_public: optionalField(z.boolean()),
      url: optionalField(z.string()),
      created_at: optionalField(z.string()),
      updated_at: optionalField(z.string()),
    })
    .nullish(),
  error: z.unknown().optional(),
});

type Body = z.infer<typeof bodySchema>;

/**
 * `document` is the deck itself: Chronicle's API exports no file (API reference, endpoint table).
 */
const readCompleted = (
  { presentation, tokens_used }: Body,
  document: unknown,
): GenerationStatus => {
  const said = 'completed';
  if (presentation === undefined || presentation === null) {
    const remedy = 'open the generation in Chronicle; its API gives no presentation';
    return { kind: 'exportPending', said, details: detailsOf({ tokens_used }), remedy };
  }
  const { id, title, workspace_id, is_public, url, created_at, updated_at } = presentation;
  const name = providerText(title ?? '', maxTitleLength);
  return {
    kind: 'ready',
    said,
    partial: false,
    exports: [],
    document: redactLinks(document),
    ...(name === '' ? {} : { title: name }),
    details: detailsOf({
      // The slides stay out: they fill megabytes, and an event holds 256 KiB.
      presentation: { id, title, workspace_id, is_public, url, created_at, updated_at },
      tokens_used,
    }),
  };
};

const read = (body: Body, document: unknown): GenerationStatus => {
  const said = knownWord(statuses, body.status);
  if (said === undefined) return unknownStatus(body.status);
  const { progress, phase, message, tokens_used } = body;

  switch (said) {
    case 'generating':
      return {
        kind: 'pending',
        said,
        ...progressOf(progress?.slides_completed, progress?.slides_total),
        ...stepOf(progress?.current_step, phase),
      };
    case 'awaiting_input': {
      const asked = questionFields(message ?? '', maxQuestionLength);
      const details = detailsOf({ message });
      return {
        kind: 'awaitingInput',
        said,
        ...asked,
        question: asked.question || noQuestion,
        details,
      };
    }
    case 'completed':
      return readCompleted(body, document);
    case 'failed': {
      const reason = problemText(body.error) ?? 'Chronicle gave no reason';
      return { kind: 'failed', said, message: reason, details: detailsOf({ tokens_used }) };
    }
  }
};

/** Chronicle, Error codes. */
const refusal = (status: number): Refusal | undefined => {
  switch (status) {
    case 402:
      return {
        code: 'InsufficientCredits',
        advice: 'raise the limit of the Chronicle plan, or wait for its renewal',
      };
    case 403:
      return {
        code: 'Unauthorized',
        advice: 'use an API key that may read the workspace of the generation',
      };
    default:
      return undefined;
  }
};

const notFoundAdvice = 'check the generation id, and that the API key belongs to its workspace';

/** Chronicle, Error codes: the same for every endpoint. */
const errors: HttpErrorOptions = { title, isOwnError: isCodedError, notFoundAdvice, refusal };

/**
 * Chronicle: no file export; the finished deck comes inside the status answer, which is archived as
 * it is.
 */
export const chronicle: Provider = {
  name: 'chronicle',
  title,
  baseUrl: 'https://api.chroniclehq.com',
  defaults: {
    // No duration is documented; an hour leaves room for a question that a person has to answer
    // first.
    timeoutMinutes: 60,
    // A deck is planned first and then made slide by slide.
    firstCheckSeconds: 15,
    // "Every few seconds" (Get generation status, FAQs). The example policy of 20 requests per
    // minute and key (API scope and rate limits) thus bears one job at a time at this pace; with
    // more, the 429 answers slow all of them down.
    checkIntervalSeconds: 4,
  },
  // The example policy counts per minute (API scope and rate limits): a refused request knows that
  // this minute is used up.
  pace: { requestsPerMinute: 20, throttledSeconds: 60 },
  statusRequest: ({ baseUrl, generationId, apiKey }) => ({
    url: `${baseUrl}/api/v1/presentations/generate/${encodeURIComponent(generationId)}/status`,
    headers: { Authorization: `Bearer ${apiKey}` },
  }),
  isEnough: ({ status, presentation }) =>
    typeof status === 'string' &&
    knownWord(statuses, status) === 'completed' &&
    typeof presentation === 'object' &&
    presentation !== null,
  readStatus: (answer) => readAnswer(answer, { schema: bodySchema, read, ...errors }),
  reply: {
    request: ({ baseUrl, generationId, apiKey, reply }) => ({
      url: `${baseUrl}/api/v1/presentations/generate/${encodeURIComponent(generationId)}/message`,
      headers: { Authorization: `Bearer ${apiKey}` },
      post:
        reply.attachments === undefined
          ? { content: reply.content }
          : { content: reply.content, attachments: [...reply.attachments] },
    }),
    errors,
  },
  starting: chronicleStart(errors),
};
