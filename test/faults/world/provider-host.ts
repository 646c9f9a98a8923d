import { randomBytes } from 'node:crypto';
import type { JsonObject } from '../../../lambdas/contract/json.ts';
import { apis } from '../../../local/simulator/apis.ts';
import { createBackend } from '../../../local/simulator/backend.ts';
import { serveDownload } from '../../../local/simulator/downloads.ts';
import { createLinkBook } from '../../../local/simulator/files.ts';
import { createGenerations } from '../../../local/simulator/generations.ts';
import {
  simulatedProviders,
  type DownloadBehaviour,
  type Saying,
  type SimulatedProvider,
} from '../../../local/simulator/index.ts';
import { sayPlainly } from '../../../local/simulator/say.ts';
import type { FaultCase, PlainSaying } from '../fault-case.ts';
import { captureResponse, getRequest, postRequest, type Captured } from './captured-response.ts';
import type { FaultBook } from './fault-book.ts';
import { anotherOf, createHostFiles } from './host-files.ts';
import { createHostGenerations, type Creation, type Message } from './host-generations.ts';
import type { Timeline } from './timeline.ts';
import type { Witness } from './witness.ts';

/** Where the files of every provider lie. */
export const fileOrigin = 'https://files.provider-host.com';

/** Address of a provider's API. */
export const apiOrigin = (provider: string): string => `https://api.${provider}-host.com`;

type Headers = Readonly<Record<string, string>>;

/** The simulator of the providers, without sockets. */
export interface ProviderHost {
  /** The key that is right now. */
  apiKey(): string;
  /** From now on another key is the right one. */
  setApiKey(next: string): void;
  /** Requests for nothing that the case asks for. */
  readonly otherRequests: () => number;
  /** What was started on request, each paid for, oldest first. */
  readonly creations: readonly Creation[];
  /** Answers to questions that the provider took, oldest first. */
  readonly messages: readonly Message[];
  /**
   * One request to an API.
   *
   * @param saying in place of what the script says
   * @returns the answer, and what was said; nothing was said where the request was refused before
   */
  ask(
    url: URL,
    headers: Headers,
    saying: Saying | undefined,
  ): Promise<{ captured: Captured; said: Saying | undefined }>;
  /** One POST to an API: the provider does what it is asked. */
  post(url: URL, headers: Headers, body: JsonObject): Promise<Captured>;
  /** What any request may be answered with; nothing is done. */
  say(url: URL, saying: PlainSaying): Captured;
  /**
   * One request for a file, which is another one from then on with `replace`. `content` is the
   * file's as it is served.
   */
  download(
    url: URL,
    headers: Headers,
    behaviour: DownloadBehaviour,
    replace: boolean,
  ): { captured: Captured; content: Buffer | undefined };
  /** Every API key and the secret part of every link. */
  secrets(): readonly string[];
}

const isProvider = (name: string): name is SimulatedProvider =>
  simulatedProviders.some((known) => known === name);

/** The provider that an address belongs to. */
export const providerOf = (url: URL): SimulatedProvider => {
  const name = /^api\.(\w+)-host\.com$/.exec(url.hostname)?.[1] ?? '';
  if (!isProvider(name)) throw new Error(`no such host: ${url.hostname}`);
  return name;
};

const lowered = (headers: Headers): Headers =>
  Object.fromEntries(Object.entries(headers).map(([key, value]) => [key.toLowerCase(), value]));

const newKeys = (): Readonly<Record<SimulatedProvider, string>> =>
  Object.fromEntries(
    simulatedProviders.map((name) => [name, `sk-${name}-${randomBytes(12).toString('hex')}`]),
  ) as Record<SimulatedProvider, string>;

const isPlain = (saying: Saying | undefined): saying is PlainSaying =>
  saying !== undefined && /^(http|raw|nothing)$/.test(saying.says);

/** Whether an address tells how an export stands: no script says it. */
const isOfExport = (url: URL): boolean => url.pathname.startsWith('/v1.0/exports/');

/** An answer with which nothing is done. */
const say = (url: URL, saying: PlainSaying): Captured => {
  const { response, captured } = captureResponse();
  sayPlainly(apis[providerOf(url)], saying, response, {});
  return captured();
};

/**
 * See {@link ProviderHost}. What it answers is what `npm start` and the other tests meet: the same
 * code behind it.
 */
export const createProviderHost = (options: {
  faultCase: FaultCase;
  clock: Timeline;
  faults: FaultBook;
  witness: Witness;
}): ProviderHost => {
  const { faultCase, clock } = options;
  const links = createLinkBook(
    () => fileOrigin,
    () => clock.now(),
  );
  const files = createHostFiles(faultCase);
  const known = createGenerations({ clock, apiKeys: newKeys() });
  const made = createHostGenerations({ ...options, files, known });
  const { creations, onCreate, generations } = made;
  const backend = createBackend({
    clock,
    generations,
    links,
    limits: {},
    creations: made.memory,
    onCreate,
  });
  const asked = new Set(
    faultCase.triggers.map(({ detailType = 'Generation Started' }) => detailType),
  );
  const wantsExports = faultCase.triggers.some(({ detail }) => detail['exportAs'] !== undefined);
  let otherRequests = 0;

  const isAskedFor = (kind: string): boolean => {
    if (kind === 'create') return asked.has('Generation Requested');
    if (kind === 'message') return asked.has('Generation Reply');
    return kind === 'export' || kind === 'exported'
      ? wantsExports
      : kind === 'status' || kind === 'link';
  };
  const answer = async (
    url: URL,
    headers: Headers,
    request: ReturnType<typeof getRequest>,
  ): Promise<Captured> => {
    const { response, captured } = captureResponse();
    const about = await backend.answer({
      provider: providerOf(url),
      path: url.pathname,
      headers: lowered(headers),
      request,
      response,
    });
    if (!isAskedFor(about.kind)) otherRequests += 1;
    return captured();
  };
  return {
    apiKey: made.apiKey,
    setApiKey: made.setApiKey,
    otherRequests: () => otherRequests,
    creations,
    messages: made.messages,
    ask: async (url, headers, saying) => {
      if (isOfExport(url) && isPlain(saying)) return { captured: say(url, saying), said: saying };
      made.override(saying);
      const captured = await answer(url, headers, getRequest(url.pathname, lowered(headers)));
      return { captured, said: made.said() };
    },
    post: async (url, headers, body) => {
      made.override(undefined);
      if (url.pathname.endsWith('/message') && !made.takesMessage(url, body)) {
        return say(url, { says: 'http', status: 400, message: 'nothing was asked' });
      }
      return answer(url, headers, postRequest(url.pathname, lowered(headers), body));
    },
    say,
    download: (url, headers, behaviour, replace) => {
      const path = `${url.pathname}${url.search}`;
      const link = links.find(path);
      const { response, captured } = captureResponse();
      const file = typeof link === 'object' ? link.file : undefined;
      files.next(
        replace && file !== undefined ? { ...behaviour, replaceWith: anotherOf(file) } : behaviour,
      );
      serveDownload(getRequest(path, headers), response, links, path);
      return {
        captured: captured(),
        content: file === undefined ? undefined : Buffer.from(file.content),
      };
    },
    secrets: () => [...known.apiKeys(), ...links.secrets],
  };
};
