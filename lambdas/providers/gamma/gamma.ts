import * as z from 'zod';
import type { ApiAnswer } from '../../contract/ports.ts';
import type { GenerationStatus, RateLimits, RequestBudget } from '../../polling/status.ts';
import type { Provider } from '../provider.ts';
import {
  idField,
  linkProblem,
  optionalField,
  readAnswer,
  unknownStatus,
} from '../translating/answer.ts';
import { detailsOf } from '../translating/details.ts';
import type { HttpErrorOptions, Refusal } from '../translating/http-errors.ts';
import { redactLinks } from '../translating/links.ts';
import { isStatusCodeError, type IsOwnError } from '../translating/own-error.ts';
import { problemText } from '../translating/text.ts';
import { knownWord, numberField } from '../translating/words.ts';
import { gammaExporting, gammaLinks } from './gamma-export.ts';
import { fileFields, filesOf } from './gamma-files.ts';
import { gammaStart } from './gamma-start.ts';

const title = 'Gamma';

/** Gamma, Get generation status, GenerationStatusResponse. */
const statuses = ['pending', 'completed', 'failed'] as const;

const bodySchema = z.looseObject({
  status: z.string().min(1),
  ...fileFields,
  gammaId: optionalField(z.string()),
  gammaUrl: optionalField(z.string()),
  credits: optionalField(
    z.object({ deducted: optionalField(numberField), remaining: optionalField(numberField) }),
  ),
  error: z.unknown().optional(),
});

type Body = z.infer<typeof bodySchema>;

const read = (body: Body, document: unknown): GenerationStatus => {
  const said = knownWord(statuses, body.status);
  if (said === undefined) return unknownStatus(body.status);
  const { gammaId, gammaUrl, credits } = body;
  const { files, links: downloadLinks } = filesOf(body);
  const details = detailsOf({ gammaId, gammaUrl, credits }, downloadLinks);
  // It becomes part of a path and of the state data: what is no plain id (a link, say) is none.
  const deckId = idField.safeParse(gammaId).data;

  switch (said) {
    case 'pending':
      return { kind: 'pending', said };
    // The HTTP status of a failed job is 200 all the same.
    case 'failed':
      return {
        kind: 'failed',
        said,
        message: problemText(body.error) ?? 'Gamma gave no reason',
        details,
      };
    case 'completed':
      if (files.length === 0) {
        const remedy =
          'set exportAs to pdf, pptx or png when starting the generation, or send "Generation Started" with exportAs, which may cost credits';
        const deck =
          deckId === undefined ? {} : { deck: { id: deckId, document: redactLinks(document) } };
        return { kind: 'exportPending', said, details, remedy, ...deck };
      }
      for (const { url } of files) {
        const problem = linkProblem(title, 'exportUrl', url);
        if (problem !== undefined) return problem;
      }
      return {
        kind: 'ready',
        said,
        partial: false,
        exports: files,
        document: redactLinks(document, { downloadLinks }),
        details,
        ...(deckId === undefined ? {} : { deckId }),
      };
  }
};

const noCredits: Refusal = {
  code: 'InsufficientCredits',
  advice: 'add credits to the Gamma workspace of this API key',
};

const isLackOfCredits = (said: string): boolean => /insufficient credits/i.test(said);

const refusal = (status: number, said: string | undefined): Refusal | undefined => {
  switch (status) {
    case 402:
      return noCredits;
    // Gamma, Poll for results, Monitoring credit usage: no credits is a 403 too, told apart by its
    // text.
    case 403:
      return isLackOfCredits(said ?? '')
        ? noCredits
        : {
            code: 'Unauthorized',
            advice: 'use an API key of the workspace that started the generation',
          };
    default:
      return undefined;
  }
};

/** Poll for results tells of a lack of credits with its text alone. */
const isGammaError: IsOwnError = (body) =>
  isStatusCodeError(body) || isLackOfCredits(problemText(body) ?? '');

const errors: HttpErrorOptions = {
  title,
  isOwnError: isGammaError,
  refusal,
  notFoundAdvice:
    'check the generation id, and that the API key belongs to the workspace that started it',
};

const count = (text: string | undefined): number | undefined =>
  /^\d{1,15}$/.test(text ?? '') ? Number(text) : undefined;

const budget = (
  headers: ApiAnswer['headers'],
  window: '' | '-burst' | '-daily',
): RequestBudget | undefined => {
  const limit = count(headers[`x-ratelimit-limit${window}`]);
  const remaining = count(headers[`x-ratelimit-remaining${window}`]);
  // A limit of 0 would say that this very answer was not possible.
  return limit === undefined || limit === 0 || remaining === undefined
    ? undefined
    : { limit, remaining };
};

/**
 * Gamma, Poll for results, Rate limit headers and adaptive polling. A header that is not a number
 * costs its own pair only.
 */
const readRateLimits = (headers: ApiAnswer['headers']): RateLimits | undefined => {
  const burst = budget(headers, '-burst');
  const hourly = budget(headers, '');
  const daily = budget(headers, '-daily');
  if (burst === undefined && hourly === undefined && daily === undefined) return undefined;
  return { ...(burst && { burst }), ...(hourly && { hourly }), ...(daily && { daily }) };
};

/**
 * Gamma: one export per generation (pdf, pptx, or png as a zip), behind a link that works for about
 * a week without a key.
 */
export const gamma: Provider = {
  name: 'gamma',
  title,
  baseUrl: 'https://public-api.gamma.app',
  defaults: {
    // The newest model takes up to 25 minutes, and 40 with an export.
    timeoutMinutes: 60,
    // A small deck without images may be done in under a minute; most take 1 to 3 minutes (Poll for
    // results).
    firstCheckSeconds: 25,
    // Get generation status, How polling works.
    checkIntervalSeconds: 5,
  },
  // Poll for results, Handling a 429 response and Adaptive polling example.
  pace: { throttledSeconds: 30, lowBurst: { below: 100, intervalSeconds: 15 } },
  statusRequest: ({ baseUrl, generationId, apiKey }) => ({
    url: `${baseUrl}/v1.0/generations/${encodeURIComponent(generationId)}`,
    headers: { 'X-API-KEY': apiKey },
  }),
  readStatus: (answer) =>
    readAnswer(answer, {
      schema: bodySchema,
      read,
      ...errors,
    }),
  links: gammaLinks(errors),
  exporting: gammaExporting(errors),
  readRateLimits,
  starting: gammaStart(errors),
};
