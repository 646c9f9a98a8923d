import type { ServerResponse } from 'node:http';
import type { Clock } from '../../lambdas/contract/ports.ts';
import type { SimulatedApi } from './api.ts';
import type { IssuedLink, LinkBook } from './files.ts';
import type { Entry } from './generations.ts';
import { sendJson, sendForeign, sendText, sendTruncated } from './replies.ts';
import type { ReplyHeaders } from './replies.ts';
import type { Saying } from './types.ts';

/** Answers any request with what has nothing to do with a generation. */
export const sayPlainly = (
  api: SimulatedApi,
  saying: Extract<Saying, { says: 'http' | 'raw' | 'nothing' }>,
  response: ServerResponse,
  headers: ReplyHeaders,
): void => {
  switch (saying.says) {
    case 'http': {
      const all = { ...headers, ...saying.headers };
      const instead = saying.html === true ? 'page' : saying.instead;
      if (instead !== undefined) sendForeign(response, saying.status, all, instead);
      else
        sendJson(
          response,
          saying.status,
          all,
          api.error(saying.status, saying.message ?? `error ${saying.status}`),
        );
      return;
    }
    case 'raw':
      sendText(response, saying.status, { ...headers, ...saying.headers }, saying.body);
      return;
    case 'nothing':
      response.destroy();
  }
};

/**
 * Answers requests with what the script says, as the provider would word it. Every answer with
 * links has new ones.
 */
export const createSpeaker = ({ clock, links }: { clock: Clock; links: LinkBook }) => {
  const linksFor = (api: SimulatedApi, entry: Entry): IssuedLink[] => {
    const lifeSeconds = entry.nextLinkSeconds();
    const { generationId, title, files } = entry.generation;
    return files.map((file) =>
      links.issue(api.linkPath, { file, generationId, title, lifeSeconds }),
    );
  };

  const offered = (api: SimulatedApi, entry: Entry): IssuedLink[] =>
    api.linkDocument === undefined ? linksFor(api, entry) : [];

  const say = (
    api: SimulatedApi,
    entry: Entry,
    saying: Saying,
    response: ServerResponse,
    headers: ReplyHeaders,
  ): void => {
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
        const isMissing = saying.says === 'completed' && saying.linkMissing === true;
        const isUnfinished =
          api.tellsUnfinished === true && saying.says === 'completed' && saying.unfinished === true;
        const links = isMissing ? [] : offered(api, entry);
        const there = isUnfinished ? links.slice(0, 1) : links;
        sendJson(response, 200, headers, api.document(generation, saying, there, now));
        return;
      }
      case 'http':
      case 'raw':
      case 'nothing':
        sayPlainly(api, saying, response, headers);
        return;
      case 'truncated':
        sendTruncated(
          response,
          headers,
          api.document(generation, { says: 'completed' }, offered(api, entry), now),
          saying.whole === true,
        );
        return;
      case 'silence':
        return;
    }
  };

  /**
   * Answers a request for a link: with trouble where there is some, with a new link where the
   * generation is done.
   */
  const sayLink = (
    api: SimulatedApi,
    entry: Entry,
    response: ServerResponse,
    headers: ReplyHeaders,
  ): void => {
    const saying = entry.nextLinkTrouble() ?? entry.run.peek(clock.now());
    switch (saying.says) {
      case 'completed':
      case 'partial':
        sendJson(response, 200, headers, api.linkDocument?.(linksFor(api, entry)[0]) ?? {});
        return;
      case 'working':
      case 'question':
      case 'failed':
        sendJson(response, 404, headers, api.error(404, 'Presentation not found'));
        return;
      case 'http':
      case 'raw':
      case 'truncated':
      case 'nothing':
      case 'silence':
        say(api, entry, saying, response, headers);
        return;
    }
  };

  return { say, sayLink };
};
