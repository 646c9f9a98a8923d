import { createHash } from 'node:crypto';
import type { Generation, RequestedGeneration } from '../../contract/generation.ts';

/**
 * Characters of an id that the name shows; the hash makes it unique. A name has at most 80
 * characters.
 */
const shownIdLength = 24;

const hashLength = 16;

const nameOf = (provider: string, id: string, hashed: string): string => {
  const hash = createHash('sha256').update(hashed).digest('hex').slice(0, hashLength);
  return `${provider}-${id.slice(0, shownIdLength)}-${hash}`;
};

/**
 * Name of the n-th execution for a generation: the same for every event about it, so that Step
 * Functions itself refuses a second one.
 *
 * @param run 1 for the first
 */
export const executionName = (
  { provider, generationId }: Pick<Generation, 'provider' | 'generationId'>,
  run: number,
): string => {
  const first = nameOf(provider, generationId, `${provider}/${generationId}`);
  return run === 1 ? first : `${first}-${run}`;
};

/** Name of the one execution for a request, never one of a generation: no id holds a `:`. */
export const requestExecutionName = ({
  provider,
  requestId,
}: Pick<RequestedGeneration, 'provider' | 'requestId'>): string =>
  nameOf(provider, requestId, `${provider}/request:${requestId}`);
