import { randomBytes } from 'node:crypto';
import type { JsonObject } from '../../lambdas/contract/json.ts';
import { bearerKey, isoTime, missingText } from './api.ts';
import type { SimulatedApi } from './api.ts';
import type { SimulatedGeneration } from './simulated-generation.ts';

/** Codes of Chronicle, Error codes, by HTTP status. */
const errorCodes: Readonly<Record<number, string>> = {
  400: 'BAD_REQUEST',
  401: 'API_KEY_INVALID',
  402: 'PRICING_DOCUMENT_LIMIT_REACHED',
  403: 'INSUFFICIENT_PRIVILEGES',
  404: 'NOT_FOUND',
  429: 'API_KEY_RATE_LIMITED',
};

const planningShare = 0.2; // a generation without a template plans its storyline first, then makes slides

const tokensUsed = (progress: number): number => Math.round(progress * 38_000);

const working = (
  generation: SimulatedGeneration,
  progress: number,
  note: string | undefined,
): JsonObject => {
  if (progress < planningShare)
    return { phase: 'storyline', ...(progress > 0 ? { tokens_used: tokensUsed(progress) } : {}) };
  const total = Math.max(1, generation.sections.length);
  const done = Math.floor(((progress - planningShare) / (1 - planningShare)) * total);
  return {
    phase: 'slides',
    progress: {
      slides_total: total,
      slides_completed: done,
      current_step: note ?? `Creating slide ${Math.min(done + 1, total)} of ${total}`,
    },
    tokens_used: tokensUsed(progress),
  };
};

/**
 * Chronicle's API, after "Get generation status". It exports no file: the finished presentation is
 * the document itself.
 */
export const chronicle: SimulatedApi = {
  name: 'chronicle',
  keyPrefix: 'chr_',
  linkSeconds: 3600,
  foreignKeyStatus: 401,
  linkPath: ({ secret, generationId, file }) =>
    `/assets/chronicle/${generationId}.${file.format}?token=${secret}`,
  newId: () => `gen_${randomBytes(8).toString('hex')}`,
  apiKeyOf: (headers) => bearerKey(headers) ?? headers['x-api-key'],

  route(method, path) {
    if (method === 'POST' && path === '/api/v1/presentations/generate') return { kind: 'create' };
    const match =
      /^\/api\/v1\/presentations\/generate\/(?<id>[^/]+)\/(?<what>status|message)$/.exec(
        path,
      )?.groups;
    const id = match?.['id'];
    if (id === undefined) return undefined;
    if (method === 'GET' && match?.['what'] === 'status')
      return { kind: 'status', generationId: id };
    return method === 'POST' && match?.['what'] === 'message'
      ? { kind: 'message', generationId: id }
      : undefined;
  },

  document(generation, saying, _links, now) {
    const { generationId, title, sections, createdAt } = generation;
    const id = { generation_id: generationId };
    switch (saying.says) {
      case 'working':
        return {
          ...id,
          status: saying.status ?? 'generating',
          ...working(generation, saying.progress ?? 0, saying.note),
        };
      case 'question':
        return { ...id, status: 'awaiting_input', message: saying.question };
      case 'completed':
      case 'partial': {
        const presentationId = generationId.replace(/^gen_/, 'pres_');
        return {
          ...id,
          status: 'completed',
          presentation: {
            id: presentationId,
            title,
            workspace_id: 'ws_simulated',
            sections: [...sections],
            is_public: false,
            url: `https://app.chroniclehq.com/ws_simulated/document/${presentationId}`,
            created_at: isoTime(createdAt),
            updated_at: isoTime(now),
          },
          tokens_used: tokensUsed(1),
        };
      }
      case 'failed':
        return { ...id, status: 'failed', error: saying.message };
    }
  },

  error: (status, message) => ({
    error: { code: errorCodes[status] ?? 'INTERNAL_ERROR', message, status },
  }),
  refuse: (body) => missingText(body, 'prompt'),
  created: (generationId) => ({
    status: 202,
    body: {
      generation_id: generationId,
      status: 'generating',
      poll_url: `/api/v1/presentations/generate/${generationId}/status`,
    },
  }),
  headers: () => ({}),
};
