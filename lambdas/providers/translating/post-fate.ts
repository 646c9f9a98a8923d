/** What the status of an answer says about the fate of a POST. */
export type PostFate =
  /** 2xx: it was carried out. */
  | 'accepted'
  /** 429: certainly not carried out, and another try may help. */
  | 'throttled'
  /** Certainly not carried out, and another try would come to the same. */
  | 'refused'
  /** It may have been carried out: a repetition may do it, and pay for it, twice. */
  | 'uncertain';

/**
 * Statuses that say that the request was not carried out: those of RFC 9110, section 15.5, that
 * tell why, and the redirects that ask for the very same request elsewhere (15.4.8, 15.4.9). What
 * is missing here is uncertain: a 301, 302 or 303 may lead to what the request has made (15.4.2 to
 * 15.4.4), a 5xx may come after the work, and other 4xx, such as 408 and 499, from something in
 * between that knows nothing.
 */
const refusedStatuses: readonly number[] = [
  307, 308, 400, 401, 402, 403, 404, 405, 406, 409, 410, 411, 413, 414, 415, 422, 431,
];

/**
 * Those that are certain whichever server answers: redirects, and what a server says before it has read a
 * request, or passed it on (RFC 9110, 15.5.12, 15.5.14, 15.5.15; RFC 6585, 5). Any other refusal
 * must be the provider's own word: a firewall that looks into answers refuses after the work.
 */
const certainStatuses: readonly number[] = [307, 308, 411, 413, 414, 431];

/**
 * One answer to the question, whatever is posted: the money of a create request and of an export is
 * the same money.
 *
 * @param isOwn the body is the provider's own error
 */
export const postFateOf = (status: number, isOwn: boolean): PostFate => {
  if (status >= 200 && status <= 299) return 'accepted';
  if (status === 429) return 'throttled';
  if (certainStatuses.includes(status)) return 'refused';
  return isOwn && refusedStatuses.includes(status) ? 'refused' : 'uncertain';
};
