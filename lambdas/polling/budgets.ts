import type { PollMemory } from '../contract/state.ts';
import type { RateLimits, RequestBudget } from './status.ts';

/**
 * Part of a budget that may be spent at full speed. Of the rest, only so much per second as lasts
 * the window.
 */
const freelySpentPart = 0.5;

/** How one budget is kept. */
interface Keeping {
  /** Seconds that the budget is meant to last. */
  readonly windowSeconds: number;
  /** Largest factor on the interval. */
  readonly maxStretch: number;
  /**
   * Whether the first check of a generation, which cannot measure yet, goes by the remainder alone.
   */
  readonly heedsRemainder: boolean;
}

const keeping: Readonly<Record<'burst' | 'hourly' | 'daily', Keeping>> = {
  // Gamma does not say how long its short window is: a minute is on the safe side, since a shorter
  // one is full again sooner. To wait for much longer than the window (12 intervals of 5 s) gains
  // nothing.
  burst: { windowSeconds: 60, maxStretch: 12, heedsRemainder: false },
  // From 5 s to a quarter of an hour.
  hourly: { windowSeconds: 3600, maxStretch: 180, heedsRemainder: true },
  daily: { windowSeconds: 86_400, maxStretch: 180, heedsRemainder: true },
};

/**
 * A budget that is full again brings the interval back by halves, so that a new window does not
 * begin with a stampede.
 */
const relaxation = 0.5;

type Budgets = NonNullable<PollMemory['budgets']>;

/** One budget between two checks of the same generation. */
interface Observation {
  readonly budget: RequestBudget;
  readonly keeping: Keeping;
  /** What was left at the check before; `undefined` where it did not tell. */
  readonly remainingBefore: number | undefined;
  readonly secondsSince: number;
  /** The factor in force between the two. */
  readonly stretch: number;
}

const measuredStretch = ({
  budget,
  keeping: { windowSeconds, heedsRemainder },
  remainingBefore,
  secondsSince,
  stretch,
}: Observation): number => {
  const remaining = Math.max(budget.remaining, 1);
  const left = remaining / Math.max(budget.limit, 1);
  if (budget.limit <= 0 || left >= freelySpentPart) return 1;
  const spent = remainingBefore === undefined ? 0 : remainingBefore - budget.remaining;
  // Nothing to measure by: the first check of a generation, or a window that has begun anew since
  // the last one.
  if (spent <= 0 || secondsSince <= 0)
    return Math.max(stretch, heedsRemainder ? freelySpentPart / left : 1);
  const affordablePerSecond = remaining / (windowSeconds * freelySpentPart);
  return (stretch * (spent / secondsSince)) / affordablePerSecond;
};

const wantedStretch = (observation: Observation): number =>
  Math.min(measuredStretch(observation), observation.keeping.maxStretch);

/**
 * What a check learnt about the key's budgets. No generation knows how many others share its key,
 * but between two checks of its own it sees how fast all of them together spend. When each
 * stretches its interval by "spent per second" over "affordable per second", so does their sum, and
 * the key settles at what its budget bears, however many they are.
 *
 * @param limits as the answer's headers tell; `undefined` where they do not
 * @param now milliseconds since 1970
 */
export const observeBudgets = (
  before: Budgets | undefined,
  limits: RateLimits | undefined,
  now: number,
): Budgets | undefined => {
  if (limits === undefined) return before;
  const stretch = before?.stretch ?? 1;
  const secondsSince = before === undefined ? 0 : (now - Date.parse(before.at)) / 1000;
  const wanted = (['burst', 'hourly', 'daily'] as const).flatMap((name) => {
    const budget = limits[name];
    if (budget === undefined) return [];
    return [
      wantedStretch({
        budget,
        keeping: keeping[name],
        remainingBefore: before?.[name],
        secondsSince,
        stretch,
      }),
    ];
  });
  const { burst, hourly, daily } = limits;
  return {
    at: new Date(now).toISOString(),
    stretch: Math.max(1, stretch * relaxation, ...wanted),
    ...(burst === undefined ? {} : { burst: burst.remaining }),
    ...(hourly === undefined ? {} : { hourly: hourly.remaining }),
    ...(daily === undefined ? {} : { daily: daily.remaining }),
  };
};
