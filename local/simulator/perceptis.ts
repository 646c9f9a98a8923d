import { randomUUID } from 'node:crypto';
import { bearerKey, missingText } from './api.ts';
import type { SimulatedApi } from './api.ts';

/** Codes of Perceptis, Errors and limits, by HTTP status. */
const errorCodes: Readonly<Record<number, string>> = {
  400: 'invalid_request',
  401: 'unauthorized',
  403: 'plan_not_eligible',
  404: 'not_found',
  409: 'idempotency_conflict',
  429: 'rate_limit_exceeded',
};

/** Perceptis' API, after "GET /api/v1/status/{job_id}". */
export const perceptis: SimulatedApi = {
  name: 'perceptis',
  keyPrefix: 'sk-live-per-',
  linkSeconds: 3600,
  // "Unknown job, or the job was not created with this API key."
  foreignKeyStatus: 404,
  linkPath: ({ secret, generationId, file, lifeSeconds }) =>
    `/assets/perceptis/downloads/${generationId}-${file.variant}.${file.format}?expires=${lifeSeconds}&signature=${secret}`,
  newId: () => randomUUID(),
  apiKeyOf: bearerKey,

  route(method, path) {
    if (method === 'POST' && path === '/api/v1/generate') return { kind: 'create' };
    const id = /^\/api\/v1\/status\/(?<id>[^/]+)$/.exec(path)?.groups?.['id'];
    return method === 'GET' && id !== undefined ? { kind: 'status', generationId: id } : undefined;
  },

  document({ generationId, files }, saying, links) {
    const base = { job_id: generationId, output_type: files.length > 1 ? 'single_slide' : 'deck' };
    switch (saying.says) {
      case 'working':
      case 'question':
        return {
          ...base,
          status: ('status' in saying ? saying.status : undefined) ?? 'processing',
          downloads: [],
          error: null,
        };
      case 'completed':
      case 'partial':
        return {
          ...base,
          status: 'completed',
          downloads: links.map(({ url, file }) => ({
            url,
            format: file.format,
            variant: file.variant,
          })),
          error: null,
        };
      case 'failed':
        return {
          ...base,
          status: 'failed',
          downloads: [],
          error: { code: saying.code ?? 'generation_failed', message: saying.message },
        };
    }
  },

  error: (status, message) => ({
    error: { code: errorCodes[status] ?? 'internal_error', message },
  }),
  refuse: (body) => missingText(body, 'prompt') ?? missingText(body, 'output_type'),
  created: (generationId) => ({ status: 202, body: { job_id: generationId, status: 'pending' } }),
  idempotencyHeader: 'idempotency-key',
  headers: () => ({}),
};
