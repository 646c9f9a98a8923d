/**
 * Seconds that make one request per second. The fraction keeps a timer that is early from breaking
 * it.
 */
export const oncePerSecond = 1.05;

/** How a provider wants to be asked when it is under load. Times in seconds. */
export interface Pace {
  /**
   * Requests that a key may make in a minute, where so few are documented that a check must be
   * worth one: there is no look before the usual minimum then.
   */
  readonly requestsPerMinute?: number;
  /** Least time between any two requests about one generation, where the provider wants one. */
  readonly leastSeconds?: number;
  /**
   * The wait after a 429 that names none: the provider's documented pause, doubled by each further
   * 429. Absent where none is documented: then a 429 doubles the interval instead.
   */
  readonly throttledSeconds?: number;
  /** The shortest wait while the burst budget is almost used up. */
  readonly lowBurst?: { readonly below: number; readonly intervalSeconds: number };
}
