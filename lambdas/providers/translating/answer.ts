import * as z from 'zod';
import { generationIdSchema } from '../../contract/generation.ts';
import type { GenerationStatus, Trouble } from '../../polling/status.ts';
import type { JsonAnswer } from '../provider-answer.ts';
import { parseBody } from './body-forms.ts';
import { type HttpErrorOptions, readHttpError } from './http-errors.ts';
import { isHttpLink } from './http-link.ts';
import { providerText, whatItSays } from './text.ts';

/** Longest status word that is passed on; the documented ones have at most 14 characters. */
export const maxWordLength = 64;

/** Longest text about a step of the work, in UTF-16 units: one line to show. */
export const maxStepLength = 200;

/** How one provider's answers are understood. */
export interface AnswerOptions<Body, Status> extends HttpErrorOptions {
  readonly schema: z.ZodType<Body>;
  /**
   * Translates a 2xx answer that the schema has accepted. `document` is the whole of it, as the
   * provider sent it.
   */
  read(body: Body, document: unknown): Status;
}

/** An answer that cannot be understood; `what` names the field, never its value. */
export const unexpected = (title: string, what: string): Trouble => ({
  kind: 'unavailable',
  code: 'UnexpectedResponse',
  message: `${title} sent an answer that is not understood: ${what}`,
});

/**
 * A status word that the provider does not document: counts as pending, so that a new word never
 * ends a job.
 */
export const unknownStatus = (word: string): GenerationStatus => ({
  kind: 'pending',
  said: providerText(word, maxWordLength) || '(blank)',
  unknownStatus: true,
});

/**
 * Whether a status or a link is less than what is asked for, so that a wrapper may have been taken for the
 * answer: an unknown word, or nothing where a file should be.
 */
const isLess = (status: unknown): boolean => {
  if (typeof status !== 'object' || status === null) return false;
  const { kind, unknownStatus, isFinal } = status as Readonly<Record<string, unknown>>;
  return (
    unknownStatus === true || kind === 'exportPending' || (kind === 'noLink' && isFinal !== true)
  );
};

/**
 * Understands an answer with any HTTP status: HTTP errors first, then the schema, then the
 * provider's own translation.
 */
export const readAnswer = <Body, Status = GenerationStatus>(
  answer: JsonAnswer,
  options: AnswerOptions<Body, Status>,
): Status | Trouble => {
  if (answer.status < 200 || answer.status > 299) return readHttpError(answer, options);
  const readings = new Map<Body, Status>();
  const read = (body: Body): Status => {
    const status = readings.get(body) ?? options.read(body, answer.body);
    readings.set(body, status);
    return status;
  };
  // `{"status":"success","data":{…}}`: the word of a wrapper is none of the provider's.
  const parsed = parseBody(options.schema, answer.body, (body) => !isLess(read(body)));
  if (parsed.success) return read(parsed.data);
  const [issue] = parsed.error.issues;
  const path = issue?.path.map(String).join('.') ?? '';
  const field = path === '' ? 'the body' : `field "${path}"`;
  return unexpected(
    options.title,
    `${field}: ${issue?.message ?? 'invalid'}${whatItSays(answer.body)}`,
  );
};

/**
 * A field without which the job goes on as well: `null`, absent and not as documented all read as
 * `undefined`.
 */
export const optionalField = <Schema extends z.ZodType>(schema: Schema) =>
  schema
    .nullish()
    .transform((value) => value ?? undefined)
    .catch(undefined);

/** A time without a zone is UTC, as in the examples of Duomi's pages. */
const inUtc = (time: string): string => (/(?:Z|[+-]\d{2}:?\d{2})$/.test(time) ? time : `${time}Z`);

const isTime = (time: string): boolean => !Number.isNaN(Date.parse(time));

/** A time in ISO 8601, in UTC with milliseconds; nothing where it is none. */
export const timeField = optionalField(
  z.iso
    .datetime({ offset: true, local: true })
    .transform(inUtc)
    .refine(isTime)
    .transform((time) => new Date(time).toISOString()),
);

/** An id that the provider gives, which some write as a number, or with space around it. */
export const idField = z
  .union([z.string(), z.int().nonnegative()])
  .transform((id) => String(id).trim())
  .pipe(generationIdSchema);

/**
 * The problem of a link that is not absolute http(s), or `undefined` where it is. The link is not
 * repeated.
 */
export const linkProblem = (title: string, field: string, link: string): Trouble | undefined =>
  isHttpLink(link)
    ? undefined
    : unexpected(title, `field "${field}" is not an absolute http(s) link`);

/** A share of the work as 0 to 1, or nothing where the numbers make no sense. */
export const progressOf = (
  done: number | undefined,
  total: number | undefined,
): { progress?: number } =>
  done === undefined || total === undefined || total <= 0
    ? {}
    : { progress: Math.min(1, Math.max(0, done / total)) };

/**
 * What a provider tells of the part of the work that it is at, cleaned: the phase in a word, and the
 * step as a line to show, which begins with the phase.
 */
export const stepOf = (
  step: string | undefined,
  phase?: string,
): { phase?: string; step?: string } => {
  const word = providerText(phase ?? '', maxWordLength);
  const line = [word, providerText(step ?? '', maxStepLength)].filter((text) => text !== '');
  return {
    ...(word === '' ? {} : { phase: word }),
    ...(line.length === 0 ? {} : { step: line.join(': ') }),
  };
};
