import { randomBytes } from 'node:crypto';
import type { JsonObject, JsonValue } from '../../lambdas/contract/json.ts';
import { isoTime } from './api.ts';
import type { SimulatedApi } from './api.ts';
import type { IssuedLink } from './files.ts';
import type { SimulatedGeneration } from './simulated-generation.ts';

const requestedSlides = 5;

const slideResults = (failedSlide: number | undefined): JsonValue =>
  Array.from({ length: requestedSlides }, (_, index): JsonObject => ({
    slide_index: index,
    template_slide_id: `slide_simulated${index}`,
    status: index === failedSlide ? 'failed' : 'completed',
    pages_generated: index === failedSlide ? 0 : 1,
    error: index === failedSlide ? 'The chart data does not fit the template' : null,
  }));

const finished = (
  generation: SimulatedGeneration,
  link: IssuedLink | undefined,
  partial: boolean,
  now: number,
): JsonObject => {
  const pages = partial ? requestedSlides - 1 : requestedSlides;
  return {
    status: partial ? 'partial' : 'completed',
    progress: 100,
    current_step: null,
    message: `Generated ${pages} pages from ${pages}/${requestedSlides} slides`,
    total_pages_generated: pages,
    slide_results: slideResults(partial ? requestedSlides - 1 : undefined),
    file_size: link?.file.statedBytes ?? generation.files[0]?.statedBytes ?? null,
    download_url: link?.url ?? null,
    download_url_expires_in: link?.lifeSeconds ?? null,
    error: null,
    completed_at: isoTime(now),
  };
};

/** Duomi's API, after "Get generation status". */
export const duomi: SimulatedApi = {
  name: 'duomi',
  keyPrefix: 'duomi-',
  linkSeconds: 3600,
  foreignKeyStatus: 401,
  linkPath: ({ secret, generationId, file }) =>
    `/assets/duomi/download/${generationId}.${file.format}?token=${secret}`,
  newId: () => `gen_${randomBytes(6).toString('hex')}`,
  apiKeyOf: (headers) => headers['x-api-key'],

  route(method, path) {
    const creates =
      path === '/api/v1/presentations/generate' || path === '/api/v1/presentations/generate-deck';
    if (method === 'POST' && creates) return { kind: 'create' };
    const id = /^\/api\/v1\/presentations\/(?<id>[^/]+)\/status$/.exec(path)?.groups?.['id'];
    return method === 'GET' && id !== undefined ? { kind: 'status', generationId: id } : undefined;
  },

  document(generation, saying, [link], now) {
    const base: JsonObject = {
      generation_id: generation.generationId,
      created_at: isoTime(generation.createdAt),
      started_at: isoTime(generation.createdAt),
      total_slides_requested: requestedSlides,
      total_pages_generated: 0,
    };
    switch (saying.says) {
      case 'working':
      case 'question': {
        const progress = saying.says === 'working' ? (saying.progress ?? 0) : 0;
        const note = saying.says === 'working' ? saying.note : undefined;
        const slide = Math.min(requestedSlides, Math.floor(progress * requestedSlides) + 1);
        return {
          ...base,
          status: ('status' in saying ? saying.status : undefined) ?? 'processing',
          progress: Math.round(progress * 100),
          current_step: note ?? `Generating slide ${slide} of ${requestedSlides}`,
          message: null,
          download_url: null,
          completed_at: null,
        };
      }
      case 'completed':
        return { ...base, ...finished(generation, link, false, now) };
      case 'partial':
        return { ...base, ...finished(generation, link, true, now) };
      case 'failed':
        return {
          ...base,
          status: 'failed',
          progress: 100,
          error: { code: saying.code ?? 'GENERATION_FAILED', message: saying.message },
          completed_at: isoTime(now),
        };
    }
  },

  // Validation errors come as a list, all others as a text.
  error: (status, message) => ({
    detail: status === 422 ? [{ loc: ['body'], msg: message, type: 'value_error' }] : message,
  }),
  refuse: (body) =>
    Array.isArray(body['slides']) || typeof body['template_slide_id'] === 'string'
      ? undefined
      : 'slides or template_slide_id is required',
  created: (generationId, now) => ({
    status: 202,
    body: {
      generation_id: generationId,
      status: 'pending',
      created_at: isoTime(now),
      message: 'Generation started',
    },
  }),
  headers: () => ({}),
};
