import type { ServerResponse } from 'node:http';
import type { Clock } from '../../lambdas/contract/ports.ts';
import type { SimulatedApi } from './api.ts';
import type { IssuedLink, LinkBook } from './files.ts';
import type { Entry } from './generations.ts';
import { sendJson, sendPage, sendText, sendTruncated } from './replies.ts';
import type { ReplyHeaders } from './replies.ts';
import type { Saying } from './types.ts';

/** Answers a status request with what the script says, as the provider would word it. Every answer with links has new ones. */
export const createSpeaker = ({ clock, links }: { clock: Clock; links: LinkBook }) => {
  const linksFor = (api: SimulatedApi, entry: Entry): IssuedLink[] => {
    const lifeSeconds = entry.nextLinkSeconds();
    const { generationId, title, files } = entry.generation;
    return files.map((file) => links.issue(api.linkPath, { file, generationId, title, lifeSeconds }));
  };

  return (api: SimulatedApi, entry: Entry, saying: Saying, response: ServerResponse, headers: ReplyHeaders): void => {
    const { generation } = entry;
    const now = clock.now();
    switch (saying.says) {
      case 'working':
      case 'question':
      case 'failed':
        sendJson(response, 200, headers, api.document(generation, saying, [], now));
        return;
      case 'completed':
      case 'partial': {
        const offered = saying.says === 'completed' && saying.linkMissing === true ? [] : linksFor(api, entry);
        sendJson(response, 200, headers, api.document(generation, saying, offered, now));
        return;
      }
      case 'http': {
        const all = { ...headers, ...saying.headers };
        if (saying.html === true) sendPage(response, saying.status, all);
        else sendJson(response, saying.status, all, api.error(saying.status, saying.message ?? `error ${saying.status}`));
        return;
      }
      case 'raw':
        sendText(response, saying.status, { ...headers, ...saying.headers }, saying.body);
        return;
      case 'truncated':
        sendTruncated(
          response,
          headers,
          api.document(generation, { says: 'completed' }, linksFor(api, entry), now),
          saying.whole === true,
        );
        return;
      case 'nothing':
        response.destroy();
        return;
      case 'silence':
        return;
    }
  };
};
