import { randomUUID } from 'node:crypto';
import type { JsonObject } from '../../lambdas/contract/json.ts';
import { bearerKey, isoTime, missingText } from './api.ts';
import type { SimulatedApi } from './api.ts';
import type { IssuedLink, ServedFile } from './files.ts';
import type { SimulatedGeneration } from './simulated-generation.ts';

const oneDaySeconds = 86_400; // Alai, Check generation status: "valid for 24 hours"

/** Alai's word for a format, beside `link`: the page that shows the deck. */
const wordFor = (format: ServedFile['format']): string => (format === 'pptx' ? 'ppt' : format);

const finished = (
  { generationId, files }: SimulatedGeneration,
  links: readonly IssuedLink[],
  partial: boolean,
): JsonObject => {
  const offered = links.map(
    ({ url, file }) => [wordFor(file.format), { status: 'completed', url, error: null }] as const,
  );
  const unfinished = { status: 'in_progress', url: null, error: null };
  // Where no link is there at all, no file was asked for.
  const others = links.length === 0 ? [] : files;
  const failed = { status: 'failed', url: null, error: 'A chart of the deck cannot be exported' };
  return {
    link: { status: 'completed', url: `https://app.getalai.com/view/${generationId}`, error: null },
    ...(partial
      ? { pdf: failed, ppt: failed }
      : Object.fromEntries(others.map(({ format }) => [wordFor(format), unfinished]))),
    ...Object.fromEntries(offered),
  };
};

/** Alai's API, after "Check generation status". */
export const alai: SimulatedApi = {
  name: 'alai',
  keyPrefix: 'sk_',
  linkSeconds: oneDaySeconds,
  foreignKeyStatus: 404,
  tellsUnfinished: true,
  linkPath: ({ secret, generationId, file, lifeSeconds }) =>
    `/assets/alai/${generationId}/presentation.${file.format}?X-Amz-Expires=${lifeSeconds}&X-Amz-Signature=${secret}`,
  newId: () => randomUUID(),
  apiKeyOf: bearerKey,

  route(method, path) {
    if (method === 'POST' && path === '/api/v1/generations') return { kind: 'create' };
    const id = /^\/api\/v1\/generations\/(?<id>[^/]+)$/.exec(path)?.groups?.['id'];
    return method === 'GET' && id !== undefined ? { kind: 'status', generationId: id } : undefined;
  },

  document(generation, saying, links, now) {
    const base: JsonObject = {
      generation_id: generation.generationId,
      created_at: isoTime(generation.createdAt),
      error: null,
      completed_at: null,
      generation_type: 'presentation_generation',
      presentation_id: `deck-${generation.generationId}`,
      formats: null,
    };
    switch (saying.says) {
      case 'working':
      case 'question':
        return {
          ...base,
          status: ('status' in saying ? saying.status : undefined) ?? 'in_progress',
        };
      case 'completed':
      case 'partial': {
        const formats = finished(generation, links, saying.says === 'partial');
        return { ...base, status: 'completed', completed_at: isoTime(now), formats };
      }
      case 'failed':
        return { ...base, status: 'failed', completed_at: isoTime(now), error: saying.message };
    }
  },

  error: (_, message) => ({ detail: message }),
  refuse: (body) => missingText(body, 'input_text'),
  created: (generationId) => ({ status: 200, body: { generation_id: generationId } }),
  headers: () => ({}),
};
