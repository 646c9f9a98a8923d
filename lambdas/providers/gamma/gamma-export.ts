import * as z from 'zod';
import { ownField } from '../../contract/own-field.ts';
import type { LinkStatus } from '../../polling/status.ts';
import type { ExportEndpoint, LinkEndpoint } from '../provider.ts';
import { idField, linkProblem, readAnswer } from '../translating/answer.ts';
import { parseBody } from '../translating/body-forms.ts';
import type { HttpErrorOptions } from '../translating/http-errors.ts';
import { linkField } from '../translating/link-field.ts';
import { problemText, providerText } from '../translating/text.ts';
import { knownWord } from '../translating/words.ts';

/**
 * Gamma, POST /gammas/{gammaId}/export. The id becomes part of a path, so it must be an id and
 * nothing else.
 */
const startedSchema = z.looseObject({ exportId: idField });

/** Gamma, GET /exports/{id}, ExportStatusResponse. */
const statusSchema = z.looseObject({
  status: z.string().min(1),
  exportUrl: linkField,
  error: z.unknown().optional(),
});

const title = 'Gamma';

/** The words with which an export ends. */
const endStatuses = ['completed', 'failed'] as const;

/** What Gamma's reasons mean (Gamma, GET /exports/{id}; observed at `error.reason`). */
const reasons: Readonly<Record<string, string>> = {
  render_timeout: 'rendering took too long',
  deck_too_large: 'the deck is too large',
  no_content: 'the deck has no content',
  export_failed: 'the export failed',
};

const reasonOf = (error: unknown): string => {
  const reason: unknown =
    typeof error === 'object' && error !== null ? Reflect.get(error, 'reason') : undefined;
  if (typeof reason !== 'string') return problemText(error) ?? 'Gamma gave no reason';
  const meaning = ownField(reasons, reason);
  return meaning === undefined ? providerText(reason) : `${meaning} (${reason})`;
};

const readLink = ({ status, exportUrl, error }: z.infer<typeof statusSchema>): LinkStatus => {
  const said = knownWord(endStatuses, status);
  if (said === 'failed') return { kind: 'noLink', message: reasonOf(error), isFinal: true };
  // Completed without a link, and words that are not documented: asked again until the deadline.
  if (said !== 'completed' || exportUrl === undefined)
    return { kind: 'noLink', message: `the export is "${providerText(status, 64)}"` };
  const problem = linkProblem(title, 'exportUrl', exportUrl);
  return problem ?? { kind: 'link', url: exportUrl };
};

/**
 * Exporting a gamma that exists already. Credits per export are not documented; they may be
 * charged.
 */
export const gammaExporting = (errors: HttpErrorOptions): ExportEndpoint => ({
  formats: ['pdf', 'pptx', 'png'],
  request: ({ baseUrl, apiKey, deckId, format }) => ({
    url: `${baseUrl}/v1.0/gammas/${encodeURIComponent(deckId)}/export`,
    headers: { 'X-API-KEY': apiKey },
    post: { exportAs: format },
  }),
  readStarted: (body) => parseBody(startedSchema, body).data?.exportId,
  errors,
});

/** The link of an export. Every answer holds it, for as long as the export is kept. */
export const gammaLinks = (errors: HttpErrorOptions): LinkEndpoint => ({
  request: ({ baseUrl, linkId, apiKey }) => ({
    url: `${baseUrl}/v1.0/exports/${encodeURIComponent(linkId)}`,
    headers: { 'X-API-KEY': apiKey },
  }),
  read: (answer) => readAnswer(answer, { ...errors, schema: statusSchema, read: readLink }),
});
