import type { IncomingMessage, ServerResponse } from 'node:http';
import type { JsonObject } from '../../lambdas/contract/json.ts';
import type { Clock } from '../../lambdas/contract/ports.ts';
import type { ExportRoute, Route, SimulatedApi } from './api.ts';
import { apis } from './apis.ts';
import type { Creations } from './creations.ts';
import { createExports } from './exports.ts';
import type { LinkBook } from './files.ts';
import type { Entry, Generations } from './generations.ts';
import { createLimitCounter } from './limits.ts';
import type { LimitOptions } from './limits.ts';
import { sendJson } from './replies.ts';
import type { ReplyHeaders } from './replies.ts';
import { createSpeaker, sayPlainly } from './say.ts';
import type { SimulatedProvider } from './simulated-providers.ts';
import type { Coding, OnCreate, RecordedRequest } from './types.ts';

const maxBodyCharacters = 1_000_000; // far beyond any create request

/** A request to a provider's API. */
export interface ApiCall {
  readonly provider: SimulatedProvider;
  /** Below the base URL, without the query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

/** What the backend is made of. */
export interface BackendOptions {
  readonly clock: Clock;
  readonly generations: Generations;
  readonly links: LinkBook;
  readonly limits: LimitOptions;
  readonly onCreate: OnCreate;
  readonly creations: Creations;
  /** How every answer is compressed; not at all where absent. */
  readonly coding?: Coding | undefined;
}

/** What a request was about. */
export type About = Pick<RecordedRequest, 'kind' | 'generationId'>;

const readJson = async (request: IncomingMessage): Promise<JsonObject | undefined> => {
  let text = '';
  for await (const chunk of request) {
    text += String(chunk);
    if (text.length > maxBodyCharacters) return undefined;
  }
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as JsonObject)
      : undefined;
  } catch {
    return undefined;
  }
};

const aboutRoute = (route: Route | undefined): About => {
  if (route === undefined) return { kind: 'unknown' };
  return 'generationId' in route
    ? { kind: route.kind, generationId: route.generationId }
    : { kind: route.kind };
};

const takeMessage = async (
  api: SimulatedApi,
  call: ApiCall,
  entry: Entry,
  headers: ReplyHeaders,
): Promise<void> => {
  const body = await readJson(call.request);
  if (typeof body?.['content'] !== 'string') {
    sendJson(call.response, 400, headers, api.error(400, 'content is required'));
    return;
  }
  const hangUp = entry.nextMessage();
  if (hangUp !== 'before') entry.generation.advance();
  if (hangUp !== undefined) {
    call.response.destroy();
    return;
  }
  sendJson(call.response, 200, headers, { status: 'generating' });
};

/** Answers for all APIs. */
export const createBackend = ({
  clock,
  generations,
  links,
  limits,
  onCreate,
  creations,
  coding,
}: BackendOptions) => {
  const exports = createExports({ links, now: () => clock.now() });
  const limitCounter = createLimitCounter(limits);

  const { say, sayLink } = createSpeaker({ clock, links });

  const start = async (
    api: SimulatedApi,
    apiKey: string,
    body: JsonObject,
    key: string | undefined,
  ): Promise<string> => {
    const { generationId } = generations.add({
      provider: api.name,
      apiKey,
      ...(await onCreate(api.name, body)),
    });
    creations.remember(
      api.name,
      generationId,
      body,
      key === undefined ? undefined : `${apiKey}/${key}`,
    );
    return generationId;
  };

  const create = async (
    api: SimulatedApi,
    { request, response, headers: sent }: ApiCall,
    apiKey: string,
    headers: ReplyHeaders,
  ): Promise<About> => {
    const body = await readJson(request);
    const trouble = creations.nextTrouble(api.name);
    if (trouble?.when === 'before') {
      sayPlainly(api, trouble.answer, response, headers);
      return { kind: 'create' };
    }
    const problem = body === undefined ? 'the body is not a JSON object' : api.refuse(body);
    if (body === undefined || problem !== undefined) {
      sendJson(response, 400, headers, api.error(400, problem ?? ''));
      return { kind: 'create' };
    }
    const key = api.idempotencyHeader === undefined ? undefined : sent[api.idempotencyHeader];
    const before = key === undefined ? undefined : creations.repeated(`${apiKey}/${key}`, body);
    if (before !== undefined && before.generationId === undefined) {
      sendJson(response, 409, headers, api.error(409, 'the key was used for another request'));
      return { kind: 'create' };
    }
    const generationId = before?.generationId ?? (await start(api, apiKey, body, key));
    const reply = api.created(generationId, clock.now());
    if (trouble === undefined) sendJson(response, reply.status, headers, reply.body);
    else sayPlainly(api, trouble.answer, response, headers);
    return { kind: 'create', generationId };
  };

  const entryOf = (
    api: SimulatedApi,
    route: Exclude<Route, { kind: 'create' }>,
  ): Entry | undefined => {
    if (route.kind === 'export') return generations.findDeck(api.name, route.deckId);
    return route.kind === 'exported'
      ? exports.find(route.exportId)
      : generations.find(api.name, route.generationId);
  };

  const exportDeck = async (
    api: SimulatedApi,
    route: ExportRoute,
    { request, response }: ApiCall,
    entry: Entry,
    headers: ReplyHeaders,
  ): Promise<void> => {
    if (route.kind === 'exported') {
      sendJson(response, 200, headers, exports.status(route.exportId, api));
      return;
    }
    const body = (await readJson(request)) ?? {};
    const exportAs = exports.formatOf(body);
    if (exportAs === undefined) {
      sendJson(response, 400, headers, api.error(400, 'exportAs must be one of: pptx, pdf, png'));
      return;
    }
    const behaviour = entry.nextExport();
    const answered =
      behaviour.hangUp === 'before' || behaviour.status !== undefined
        ? {}
        : exports.begin(entry, exportAs, behaviour);
    if (behaviour.hangUp !== undefined) response.destroy();
    else if (behaviour.status !== undefined)
      sendJson(response, behaviour.status, headers, api.error(behaviour.status, 'not now'));
    else sendJson(response, 200, headers, answered);
  };

  /**
   * Answers one request, and tells what it was about. Keys are checked before budgets, budgets
   * before ids.
   */
  const answer = async (call: ApiCall): Promise<About> => {
    const api = apis[call.provider];
    const { response } = call;
    const route = api.route(call.request.method ?? '', call.path);
    const about = aboutRoute(route);
    const apiKey = api.apiKeyOf(call.headers);
    const verdict = limitCounter.take(
      api.name,
      apiKey ?? '',
      about.kind === 'status' ? about.generationId : undefined,
      clock.now(),
    );
    const headers = {
      ...api.headers(verdict),
      ...(coding === undefined ? {} : { 'content-encoding': coding }),
    };
    const fail = (status: number, message: string, more: ReplyHeaders = {}): About => {
      sendJson(response, status, { ...headers, ...more }, api.error(status, message));
      return about;
    };

    if (route === undefined) return fail(404, 'no such endpoint');
    if (apiKey === undefined || !generations.isKnownKey(api.name, apiKey))
      return fail(401, 'Invalid API key.');
    if (!verdict.allowed) {
      return fail(
        429,
        'Too many requests',
        verdict.retryAfterSeconds === undefined ? {} : { 'retry-after': verdict.retryAfterSeconds },
      );
    }
    if (route.kind === 'create') return create(api, call, apiKey, headers);
    const entry = entryOf(api, route);
    if (entry === undefined)
      return fail(
        404,
        'generationId' in route
          ? `Generation ID not found. generationId: ${route.generationId}`
          : 'Not found.',
      );
    if (entry.generation.apiKey !== apiKey)
      return fail(api.foreignKeyStatus, 'This API key did not create the generation');
    if (route.kind === 'export' || route.kind === 'exported') {
      await exportDeck(api, route, call, entry, headers);
      return { kind: route.kind, generationId: entry.generation.generationId };
    }
    if (route.kind === 'message') await takeMessage(api, call, entry, headers);
    else if (route.kind === 'link') sayLink(api, entry, response, headers);
    else say(api, entry, entry.run.answer(clock.now()), response, headers);
    return about;
  };

  return { answer };
};
