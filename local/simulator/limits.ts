import type { SimulatedProvider } from './simulated-providers.ts';

/** One budget: so many requests in a fixed window of so many seconds. */
export interface Budget {
  readonly limit: number;
  readonly windowSeconds: number;
}

/** Budgets of one provider, per API key. */
export interface ProviderLimits {
  readonly burst?: Budget;
  readonly hourly?: Budget;
  readonly daily?: Budget;
  /** Shortest time between two status requests for one generation, in seconds. */
  readonly perGenerationSeconds?: number;
  /** Say `Retry-After` with a 429. */
  readonly retryAfter?: boolean;
}

/** Budgets by provider. */
export type LimitOptions = Partial<Readonly<Record<SimulatedProvider, ProviderLimits>>>;

/**
 * The example values of Gamma, Poll for results, "Rate limit headers"; the length of its short
 * window is not documented.
 */
export const gammaLimits: ProviderLimits = {
  burst: { limit: 10_000, windowSeconds: 60 },
  hourly: { limit: 40_000, windowSeconds: 3600 },
  daily: { limit: 200_000, windowSeconds: 86_400 },
};

/** How much of a budget is left after a request. */
export interface BudgetLeft {
  readonly limit: number;
  readonly remaining: number;
}

/** What the budgets say to one request. */
export interface LimitVerdict {
  readonly allowed: boolean;
  /** Seconds until the request would be allowed; to be told where the provider tells it. */
  readonly retryAfterSeconds?: number;
  readonly burst?: BudgetLeft;
  readonly hourly?: BudgetLeft;
  readonly daily?: BudgetLeft;
}

interface Window {
  index: number;
  used: number;
}

/** Counts requests against the budgets. */
export interface LimitCounter {
  take(
    provider: SimulatedProvider,
    apiKey: string,
    generationId: string | undefined,
    now: number,
  ): LimitVerdict;
}

const budgetNames = ['burst', 'hourly', 'daily'] as const;

/** See {@link LimitCounter}. A refused request costs nothing. */
export const createLimitCounter = (options: LimitOptions): LimitCounter => {
  const windows = new Map<string, Window>();
  const lastAsked = new Map<string, number>();

  const windowOf = (name: string, budget: Budget, now: number): Window => {
    const index = Math.floor(now / (budget.windowSeconds * 1000));
    const known = windows.get(name);
    if (known?.index === index) return known;
    const fresh = { index, used: 0 };
    windows.set(name, fresh);
    return fresh;
  };

  return {
    take(provider, apiKey, generationId, now) {
      const limits = { ...(provider === 'gamma' ? gammaLimits : {}), ...options[provider] };
      const open = budgetNames.flatMap((name) => {
        const budget = limits[name];
        return budget === undefined
          ? []
          : [{ name, budget, window: windowOf(`${provider}/${apiKey}/${name}`, budget, now) }];
      });
      const waits = open
        .filter(({ budget, window }) => window.used >= budget.limit)
        .map(({ budget, window }) => (window.index + 1) * budget.windowSeconds - now / 1000);
      const job = `${provider}/${generationId ?? ''}`;
      const previous = lastAsked.get(job);
      if (
        generationId !== undefined &&
        limits.perGenerationSeconds !== undefined &&
        previous !== undefined
      ) {
        const wait = previous / 1000 + limits.perGenerationSeconds - now / 1000;
        if (wait > 0) waits.push(wait);
      }
      const allowed = waits.length === 0;
      if (allowed) {
        for (const { window } of open) window.used += 1;
        if (generationId !== undefined) lastAsked.set(job, now);
      }
      const left = Object.fromEntries(
        open.map(({ name, budget, window }) => [
          name,
          { limit: budget.limit, remaining: Math.max(0, budget.limit - window.used) },
        ]),
      );
      return {
        allowed,
        ...left,
        ...(allowed || limits.retryAfter !== true
          ? {}
          : { retryAfterSeconds: Math.max(1, Math.ceil(Math.max(...waits))) }),
      };
    },
  };
};
