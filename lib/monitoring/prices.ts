/**
 * Prices in US dollars, region us-east-1, without free tiers, as published by AWS and read on
 * 2026-11-26.
 */
export const runPrices = {
  /** AWS Step Functions Pricing, Standard Workflows: each state entered. */
  stateTransition: 0.000025,
  /** AWS Step Functions Pricing, Express Workflows: each execution. */
  expressExecution: 0.000001,
  /**
   * The same, duration, first tier ($0.06 for a gigabyte and an hour): in steps of 100 ms and 64
   * MB.
   */
  expressGigabyteSecond: 0.00001667,
  /** AWS Lambda Pricing, Requests. */
  lambdaRequest: 0.0000002,
  /** AWS Lambda Pricing, Duration, Arm, first tier: for a gigabyte of memory. */
  lambdaGigabyteSecond: 0.0000133334,
} as const;

/**
 * Amazon CloudWatch Pricing, us-east-1, first tiers, read on 2026-11-22. All but the logs by the
 * month.
 */
export const watchPrices = {
  /** A series of a custom metric, by the hour in which it is written. */
  metric: 0.3,
  /** An alarm over one metric; ten are free in an account. */
  alarm: 0.1,
  /** A dashboard; three with at most 50 metrics are free in an account. */
  dashboard: 3,
  /** A gigabyte of log that is written. */
  logGigabyte: 0.5,
} as const;
