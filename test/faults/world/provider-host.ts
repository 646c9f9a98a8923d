import { randomBytes } from 'node:crypto';
import { createBackend } from '../../../local/simulator/backend.ts';
import { createCreations } from '../../../local/simulator/creations.ts';
import { serveDownload } from '../../../local/simulator/downloads.ts';
import { createLinkBook } from '../../../local/simulator/files.ts';
import { createGenerations, type Generations } from '../../../local/simulator/generations.ts';
import {
  simulatedProviders,
  type DownloadBehaviour,
  type Saying,
  type SimulatedGeneration,
  type SimulatedProvider,
} from '../../../local/simulator/index.ts';
import { generationId, type FaultCase } from '../fault-case.ts';
import { captureResponse, getRequest, type Captured } from './captured-response.ts';
import { contentOf } from './files.ts';
import type { Timeline } from './timeline.ts';

/** Where the files of every provider lie. */
export const fileOrigin = 'https://files.provider-host.com';

/** Address of a provider's API. */
export const apiOrigin = (provider: string): string => `https://api.${provider}-host.com`;

type Headers = Readonly<Record<string, string>>;

/** The simulator of the providers, without sockets. */
export interface ProviderHost {
  readonly generation: SimulatedGeneration;
  /** Whether any request was anything but a question for the status or a link: nothing may be started twice. */
  readonly otherRequests: () => number;
  /**
   * One request to an API.
   *
   * @param saying in place of what the script says
   * @returns the answer, and what was said; nothing was said where the request was refused before
   */
  ask(url: URL, headers: Headers, saying: Saying | undefined): Promise<{ captured: Captured; said: Saying | undefined }>;
  /** One request for a file. `content` is the file's as it is served. */
  download(url: URL, headers: Headers, behaviour: DownloadBehaviour): { captured: Captured; content: Buffer | undefined };
  /** Every API key and the secret part of every link. */
  secrets(): readonly string[];
}

const isProvider = (name: string): name is SimulatedProvider => simulatedProviders.some((known) => known === name);

const newKeys = (): Readonly<Record<SimulatedProvider, string>> =>
  Object.fromEntries(simulatedProviders.map((name) => [name, `sk-${name}-${randomBytes(12).toString('hex')}`])) as Record<SimulatedProvider, string>;

/** See {@link ProviderHost}. What it answers is what `npm start` and the other tests meet: the same code behind it. */
export const createProviderHost = (faultCase: FaultCase, clock: Timeline): ProviderHost => {
  const apiKeys = newKeys();
  const links = createLinkBook(() => fileOrigin, () => clock.now());
  const generations = createGenerations({ clock, apiKeys });
  let override: Saying | undefined;
  let said: Saying | undefined;
  let otherRequests = 0;

  const overridden: Generations = {
    ...generations,
    find: (provider, id) => {
      const entry = generations.find(provider, id);
      if (entry === undefined) return undefined;
      const answer = (now: number): Saying => {
        said = override ?? entry.run.answer(now);
        return said;
      };
      const peek = (now: number): Saying => {
        said = override ?? entry.run.peek(now);
        return said;
      };
      return { ...entry, run: { ...entry.run, answer, peek } };
    },
  };
  const backend = createBackend({
    clock,
    generations: overridden,
    links,
    limits: {},
    creations: createCreations(),
    onCreate: async () => Promise.reject(new Error('nothing is created here')),
  });

  const behaviours = new Map<number, DownloadBehaviour[]>();
  const files = faultCase.files.map((file, index) => {
    const downloads: DownloadBehaviour[] = [];
    behaviours.set(index, downloads);
    const { format, statedBytes } = file;
    return { format, content: contentOf(file), downloads, ...(statedBytes === undefined ? {} : { statedBytes }) };
  });
  const { provider, linkSeconds } = faultCase;
  const generation = generations.add({
    provider,
    generationId,
    script: faultCase.script,
    files,
    title: 'Quarterly review',
    sections: [{ id: 'one', title: 'Opening' }],
    ...(linkSeconds === undefined ? {} : { linkSeconds }),
  });

  return {
    generation,
    otherRequests: () => otherRequests,
    ask: async (url, headers, saying) => {
      const name = /^api\.(\w+)-host\.com$/.exec(url.hostname)?.[1] ?? '';
      if (!isProvider(name)) throw new Error(`no such host: ${url.hostname}`);
      const lowered = Object.fromEntries(Object.entries(headers).map(([key, value]) => [key.toLowerCase(), value]));
      const { response, captured } = captureResponse();
      override = saying;
      said = undefined;
      const request = getRequest(url.pathname, lowered);
      const about = await backend.answer({ provider: name, path: url.pathname, headers: lowered, request, response });
      if (about.kind !== 'status' && about.kind !== 'link') otherRequests += 1;
      return { captured: captured(), said };
    },
    download: (url, headers, behaviour) => {
      const path = `${url.pathname}${url.search}`;
      const link = links.find(path);
      const { response, captured } = captureResponse();
      const file = typeof link === 'object' ? link.file : undefined;
      const index = file === undefined ? -1 : generation.files.indexOf(file);
      behaviours.get(index)?.push(behaviour);
      serveDownload(getRequest(path, headers), response, links, path);
      return { captured: captured(), content: file === undefined ? undefined : Buffer.from(file.content) };
    },
    secrets: () => [...generations.apiKeys(), ...links.secrets],
  };
};
