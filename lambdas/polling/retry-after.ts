/**
 * Longest `Retry-After` that is believed, in seconds: no generation is followed for longer than a
 * day.
 */
const maxRetryAfterSeconds = 86_400;

/** `Retry-After: 30`. Some servers send decimals, or name the unit; the standard has whole seconds only. */
const secondsForm = /^(\d{1,15}(?:\.\d+)?)(?:\s*s(?:ec(?:ond)?s?)?)?$/i;

/**
 * Seconds from which on a number is a moment, counted from 1970: some servers send the time at which a
 * limit ends. No host is waited for for thirty years.
 */
const firstMoment = 1_000_000_000;

/** The same in milliseconds. */
const firstMillisecond = 1000 * firstMoment;

/**
 * `Retry-After: Fri, 20 Nov 2026 10:00:00 GMT`: a date starts with a name, which keeps `Date.parse`
 * from guessing at numbers.
 */
const dateForm = /^[A-Za-z]{3,9},? /;

/**
 * Largest difference between a host's clock and ours that is a wrong clock, in milliseconds: a day
 * and a time zone. A `Date` that is further away was kept by a cache, and says nothing about now.
 */
const largestSkew = 36 * 3_600_000;

/** When the answer was sent, by the clock that its dates were written with. */
const sentAt = (date: string | undefined, now: number): number => {
  const told = Date.parse(date ?? '');
  return Math.abs(told - now) <= largestSkew ? told : now;
};

/** A moment in milliseconds since 1970; nothing where it is none. */
const momentOf = (text: string, number: string | undefined): number | undefined => {
  if (number !== undefined)
    return Number(number) < firstMillisecond ? Number(number) * 1000 : Number(number);
  const then = dateForm.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(then) ? undefined : then;
};

/**
 * Reads a `Retry-After` header (RFC 9110, section 10.2.3): seconds or an HTTP date. A date in the
 * past means "now". A malformed header costs only the timing: it counts as absent.
 *
 * @param value the header, `undefined` where there is none
 * @param now milliseconds since 1970
 * @param date the answer's own `Date`: a clock that is wrong is wrong in both headers
 * @returns whole seconds from `now`, rounded up, at most a day; `undefined` where the header says
 *   nothing
 */
export const parseRetryAfter = (
  value: string | undefined,
  now: number,
  date?: string,
): number | undefined => {
  if (value === undefined) return undefined;
  const text = value.trim();
  const [, seconds] = secondsForm.exec(text) ?? [];
  if (Number(seconds) < firstMoment)
    return Math.min(Math.ceil(Number(seconds)), maxRetryAfterSeconds);
  const then = momentOf(text, seconds);
  if (then === undefined) return undefined;
  const left = Math.ceil((then - sentAt(date, now)) / 1000);
  return Math.min(Math.max(left, 0), maxRetryAfterSeconds);
};
