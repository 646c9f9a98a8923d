import type { JsonValue } from '../json.ts';
import type { MetricName, Outcome } from '../metrics.ts';

/**
 * One line of the structured log. Fields hold no key and no link, and are not called `message`,
 * `level` or `timestamp`.
 */
export type Log = (
  level: 'info' | 'warn' | 'error',
  message: string,
  fields: Readonly<Record<string, JsonValue>>,
) => void;

/** Values by metric; of a list, each is a value of its own. */
export type Measured = Readonly<Partial<Record<MetricName, number | readonly number[]>>>;

/**
 * Writes measurements, all under the same dimensions. Each call is a line of the log, so that
 * values that go together come in one.
 */
export type Measure = (
  values: Measured,
  by?: { readonly provider?: string; readonly outcome?: Outcome },
) => void;
