import { runPrices } from '../../lib/monitoring/prices.ts';

/**
 * Prices in US dollars, region us-east-1, without free tiers, as published by AWS and read on
 * 2026-11-22. Orchestration and Lambda time only: S3, logs and events cost the same whoever does
 * the checking.
 */
export const prices = {
  ...runPrices,
  /**
   * AWS Lambda Pricing, Durable functions: each operation. Storage is left out, in their favour.
   */
  durableOperation: 0.000008,
} as const;

/** What an invocation costs. */
export const invocationPrice = (seconds: number, megabytes: number): number =>
  prices.lambdaRequest + seconds * (megabytes / 1024) * prices.lambdaGigabyteSecond;

/** Seconds from a status request to its answer: assumed, and the same for every strategy. */
export const answerSeconds = 0.2;

/**
 * Seconds of an invocation beside the request: start, reading the key, the answer. Assumed, and the
 * same for every strategy.
 */
export const invocationOverheadSeconds = 0.1;
