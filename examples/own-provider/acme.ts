import {
  detailsOf,
  linkField,
  linkProblem,
  optionalField,
  progressOf,
  readAnswer,
  redactLinks,
  unknownStatus,
  z,
  type ExportEndpoint,
  type ExportFile,
  type GenerationStatus,
  type HttpErrorOptions,
  type LinkEndpoint,
  type Provider,
} from 'generation-archiver/provider';

const title = 'Acme';

/**
 * What Acme says about a deck:
 * `{"state":"done","percent":100,"pages":12,"deck":"d-12","file":"https://…"}`, with the file as PDF. In
 * place of it there may be several PowerPoint files: `"versions":[{"name":"short","file":"https://…"}]`.
 */
const schema = z.looseObject({
  state: z.string().min(1),
  percent: optionalField(z.number()),
  pages: optionalField(z.number()),
  deck: optionalField(z.string()),
  file: linkField,
  versions: optionalField(z.array(z.object({ name: z.string(), file: z.string() }))),
  reason: optionalField(z.string()),
});

type Deck = z.infer<typeof schema>;

const exportsOf = ({ file, versions = [] }: Deck): ExportFile[] => [
  ...(file === undefined ? [] : [{ url: file, format: 'pdf' as const }]),
  ...versions.map(({ name, file: url }) => ({ url, format: 'pptx' as const, variant: name })),
];

const readDone = (body: Deck, document: unknown): GenerationStatus => {
  const { state: said, pages, deck } = body;
  const exports = exportsOf(body);
  const links = exports.flatMap((file) => ('url' in file ? [file.url] : []));
  if (exports.length === 0)
    return {
      kind: 'exportPending',
      said,
      details: detailsOf({ pages }),
      remedy: 'send "Generation Started" with exportAs',
      // What has no file can be exported.
      ...(deck === undefined ? {} : { deck: { id: deck, document: redactLinks(document) } }),
    };
  for (const link of links) {
    const problem = linkProblem(title, 'file', link);
    if (problem !== undefined) return problem;
  }
  return {
    kind: 'ready',
    said,
    partial: false,
    exports,
    // A link is a secret: it goes into `exports` and nowhere else.
    document: redactLinks(document, { downloadLinks: links }),
    details: detailsOf({ pages }, links),
    ...(deck === undefined ? {} : { deckId: deck }),
  };
};

const read = (body: Deck, document: unknown): GenerationStatus => {
  const { state, percent, pages, reason } = body;
  switch (state) {
    case 'queued':
    case 'drawing':
      return { kind: 'pending', said: state, ...progressOf(percent, 100) };
    case 'done':
      return readDone(body, document);
    case 'broken':
      return {
        kind: 'failed',
        said: state,
        message: reason ?? 'Acme gave no reason',
        details: detailsOf({ pages }),
      };
    default:
      return unknownStatus(state);
  }
};

const errors: HttpErrorOptions = {
  title,
  refusal: (status) =>
    status === 403
      ? { code: 'PlanNotEligible', advice: 'the API needs the plan "Rocket"' }
      : undefined,
  notFoundAdvice: 'check the id of the deck',
};

/** `POST /v1/decks/{deck}/exports` with `{"as":"pdf"}` answers `{"export":"e-7"}`. Acme charges for it. */
const exporting: ExportEndpoint = {
  formats: ['pdf', 'pptx'],
  request: ({ baseUrl, apiKey, deckId, format }) => ({
    url: `${baseUrl}/v1/decks/${encodeURIComponent(deckId)}/exports`,
    headers: { Authorization: `Bearer ${apiKey}` },
    post: { as: format },
  }),
  readStarted: (body) => z.looseObject({ export: z.string() }).safeParse(body).data?.export,
  errors,
};

/** `GET /v1/exports/{export}` answers `{"state":"done","file":"https://…"}` once the export is made. */
const links: LinkEndpoint = {
  request: ({ baseUrl, apiKey, linkId }) => ({
    url: `${baseUrl}/v1/exports/${encodeURIComponent(linkId)}`,
    headers: { Authorization: `Bearer ${apiKey}` },
  }),
  read: (answer) =>
    readAnswer(answer, {
      ...errors,
      schema: z.looseObject({ state: z.string(), file: linkField }),
      read: ({ state, file }) => {
        if (state === 'broken')
          return { kind: 'noLink', message: 'Acme could not export it', isFinal: true };
        if (file === undefined) return { kind: 'noLink', message: `the export is "${state}"` };
        return linkProblem(title, 'file', file) ?? { kind: 'link', url: file };
      },
    }),
};

/** Acme: a PDF of each deck, or several PowerPoint files; what is missing is exported on request. */
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
  readStatus: (answer) => readAnswer(answer, { ...errors, schema, read }),
  links,
  exporting,
};

export default acme;
