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

const secret = JSON.stringify({ Name: 'a secret', SecretString: 'sk-of-the-bench' });

/** Chronicle and Secrets Manager on one port: generations whose id begins with `deck` are done. */
export const startApiServer = async (deckBytes: number) => {
  const deck = deckOf(deckBytes);
  const server = createServer((request, response) => {
    response.setHeader('content-type', 'application/json');
    if (request.method === 'POST') response.end(secret);
    else response.end(request.url?.includes('/deck') === true ? deck : pending);
  });
  const port = await listening(server);
  return { origin: `http://127.0.0.1:${port}`, close: async () => closed(server) };
};
