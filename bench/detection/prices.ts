import { memoryMegabytes } from '../../lib/functions/memory-sizes.ts';
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
  /** Amazon SQS Pricing, standard queues: each request, after the first million of a month. */
  sqsRequest: 0.0000004,
} as const;

/** What an invocation costs. */
export const invocationPrice = (seconds: number, megabytes: number): number =>
  prices.lambdaRequest + seconds * (megabytes / 1024) * prices.lambdaGigabyteSecond;

/** Megabytes that rivals run their checks in: the same check needs the same memory. */
export const checkMegabytes = memoryMegabytes['check-status'];

/**
 * Gigabytes that an Express execution is charged by (AWS Step Functions Pricing, "How to calculate
 * Express Workflows pricing"): 50 MB, the definition and the data of the states that run at a time,
 * in steps of 64 MB.
 */
export const expressGigabytes = (bytes: number): number =>
  (Math.ceil((50 + bytes / 2 ** 20) / 64) * 64) / 1024;

/** Seconds that an execution is charged for: in steps of 100 ms. */
export const expressSeconds = (seconds: number): number =>
  Math.ceil(Math.round(seconds * 1e6) / 1e5) / 10;

/** Gigabyte-hours of a month up to which a price holds, in dollars; the last for all the rest. */
const expressTiers = [
  { upTo: 1000, price: 0.06 },
  { upTo: 5000, price: 0.03 },
  { upTo: Number.POSITIVE_INFINITY, price: 0.01642 },
] as const;

/** Dollars for a month's Express gigabyte-hours, over all tiers. */
export const expressMonth = (gigabyteHours: number): number => {
  let below = 0;
  let dollars = 0;
  for (const { upTo, price } of expressTiers) {
    dollars += Math.max(0, Math.min(gigabyteHours, upTo) - below) * price;
    below = upTo;
  }
  return dollars;
};

/**
 * What executions of an Express state machine cost in the first tier, the dearest.
 *
 * @param bytes of the definition and of the largest data
 */
export const expressPrice = (
  executions: readonly { readonly seconds: number }[],
  bytes: number,
): number =>
  executions.reduce(
    (sum, { seconds }) =>
      sum +
      prices.expressExecution +
      expressSeconds(seconds) * expressGigabytes(bytes) * prices.expressGigabyteSecond,
    0,
  );

/** Seconds from a status request to its answer: assumed, and the same for every strategy. */
export const answerSeconds = 0.2;

/**
 * Seconds of a warm check beside its request. `npm run bench:functions` holds them against what it measures: the
 * processor time of a warm check, at the part of a CPU that its memory brings. They are some times as long,
 * for TLS and for Lambda's own runtime. The same for every strategy.
 */
export const warmSeconds = 0.02;

/**
 * Seconds by which the first invocation of an execution environment takes longer: its code is loaded, the key is read, and the
 * first request is slow. `npm run bench:functions` holds them against what it measures. Rivals are charged
 * for none.
 */
export const coldSeconds = 1;

/** Seconds of intake: reading the event, starting the execution. */
export const intakeSeconds = 0.1;
