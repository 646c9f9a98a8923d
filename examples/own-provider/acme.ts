import {
  detailsOf,
  linkField,
  linkProblem,
  optionalField,
  progressOf,
  readAnswer,
  reduceLinks,
  unknownStatus,
  type GenerationStatus,
  type Provider,
} from 'generation-archiver/provider';
import { z } from 'zod';

const title = 'Acme';

/** What Acme says about a deck: `{"state":"done","percent":100,"pages":12,"file":"https://…"}`. */
const schema = z.looseObject({
  state: z.string().min(1),
  percent: optionalField(z.number()),
  pages: optionalField(z.number()),
  file: linkField,
  reason: optionalField(z.string()),
});

const read = (
  { state, percent, pages, file, reason }: z.infer<typeof schema>,
  document: unknown,
): GenerationStatus => {
  if (state === 'queued' || state === 'drawing')
    return { kind: 'pending', said: state, ...progressOf(percent, 100) };
  if (state === 'broken')
    return {
      kind: 'failed',
      said: state,
      message: reason ?? 'Acme gave no reason',
      details: detailsOf({ pages }),
    };
  if (state !== 'done') return unknownStatus(state);
  if (file === undefined)
    return {
      kind: 'exportPending',
      said: state,
      details: detailsOf({ pages }),
      remedy: 'ask Acme for a file',
    };
  return (
    linkProblem(title, 'file', file) ?? {
      kind: 'ready',
      said: state,
      partial: false,
      exports: [{ url: file, format: 'pdf' }],
      // The link is a secret: it goes into `exports` and nowhere else.
      document: reduceLinks(document, { downloadLinks: [file] }),
      details: detailsOf({ pages }, [file]),
    }
  );
};

/** Acme: one PDF for each deck. */
const acme: Provider = {
  name: 'acme',
  title,
  baseUrl: 'https://api.acme.example',
  defaults: { timeoutMinutes: 30, firstCheckSeconds: 5, checkIntervalSeconds: 3 },
  pace: {},
  statusRequest: ({ baseUrl, generationId, apiKey }) => ({
    url: `${baseUrl}/v1/decks/${encodeURIComponent(generationId)}`,
    headers: { Authorization: `Bearer ${apiKey}` },
  }),
  readStatus: (answer) =>
    readAnswer(answer, {
      title,
      schema,
      read,
      refusal: (status) =>
        status === 403
          ? { code: 'PlanNotEligible', advice: 'the API needs the plan "Rocket"' }
          : undefined,
      notFoundAdvice: 'check the id of the deck',
    }),
};

export default acme;
