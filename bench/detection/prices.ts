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

/** The smallest memory that an Express execution is charged by: a small definition with little data. */
const expressGigabytes = 64 / 1024;

/** What executions of an Express state machine cost, in the first tier. */
export const expressPrice = (executions: readonly { readonly seconds: number }[]): number =>
  executions.reduce((sum, { seconds }) => {
    const charged = Math.ceil(seconds * 10) / 10;
    return (
      sum + prices.expressExecution + charged * expressGigabytes * prices.expressGigabyteSecond
    );
  }, 0);

/** Seconds from a status request to its answer: assumed, and the same for every strategy. */
export const answerSeconds = 0.2;

/**
 * Seconds of an invocation beside the request: start, reading the key, the answer. Assumed, and the
 * same for every strategy.
 */
export const invocationOverheadSeconds = 0.1;
