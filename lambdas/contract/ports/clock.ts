/** Time. Milliseconds since 1970 (`now`), and a pause that ends early when `signal` is aborted. */
export interface Clock {
  now(): number;
  sleep(milliseconds: number): Promise<void>;
}

/** A number from 0 (included) to 1 (not included). */
export type Random = () => number;
