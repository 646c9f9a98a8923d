import * as z from 'zod';
import { fileFormats } from '../../contract/file-formats.ts';
import { oncePerSecond } from '../../polling/pace.ts';
import type { ExportFile, GenerationStatus } from '../../polling/status.ts';
import type { Provider } from '../provider.ts';
import { linkProblem, optionalField, readAnswer, unknownStatus } from '../translating/answer.ts';
import { detailsOf } from '../translating/details.ts';
import type { HttpErrorOptions, Refusal } from '../translating/http-errors.ts';
import { linkField, withUrl } from '../translating/link-field.ts';
import { redactLinks } from '../translating/links.ts';
import { isCodedError } from '../translating/own-error.ts';
import { problemText } from '../translating/text.ts';
import { knownWord } from '../translating/words.ts';
import { perceptisStart } from './perceptis-start.ts';

const title = 'Perceptis';

/** Perceptis, GET /api/v1/status/{job_id}, Status values. */
const statuses = ['pending', 'processing', 'completed', 'failed'] as const;

/** "PPTX" and ".pptx" name the same. */
const formatNamed = (name: string) => knownWord(fileFormats, name.trim().replace(/^\./, ''));

const downloadSchema = z.looseObject({
  // One of several may come later than the others.
  url: linkField,
  // An undocumented format is no obstacle: the file itself tells.
  format: optionalField(z.string().transform(formatNamed)),
  variant: optionalField(z.union([z.string(), z.number()]).transform(String)),
});

/** Ten times what is archived: an answer with more files than that is none. */
const maxFiles = 1000;

const isFields = (value: unknown): value is { readonly url?: unknown } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A list of one is one, and files under the names of their formats are several. */
const listOf = (value: unknown): unknown => {
  const only = withUrl(value);
  if (!isFields(only)) return value;
  if (only.url !== undefined) return [only];
  const named = Object.entries(only).flatMap(([name, file]: [string, unknown]) => {
    const format = formatNamed(name);
    const described = withUrl(file);
    return format !== undefined && isFields(described) ? [{ format, ...described }] : [];
  });
  return named.length > 0 ? named : value;
};

const downloadOf = (entry: unknown): unknown => withUrl(entry ?? {});

const bodySchema = z.looseObject({
  status: z.string().min(1),
  output_type: optionalField(z.string()),
  downloads: z.preprocess(
    listOf,
    z.array(z.preprocess(downloadOf, downloadSchema)).max(maxFiles).nullish(),
  ),
  error: z.unknown().optional(),
});

type Body = z.infer<typeof bodySchema>;

/** Safe as a part of an S3 key and of a file name. */
const isSafeVariant = (variant: string): boolean =>
  /^[A-Za-z0-9._-]{1,64}$/.test(variant) && !/^\.+$/.test(variant);

/**
 * A distinct name for each of several files: the provider's own variant, or the file's place where
 * that is missing or not safe. Distinct whatever the case of the letters, for the sake of folders
 * that do not know the difference.
 */
const variantNames = (variants: readonly (string | undefined)[]): string[] => {
  const taken = new Set<string>();
  const suffixes = new Map<string, number>();
  return variants.map((variant, index) => {
    const wanted = variant !== undefined && isSafeVariant(variant) ? variant : String(index + 1);
    let suffix = suffixes.get(wanted.toLowerCase()) ?? 1;
    let name = suffix === 1 ? wanted : `${wanted}-${suffix}`;
    while (taken.has(name.toLowerCase())) {
      suffix += 1;
      name = `${wanted}-${suffix}`;
    }
    suffixes.set(wanted.toLowerCase(), suffix);
    taken.add(name.toLowerCase());
    return name;
  });
};

const exportsFrom = (downloads: readonly z.infer<typeof downloadSchema>[]): ExportFile[] => {
  const names = variantNames(downloads.map(({ variant }) => variant));
  return downloads.flatMap(({ url, format }, index) => {
    if (url === undefined) return [];
    // A single file needs no variant: it is simply the presentation.
    const variant = downloads.length > 1 ? names[index] : undefined;
    const facts = {
      ...(format === undefined ? {} : { format }),
      ...(variant === undefined ? {} : { variant }),
    };
    return [{ url, ...facts }];
  });
};

const readCompleted = (body: Body, document: unknown): GenerationStatus => {
  const said = 'completed';
  const downloads = body.downloads ?? [];
  const downloadLinks = downloads.flatMap(({ url }) => url ?? []);
  const details = detailsOf({ output_type: body.output_type }, downloadLinks);
  if (downloadLinks.length === 0) {
    return {
      kind: 'exportPending',
      said,
      details,
      remedy: 'generate the deck again; Perceptis offers no files for this job',
    };
  }
  for (const [index, { url }] of downloads.entries()) {
    const problem =
      url === undefined ? undefined : linkProblem(title, `downloads.${index}.url`, url);
    if (problem !== undefined) return problem;
  }
  const isUnfinished = downloadLinks.length < downloads.length;
  return {
    kind: 'ready',
    said,
    partial: isUnfinished,
    ...(isUnfinished ? { unfinished: true as const } : {}),
    exports: exportsFrom(downloads),
    document: redactLinks(document, { downloadLinks }),
    details,
  };
};

const read = (body: Body, document: unknown): GenerationStatus => {
  const said = knownWord(statuses, body.status);
  if (said === undefined) return unknownStatus(body.status);

  switch (said) {
    case 'pending':
    case 'processing':
      return { kind: 'pending', said };
    case 'completed':
      return readCompleted(body, document);
    case 'failed': {
      const message = problemText(body.error) ?? 'Perceptis gave no reason';
      return {
        kind: 'failed',
        said,
        message,
        details: detailsOf({ output_type: body.output_type }),
      };
    }
  }
};

/** Perceptis, GET /api/v1/status/{job_id}, Responses. */
const refusal = (status: number): Refusal | undefined =>
  status === 403
    ? {
        code: 'PlanNotEligible',
        advice: 'the Perceptis API needs a paid Business or Enterprise plan',
      }
    : undefined;

const errors: HttpErrorOptions = {
  title,
  isOwnError: isCodedError,
  refusal,
  notFoundAdvice: 'check the job id, and use the API key that created the job',
};

/**
 * Perceptis: one or more pptx files per job, behind short-lived links that every status answer
 * makes anew.
 */
export const perceptis: Provider = {
  name: 'perceptis',
  title,
  baseUrl: 'https://app.perceptis.ai',
  defaults: {
    // The vendor's own script gives a single slide 5 minutes (Quickstart: single slide); a deck has
    // many.
    timeoutMinutes: 30,
    // No duration is documented; two intervals spare a request that can hardly be in time.
    firstCheckSeconds: 6,
    // "2-5 seconds"; with the jitter, 2 s at the least.
    checkIntervalSeconds: 2.2,
  },
  // Errors and limits: never more than one request per second and job.
  pace: { leastSeconds: oncePerSecond },
  statusRequest: ({ baseUrl, generationId, apiKey }) => ({
    url: `${baseUrl}/api/v1/status/${encodeURIComponent(generationId)}`,
    headers: { Authorization: `Bearer ${apiKey}` },
  }),
  readStatus: (answer) => readAnswer(answer, { schema: bodySchema, read, ...errors }),
  starting: perceptisStart(errors),
};
