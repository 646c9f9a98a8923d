import * as z from 'zod';
import type { ExportFile, GenerationStatus, LinkStatus } from '../../polling/status.ts';
import type { JsonAnswer } from '../provider-answer.ts';
import type { Provider } from '../provider.ts';
import {
  idField,
  linkProblem,
  optionalField,
  readAnswer,
  unknownStatus,
} from '../translating/answer.ts';
import { fromText } from '../translating/body-forms.ts';
import { detailsOf } from '../translating/details.ts';
import type { Refusal } from '../translating/http-errors.ts';
import { isHttpLink } from '../translating/http-link.ts';
import { linkField, withUrl } from '../translating/link-field.ts';
import { redactLinks } from '../translating/links.ts';
import { isToldError } from '../translating/own-error.ts';
import { problemText } from '../translating/text.ts';
import { knownWord } from '../translating/words.ts';

const title = 'SlideSpeak';

/**
 * SlideSpeak, Get v2 task status, Response: the words of its three examples; there is no list of
 * them.
 */
const statuses = ['SENT', 'SUCCESS', 'FAILURE'] as const;

/**
 * The result of a presentation task. `request_id` becomes part of a path, so it must be an id and
 * nothing else.
 */
const resultSchema = z.preprocess(
  (value) => {
    const result = fromText(value);
    // A text may say something else than a link.
    return typeof result === 'string' && !isHttpLink(result.trim()) ? result : withUrl(result);
  },
  z.looseObject({
    request_id: optionalField(idField),
    url: linkField.catch(undefined),
  }),
);

const bodySchema = z.looseObject({
  task_status: z.string().min(1),
  // "The shape of task_result depends on the task type": a failed one's is the error's text.
  task_result: z.unknown().optional(),
  task_info: z.unknown().optional(),
});

type Body = z.infer<typeof bodySchema>;

const resultsOf = ({ task_result, task_info }: Body) =>
  [task_result, task_info].flatMap((value) => resultSchema.safeParse(value).data ?? []);

const readDone = (body: Body, document: unknown): GenerationStatus => {
  const said = 'SUCCESS';
  const results = resultsOf(body);
  const linkId = results.find(({ request_id }) => request_id !== undefined)?.request_id;
  const downloadLinks = results.flatMap(({ url }) => url ?? []);
  const [url] = downloadLinks;
  const details = detailsOf({ request_id: linkId });
  const ready = (file: ExportFile): GenerationStatus => ({
    kind: 'ready',
    said,
    partial: false,
    exports: [file],
    document: redactLinks(document, { downloadLinks }),
    details,
  });
  if (linkId !== undefined) return ready({ linkId });
  if (url !== undefined) return linkProblem(title, 'task_result.url', url) ?? ready({ url });
  const remedy =
    'check that the task id is that of a presentation; SlideSpeak gives no request_id for it';
  return { kind: 'exportPending', said, details, remedy };
};

const read = (body: Body, document: unknown): GenerationStatus => {
  const said = knownWord(statuses, body.task_status);
  if (said === undefined) return unknownStatus(body.task_status);

  switch (said) {
    case 'SENT':
      return { kind: 'pending', said };
    case 'SUCCESS':
      return readDone(body, document);
    case 'FAILURE':
      return {
        kind: 'failed',
        said,
        message:
          problemText(body.task_result) ??
          problemText(body.task_info) ??
          'SlideSpeak gave no reason',
        details: {},
      };
  }
};

const linkSchema = z.preprocess(withUrl, z.looseObject({ url: linkField }));

const readLink = ({ url }: z.infer<typeof linkSchema>): LinkStatus => {
  if (url === undefined) return { kind: 'noLink', message: 'SlideSpeak answered without a url' };
  return linkProblem(title, 'url', url) ?? { kind: 'link', url };
};

/**
 * SlideSpeak documents no HTTP errors; a 403 means everywhere that these credentials will not do
 * (RFC 9110, 15.5.4).
 */
const refusal = (status: number): Refusal | undefined =>
  status === 403
    ? { code: 'Unauthorized', advice: 'use an API key of the account that started the task' }
    : undefined;

const notFoundAdvice =
  'check the task id, and that the API key belongs to the account that started it; task ids are temporary';

/**
 * SlideSpeak, API v2: one file per task, whose link is a request of its own (Download a v2
 * presentation): short-lived, and made anew at every request with the permanent `request_id`. A
 * link inside the status is temporary too, and used only where there is no `request_id`. Not
 * documented, and taken leniently: the words of a task at work, the shape of its result, the format
 * of the file, HTTP errors, limits on requests, durations.
 */
export const slidespeak: Provider = {
  name: 'slidespeak',
  title,
  baseUrl: 'https://api.slidespeak.co',
  defaults: {
    // No duration is documented; half an hour is twenty times what the vendor's own client of API
    // v1 waits.
    timeoutMinutes: 30,
    // A deck has three slides at the least (Generate a v2 presentation, length): hardly done
    // sooner.
    firstCheckSeconds: 10,
    // No interval is documented; the vendor's own client of API v1 asks every 2 seconds
    // (SlideSpeak/slidespeak-mcp).
    checkIntervalSeconds: 3,
  },
  pace: {},
  statusRequest: ({ baseUrl, generationId, apiKey }) => ({
    url: `${baseUrl}/api/v2/task_status/${encodeURIComponent(generationId)}`,
    headers: { 'X-API-Key': apiKey },
  }),
  readStatus: (answer) =>
    readAnswer(answer, {
      title,
      schema: bodySchema,
      read,
      refusal,
      isOwnError: isToldError,
      notFoundAdvice,
    }),
  links: {
    request: ({ baseUrl, linkId, apiKey }) => ({
      url: `${baseUrl}/api/v2/presentation/download/${encodeURIComponent(linkId)}`,
      headers: { 'X-API-Key': apiKey },
    }),
    read: (answer: JsonAnswer): LinkStatus =>
      readAnswer(answer, {
        title,
        schema: linkSchema,
        read: readLink,
        refusal,
        isOwnError: isToldError,
        notFoundAdvice: 'the file is gone, or belongs to another account',
      }),
  },
};
