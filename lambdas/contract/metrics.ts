/**
 * What the functions measure, and how CloudWatch knows it. The functions write these names, the
 * dashboard and the alarms read them. CloudWatch charges each series, which is a name with one set
 * of dimension values, by the hour in which it is written: few dimensions, and nothing in them that
 * a stranger chooses.
 */

/** CloudWatch namespace of every metric. */
export const metricNamespace = 'GenerationArchiver';

/**
 * Dimensions. `archiver` tells two archivers of one account and region apart, under the name that
 * Powertools has for it.
 */
export const dimensionNames = {
  archiver: 'service',
  provider: 'provider',
  outcome: 'outcome',
} as const;

/** Every metric and its unit. */
export const metricUnits = {
  /**
   * By provider: 1 for a status request that brought nothing to act upon (429, 5xx, refusal,
   * nonsense), 0 for any other.
   */
  UnusableAnswers: 'Count',
  /** By provider: 429 answers. */
  Throttles: 'Count',
  /** By provider: no answer, a 5xx, or an answer that is not understood. */
  TransientFailures: 'Count',
  /** By provider: answers with a status that the provider does not document. */
  UnknownStatuses: 'Count',
  /**
   * By provider: 1 for a create request that was not accepted (429, 5xx, a refused key, no credits,
   * no answer), 0 for one that was, and for one whose content was refused.
   */
  UnacceptedStarts: 'Count',
  /** By provider: status requests that one generation took until it was found to be done. */
  ChecksPerGeneration: 'Count',
  /** By provider: from the completion time that the provider tells to the check that found it. */
  DetectionLag: 'Seconds',
  /** By provider: from the trigger event to the stored archive. */
  TimeToArchive: 'Seconds',
  /** By provider: all artifacts of one archived generation. */
  ArchivedBytes: 'Bytes',
  /** By provider and outcome: executions that ended. */
  Outcomes: 'Count',
  /**
   * Executions that failed for reasons of the archiver's own: `InternalError`, `StorageFailed`, or
   * without a word.
   */
  InternalFailures: 'Count',
  /** Executions that were stopped by hand, not on request by an event. */
  StoppedExecutions: 'Count',
  /** Checks and copies that began long after their generation's deadline. */
  OverdueSteps: 'Count',
  /** Trigger events that were answered with `Generation Rejected`. */
  RejectedTriggers: 'Count',
} as const;

/** One of the metrics. */
export type MetricName = keyof typeof metricUnits;

/** How an execution ended: the result events' names in short. */
export const outcomes = [
  'Archived',
  'PartiallyArchived',
  'Failed',
  'TimedOut',
  'NotArchived',
  'NotStarted',
  'Cancelled',
] as const;

/** One of {@link outcomes}. */
export type Outcome = (typeof outcomes)[number];
