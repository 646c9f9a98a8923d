import { Duration } from 'aws-cdk-lib';
import { JitterType, type RetryProps } from 'aws-cdk-lib/aws-stepfunctions';

/**
 * Longest pause between two attempts: whatever was down is noticed within a minute that it is back.
 */
const maxDelay = Duration.seconds(60);

/** Full jitter: executions that failed together must not come back together. */
const jitterStrategy = JitterType.FULL;

/**
 * Lambda is at a concurrency limit, the account's or the one of `maxConcurrentChecks`: waiting for
 * a free place is a queue, not a failure. 240 attempts, half a minute apart on average, make two
 * hours.
 */
export const throttled: RetryProps = {
  errors: ['Lambda.TooManyRequestsException'],
  interval: Duration.seconds(2),
  backoffRate: 2,
  maxAttempts: 240,
  maxDelay,
  jitterStrategy,
};

/**
 * Trouble of Lambda itself (Step Functions Developer Guide, "Handle Lambda service exceptions"): it
 * passes in minutes.
 */
export const serviceTrouble: RetryProps = {
  errors: [
    'Lambda.ClientExecutionTimeoutException',
    'Lambda.ServiceException',
    'Lambda.AWSLambdaException',
    'Lambda.SdkClientException',
  ],
  interval: Duration.seconds(2),
  backoffRate: 2,
  maxAttempts: 10,
  maxDelay,
  jitterStrategy,
};

/**
 * A crash, exhausted memory or a time-out: rarely helped by another try, and often enough to be
 * worth two.
 */
export const crashed: RetryProps = {
  errors: ['States.TaskFailed', 'States.Timeout', 'Lambda.Unknown'],
  interval: Duration.seconds(5),
  backoffRate: 2,
  maxAttempts: 2,
  maxDelay,
  jitterStrategy,
};

/**
 * EventBridge refuses or does not answer. A result that nobody hears of is a lost generation: it is
 * tried for some minutes.
 */
export const notSent: RetryProps = {
  errors: ['States.ALL'],
  interval: Duration.seconds(2),
  backoffRate: 2,
  maxAttempts: 20,
  maxDelay,
  jitterStrategy,
};
