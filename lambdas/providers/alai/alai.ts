import * as z from 'zod';
import type { GenerationStatus } from '../../polling/status.ts';
import type { Provider } from '../provider.ts';
import {
  linkProblem,
  optionalField,
  readAnswer,
  timeField,
  unknownStatus,
} from '../translating/answer.ts';
import { detailsOf } from '../translating/details.ts';
import type { Refusal } from '../translating/http-errors.ts';
import { linkField, withUrl } from '../translating/link-field.ts';
import { redactLinks } from '../translating/links.ts';
import { isToldError } from '../translating/own-error.ts';
import { problemText } from '../translating/text.ts';
import { knownWord, wordField } from '../translating/words.ts';

const title = 'Alai';

/** Alai, Check generation status, Status values. */
const statuses = ['pending', 'in_progress', 'completed', 'failed'] as const;

/** Alai, Check generation status, Format results. `link` is a page to look at, not a file. */
const fileFormats = { pdf: 'pdf', ppt: 'pptx' } as const;

/** Alai, Check generation status, Format results: the words that decide something here. */
const resultStatuses = ['failed', 'skipped'] as const;

const resultSchema = z.preprocess(
  withUrl,
  z.looseObject({
    status: optionalField(wordField(resultStatuses)),
    url: linkField,
    error: z.unknown().optional(),
  }),
);

/** The archiver's own name of a format for Alai's, where Alai's is not there. */
const withPpt = (value: unknown): unknown =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, 'pptx')
    ? { ppt: Reflect.get(value, 'pptx') as unknown, ...value }
    : value;

const formatsSchema = z.preprocess(
  withPpt,
  z
    .looseObject({
      link: optionalField(resultSchema),
      pdf: resultSchema.nullish(),
      ppt: resultSchema.nullish(),
    })
    .nullish(),
);

const bodySchema = z.looseObject({
  status: z.string().min(1),
  formats: formatsSchema,
  // Some clients read them here.
  exports: optionalField(formatsSchema),
  presentation_id: optionalField(z.string()),
  completed_at: timeField,
  error: z.unknown().optional(),
});

type Body = z.infer<typeof bodySchema>;

const resultsOf = ({ formats, exports }: Body) => formats ?? exports;

/** What became of the files; a format that was `skipped` is none that is waited for. */
const wantedFiles = (body: Body) =>
  (['pdf', 'ppt'] as const).flatMap((name) => {
    const { status, url, error } = resultsOf(body)?.[name] ?? { status: 'skipped' };
    // A link to what has failed leads nowhere.
    return status === 'skipped'
      ? []
      : [{ name, status, error, url: status === 'failed' ? undefined : url }];
  });

type MissingFile = Pick<ReturnType<typeof wantedFiles>[number], 'name' | 'error'>;

const remedyFor = (missing: readonly MissingFile[]): string => {
  const failures = missing.flatMap(({ name, error }) => {
    const reason = problemText(error);
    return reason === undefined ? [] : [`${name}: ${reason}`];
  });
  if (failures.length > 0)
    return `export the presentation again; Alai said of ${failures.join('; ')}`;
  return missing.length > 0
    ? 'export the presentation again; Alai gives no link to its file'
    : 'set export_formats to pdf or ppt when starting the generation';
};

const readCompleted = (body: Body, document: unknown): GenerationStatus => {
  const said = 'completed';
  const wanted = wantedFiles(body);
  const missing = wanted.filter(({ url }) => url === undefined);
  const files = wanted.flatMap(({ name, url }) => (url === undefined ? [] : [{ name, url }]));
  // The page's link is told to be signed, like those of the files.
  const results = resultsOf(body);
  const downloadLinks = [results?.link, results?.pdf, results?.ppt].flatMap(
    (result) => result?.url ?? [],
  );
  const reasons = missing.map(({ name, status, error }) => [name, { status, error }] as const);
  const details = detailsOf(
    {
      presentation_id: body.presentation_id,
      formats: reasons.length === 0 ? undefined : Object.fromEntries(reasons),
    },
    downloadLinks,
  );
  if (files.length === 0)
    return { kind: 'exportPending', said, details, remedy: remedyFor(missing) };
  for (const { name, url } of files) {
    const problem = linkProblem(title, `formats.${name}.url`, url);
    if (problem !== undefined) return problem;
  }
  return {
    kind: 'ready',
    said,
    partial: missing.length > 0,
    // Completed names the deck, not its files: what has not failed may still come.
    ...(missing.some(({ status }) => status !== 'failed') ? { unfinished: true as const } : {}),
    exports: files.map(({ name, url }) => ({ url, format: fileFormats[name] })),
    document: redactLinks(document, { downloadLinks }),
    ...(body.completed_at === undefined ? {} : { completedAt: body.completed_at }),
    details,
  };
};

const read = (body: Body, document: unknown): GenerationStatus => {
  const said = knownWord(statuses, body.status);
  if (said === undefined) return unknownStatus(body.status);

  switch (said) {
    case 'pending':
    case 'in_progress':
      return { kind: 'pending', said };
    case 'completed':
      return readCompleted(body, document);
    case 'failed': {
      const message = problemText(body.error) ?? 'Alai gave no reason';
      return {
        kind: 'failed',
        said,
        message,
        details: detailsOf({ presentation_id: body.presentation_id }),
      };
    }
  }
};

/**
 * Alai documents no HTTP errors; a 403 means everywhere that these credentials will not do (RFC
 * 9110, 15.5.4).
 */
const refusal = (status: number): Refusal | undefined =>
  status === 403
    ? { code: 'Unauthorized', advice: 'use an API key of the account that started the generation' }
    : undefined;

/**
 * Alai: pdf and pptx of one deck, as `export_formats` asked, behind signed links that work for 24
 * hours. Not documented, and taken leniently: HTTP errors, limits on requests, how long a
 * generation can be asked for, and what makes a format `skipped`.
 */
export const alai: Provider = {
  name: 'alai',
  title,
  baseUrl: 'https://slides-api.getalai.com',
  defaults: {
    // Ten times the usual 1 to 3 minutes: no longest duration is documented.
    timeoutMinutes: 30,
    // Most operations take 1 to 3 minutes, depending on the number of slides (Check generation
    // status).
    firstCheckSeconds: 25,
    // Check generation status, Recommended polling.
    checkIntervalSeconds: 5,
  },
  pace: {},
  statusRequest: ({ baseUrl, generationId, apiKey }) => ({
    url: `${baseUrl}/api/v1/generations/${encodeURIComponent(generationId)}`,
    headers: { Authorization: `Bearer ${apiKey}` },
  }),
  readStatus: (answer) =>
    readAnswer(answer, {
      title,
      schema: bodySchema,
      read,
      refusal,
      isOwnError: isToldError,
      notFoundAdvice:
        'check the generation id, and that the API key belongs to the account that started it',
    }),
};
