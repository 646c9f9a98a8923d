import { randomBytes } from 'node:crypto';
import type { JsonObject } from '../../lambdas/contract/json.ts';
import { fileTitle, missingText } from './api.ts';
import type { SimulatedApi } from './api.ts';
import type { BudgetLeft } from './limits.ts';

const oneWeekSeconds = 7 * 86_400; // Gamma, Get generation status: "expires after ~1 week"

/** Workspace numbers of every finished generation. */
const credits: JsonObject = { deducted: 15, remaining: 485 };

const gammaId = (generationId: string): string =>
  `g_${Buffer.from(generationId).toString('hex').slice(0, 16).padEnd(16, '0')}`;

const budgetHeaders = (suffix: string, left: BudgetLeft | undefined): Record<string, string> =>
  left === undefined
    ? {}
    : {
        [`x-ratelimit-limit${suffix}`]: String(left.limit),
        [`x-ratelimit-remaining${suffix}`]: String(left.remaining),
      };

/** Gamma's API, after "Get generation status" and "Poll for results". */
export const gamma: SimulatedApi = {
  name: 'gamma',
  keyPrefix: 'sk-gamma-',
  linkSeconds: oneWeekSeconds,
  foreignKeyStatus: 401,
  // Seen in the wild: the secret is a path segment, and there is no query.
  linkPath: ({ secret, file, generationId, title }) => {
    const kind = file.format === 'zip' || file.format === 'png' ? 'image' : file.format;
    return `/assets/gamma/export/${kind}/${gammaId(generationId)}/${secret}/${fileTitle(title)}.${file.format}`;
  },
  newId: () => randomBytes(10).toString('base64url').replaceAll(/[-_]/g, '0'),
  apiKeyOf: (headers) => headers['x-api-key'],

  route(method, path) {
    if (
      method === 'POST' &&
      (path === '/v1.0/generations' || path === '/v1.0/generations/from-template')
    )
      return { kind: 'create' };
    const deckId = /^\/v1\.0\/gammas\/(?<id>[^/]+)\/export$/.exec(path)?.groups?.['id'];
    if (method === 'POST' && deckId !== undefined) return { kind: 'export', deckId };
    const exportId = /^\/v1\.0\/exports\/(?<id>[^/]+)$/.exec(path)?.groups?.['id'];
    if (method === 'GET' && exportId !== undefined) return { kind: 'exported', exportId };
    const id = /^\/v1\.0\/generations\/(?<id>[^/]+)$/.exec(path)?.groups?.['id'];
    return method === 'GET' && id !== undefined ? { kind: 'status', generationId: id } : undefined;
  },

  document({ generationId }, saying, [link]) {
    switch (saying.says) {
      case 'working':
      case 'question':
        return {
          generationId,
          status: ('status' in saying ? saying.status : undefined) ?? 'pending',
        };
      case 'completed':
      case 'partial':
        return {
          generationId,
          status: 'completed',
          gammaId: gammaId(generationId),
          gammaUrl: `https://gamma.app/docs/${gammaId(generationId)}`,
          ...(link === undefined ? {} : { exportUrl: link.url }),
          credits,
        };
      case 'failed':
        return {
          generationId,
          status: 'failed',
          error: { message: saying.message, statusCode: 422 },
          credits,
        };
    }
  },

  deckId: gammaId,
  error: (status, message) => ({ message, statusCode: status }),
  refuse: (body) =>
    body['gammaId'] === undefined ? missingText(body, 'inputText') : missingText(body, 'prompt'),
  created: (generationId) => ({ status: 201, body: { generationId } }),
  headers: ({ burst, hourly, daily }) => ({
    ...budgetHeaders('-burst', burst),
    ...budgetHeaders('', hourly),
    ...budgetHeaders('-daily', daily),
  }),
};
