import { createServer } from 'node:http';
import { closed, listening } from '../../test/support/listening.ts';

/** A deck as Chronicle puts it into its status: small parts, many of them. */
const deckOf = (bytes: number): string => {
  const section = {
    id: 'sec_1',
    title: 'Tide pools',
    blocks: [{ type: 'text', text: 'What the survey found. '.repeat(8), style: { bold: true } }],
  };
  const sections = Array.from(
    { length: Math.floor(bytes / JSON.stringify(section).length) },
    () => section,
  );
  return JSON.stringify({
    status: 'completed',
    presentation: { id: 'pres_1', title: 'Tide pools', sections },
  });
};

const pending = JSON.stringify({
  status: 'generating',
  progress: { slides_total: 12, slides_completed: 3 },
});

const accepted = JSON.stringify({ generation_id: 'generation-of-the-bench' });

/** S3 lists no claims. */
const emptyList =
  '<ListBucketResult><Name>decks</Name><KeyCount>0</KeyCount><IsTruncated>false</IsTruncated></ListBucketResult>';

/** What services of AWS answer, by the target that a request names. */
const answersOfAws: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  [
    'secretsmanager.GetSecretValue',
    { Name: 'a secret', SecretString: 'sk-of-the-bench', VersionId: 'v' },
  ],
  [
    'AWSStepFunctions.StartExecution',
    { executionArn: 'arn:aws:states:us-east-1:111122223333:execution:bench:e', startDate: 1 },
  ],
  ['AWSEvents.PutEvents', { FailedEntryCount: 0, Entries: [{ EventId: 'e' }] }],
]);

/** A status of nearly the largest size that is held whole. */
const longOf = (bytes: number): string =>
  JSON.stringify({ status: 'pending', note: 'x'.repeat(bytes - 100) });

/** What is answered of a generation, by the beginning of its id. */
const statusOf = (url: string, deck: string, long: string): string => {
  if (url.includes('/deck')) return deck;
  return url.includes('/long') ? long : pending;
};

/**
 * Providers, S3 and the services of AWS on one port: generations of Chronicle whose id begins with `deck` are
 * done, and the status of those that begin with `long` is as long.
 */
export const startApiServer = async (deckBytes: number) => {
  const deck = deckOf(deckBytes);
  const long = longOf(deckBytes);
  const server = createServer((request, response) => {
    response.setHeader('content-type', 'application/json');
    const target = request.headers['x-amz-target'];
    request.resume();
    if (typeof target === 'string') response.end(JSON.stringify(answersOfAws.get(target) ?? {}));
    // S3 stores a claim.
    else if (request.method === 'PUT') response.setHeader('etag', '"0"').end();
    else if (request.url?.includes('list-type=') === true)
      response.setHeader('content-type', 'application/xml').end(emptyList);
    else if (request.method === 'POST') response.end(accepted);
    else response.end(statusOf(request.url ?? '', deck, long));
  });
  const port = await listening(server);
  return { origin: `http://127.0.0.1:${port}`, close: async () => closed(server) };
};
