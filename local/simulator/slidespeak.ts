import { randomUUID } from 'node:crypto';
import type { JsonObject } from '../../lambdas/contract/json.ts';
import { fileTitle, missingText } from './api.ts';
import type { Route, SimulatedApi } from './api.ts';

const requestPrefix = 'req-';

const getRoute = (path: string): Route | undefined => {
  const task = /^\/api\/v2\/task_status\/(?<id>[^/]+)$/.exec(path)?.groups?.['id'];
  if (task !== undefined) return { kind: 'status', generationId: task };
  const request = /^\/api\/v2\/presentation\/download\/(?<id>[^/]+)$/.exec(path)?.groups?.['id'];
  return request?.startsWith(requestPrefix) === true
    ? { kind: 'link', generationId: request.slice(requestPrefix.length) }
    : undefined;
};

/** SlideSpeak's API v2, after "Get v2 task status" and "Download a v2 presentation". */
export const slidespeak: SimulatedApi = {
  name: 'slidespeak',
  keyPrefix: 'slidespeak-',
  linkSeconds: 900, // "short-lived": no number is documented
  foreignKeyStatus: 404,
  linkPath: ({ secret, file, title }) =>
    `/assets/slidespeak/${fileTitle(title)}.${file.format}?X-Amz-Signature=${secret}`,
  newId: () => randomUUID(),
  apiKeyOf: (headers) => headers['x-api-key'],

  route(method, path) {
    if (method === 'GET') return getRoute(path);
    return method === 'POST' && path === '/api/v2/presentation/generate'
      ? { kind: 'create' }
      : undefined;
  },

  document({ generationId }, saying) {
    const task = (status: string, result: JsonObject | string | null): JsonObject => ({
      task_id: generationId,
      task_status: status,
      task_result: result,
      task_info: null,
    });
    switch (saying.says) {
      case 'working':
      case 'question':
        return task(('status' in saying ? saying.status : undefined) ?? 'SENT', null);
      case 'completed':
      case 'partial': {
        const isMissing = saying.says === 'completed' && saying.linkMissing === true;
        return task('SUCCESS', isMissing ? {} : { request_id: `${requestPrefix}${generationId}` });
      }
      case 'failed':
        return task('FAILURE', saying.message);
    }
  },
  linkDocument: (link) => ({ url: link?.url ?? null }),

  error: (_, message) => ({ detail: message }),
  refuse: (body) => missingText(body, 'prompt'),
  created: (generationId) => ({ status: 200, body: { task_id: generationId } }),
  headers: () => ({}),
};
