import * as z from 'zod';
import type { GenerationStatus } from '../../polling/status.ts';
import type { Provider } from '../provider.ts';
import {
  linkProblem,
  optionalField,
  progressOf,
  readAnswer,
  stepOf,
  timeField,
  unknownStatus,
} from '../translating/answer.ts';
import { detailsOf } from '../translating/details.ts';
import type { HttpErrorOptions, Refusal } from '../translating/http-errors.ts';
import { linkField } from '../translating/link-field.ts';
import { redactLinks } from '../translating/links.ts';
import { isCodedError, isDetailError } from '../translating/own-error.ts';
import { problemText } from '../translating/text.ts';
import { knownWord, numberField } from '../translating/words.ts';
import { duomiStart } from './duomi-start.ts';

const title = 'Duomi';

/** Duomi, Get generation status, Status values. */
const statuses = ['pending', 'processing', 'completed', 'partial', 'failed'] as const;

const slideResultSchema = z.object({
  slide_index: optionalField(numberField),
  status: optionalField(z.string()),
  error: optionalField(z.string()),
});

const bodySchema = z.looseObject({
  status: z.string().min(1),
  progress: optionalField(numberField),
  current_step: optionalField(z.string()),
  message: optionalField(z.string()),
  total_slides_requested: optionalField(numberField),
  total_pages_generated: optionalField(numberField),
  slide_results: optionalField(z.array(slideResultSchema)),
  file_size: optionalField(z.int().positive()),
  download_url: linkField,
  error: z.unknown().optional(),
  completed_at: timeField,
});

type Body = z.infer<typeof bodySchema>;

const detailsFrom = (body: Body) => {
  const {
    message,
    total_slides_requested,
    total_pages_generated,
    slide_results = [],
    download_url,
  } = body;
  // Only the slides that are missing: the others are in the file.
  const missing = slide_results.filter(
    ({ status }) => knownWord(statuses, status ?? '') !== 'completed',
  );
  return detailsOf(
    {
      message,
      total_slides_requested,
      total_pages_generated,
      slide_results: missing.length === 0 ? undefined : missing,
    },
    download_url === undefined ? [] : [download_url],
  );
};

const readDone = (
  body: Body,
  document: unknown,
  said: 'completed' | 'partial',
): GenerationStatus => {
  const { download_url: url, file_size, completed_at } = body;
  const details = detailsFrom(body);
  if (url === undefined) {
    return {
      kind: 'exportPending',
      said,
      details,
      remedy: 'generate the deck again; Duomi gives no download_url for this one',
    };
  }
  return (
    linkProblem(title, 'download_url', url) ?? {
      kind: 'ready',
      said,
      partial: said === 'partial',
      exports: [{ url, format: 'pptx', ...(file_size === undefined ? {} : { bytes: file_size }) }],
      document: redactLinks(document, { downloadLinks: [url] }),
      ...(completed_at === undefined ? {} : { completedAt: completed_at }),
      details,
    }
  );
};

const read = (body: Body, document: unknown): GenerationStatus => {
  const said = knownWord(statuses, body.status);
  if (said === undefined) return unknownStatus(body.status);

  switch (said) {
    case 'pending':
    case 'processing':
      return {
        kind: 'pending',
        said,
        ...progressOf(body.progress, 100),
        ...stepOf(body.current_step),
      };
    case 'completed':
    case 'partial':
      return readDone(body, document, said);
    case 'failed':
      return {
        kind: 'failed',
        said,
        message: problemText(body.error) ?? 'Duomi gave no reason',
        details: detailsFrom(body),
      };
  }
};

/** Duomi, Errors: an invalid or disabled key, or another organisation's. */
const refusal = (status: number): Refusal | undefined =>
  status === 403
    ? {
        code: 'Unauthorized',
        advice: 'use an enabled API key of the organisation that started the generation',
      }
    : undefined;

const errors: HttpErrorOptions = {
  title,
  // What it did not handle has a shape of its own (Errors).
  isOwnError: (body) => isDetailError(body) || isCodedError(body),
  refusal,
  notFoundAdvice: "check the generation id and the provider's baseUrl",
};

/**
 * Duomi (SlideKit): one pptx per generation, also where some slides failed, behind a link that
 * works for an hour.
 */
export const duomi: Provider = {
  name: 'duomi',
  title,
  // No baseUrl: Duomi publishes no address of its API, each deployment has one of its own.
  defaults: {
    // "Typical decks finish in seconds" (Architecture); half an hour covers a queue at the
    // provider.
    timeoutMinutes: 30,
    firstCheckSeconds: 4,
    // "Every 2-5 seconds" (Get generation status); with the jitter, 2 s at the least. A second of
    // waiting costs the same however often it is interrupted, so the shortest interval is the best.
    checkIntervalSeconds: 2.2,
  },
  pace: {},
  statusRequest: ({ baseUrl, generationId, apiKey }) => ({
    url: `${baseUrl}/api/v1/presentations/${encodeURIComponent(generationId)}/status`,
    headers: { 'X-API-Key': apiKey },
  }),
  readStatus: (answer) => readAnswer(answer, { schema: bodySchema, read, ...errors }),
  starting: duomiStart(errors),
};
