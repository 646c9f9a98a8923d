import type { Generation, RequestedGeneration } from '../../lambdas/contract/generation.ts';

/** A generation requested at ten o'clock that may take an hour. */
export const aGeneration = (changes: Partial<Generation> = {}): Generation => ({
  provider: 'gamma',
  generationId: 'gen-1',
  credential: 'default',
  refresh: false,
  metadata: { customer: '42' },
  requestedAt: '2026-11-20T10:00:00.000Z',
  deadline: '2026-11-20T11:00:00.000Z',
  eventId: 'event-1',
  ...changes,
});

/** The same, still to be started. */
export const aRequestedGeneration = (
  changes: Partial<RequestedGeneration> = {},
): RequestedGeneration => ({
  ...aGeneration(),
  generationId: '',
  requestId: 'request-1',
  ...changes,
});

/** The task of a machine in which nothing is to be started. */
export const nothingStarts = async (): Promise<never> =>
  Promise.reject(new Error('nothing is started here'));
