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

/** Chronicle, S3 and the services of AWS on one port: generations whose id begins with `deck` are done. */
export const startApiServer = async (deckBytes: number) => {
  const deck = deckOf(deckBytes);
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
    else response.end(request.url?.includes('/deck') === true ? deck : pending);
  });
  const port = await listening(server);
  return { origin: `http://127.0.0.1:${port}`, close: async () => closed(server) };
};
