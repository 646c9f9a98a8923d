import type { ErrorCode } from '../../contract/error-codes.ts';

/** What tells that a key was refused, in a status as in what came of a POST. */
interface MayBeRefused {
  readonly kind: string;
  readonly code?: ErrorCode;
}

/** Whether the provider refused the API key. */
export const isKeyRefused = ({ kind, code }: MayBeRefused): boolean =>
  kind === 'refused' && code === 'Unauthorized';

/** Requests of one invocation with one API key. */
export interface FreshKey {
  /** Whether the key is read past the cache by now. */
  readsFresh(): boolean;
  /**
   * Sends a request; where its key is refused, reads the key past the cache, once for all requests,
   * and sends it again.
   */
  send<Answer>(
    request: (fresh: boolean) => Promise<Answer>,
    isRefused: (answer: Answer) => boolean,
  ): Promise<Answer>;
}

/** See {@link FreshKey}. */
export const createFreshKey = (): FreshKey => {
  let readsFresh = false;
  return {
    readsFresh: () => readsFresh,
    send: async (request, isRefused) => {
      const answer = await request(readsFresh);
      if (readsFresh || !isRefused(answer)) return answer;
      readsFresh = true;
      return request(readsFresh);
    },
  };
};
