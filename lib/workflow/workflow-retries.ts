import { Duration } from 'aws-cdk-lib';
import { JitterType, type RetryProps } from 'aws-cdk-lib/aws-stepfunctions';
import { nobodyWaits } from './nobody-waits.ts';

/**
 * Longest pause between two attempts: whatever was down is noticed within a minute that it is back.
 */
const maxDelay = Duration.seconds(60);

/** Full jitter: executions that failed together must not come back together. */
const jitterStrategy = JitterType.FULL;

/**
 * The function cannot run yet: it was idle for weeks and is made ready again, is being updated, or
 * waits for its place in a VPC (AWS Lambda API Reference, "Invoke", Errors, under the names that
 * Step Functions gives them). None of its code has run. 20 attempts, up to a minute apart, make
 * eight minutes on average.
 */
export const notReady: RetryProps = {
  errors: [
    'Lambda.ResourceNotReadyException',
    'Lambda.ResourceConflictException',
    'Lambda.EC2ThrottledException',
    'Lambda.EC2UnexpectedException',
    'Lambda.ENILimitReachedException',
    'Lambda.SubnetIPAddressLimitReachedException',
  ],
  interval: Duration.seconds(2),
  backoffRate: 2,
  maxAttempts: 20,
  maxDelay,
  jitterStrategy,
};

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
 * What is repeated where a repetition may cost money: only what certainly has not run. In every
 * task these come before every other retrier, since `States.TaskFailed` matches them as well.
 */
export const neverRan: readonly RetryProps[] = [notReady, throttled];

/** The errors after which a function has certainly not run. */
export const neverRanErrors: readonly string[] = neverRan.flatMap(({ errors = [] }) => errors);

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
 * The errors after which a check counts as one that could not be run: a function that cannot run
 * yet, a concurrency limit, trouble of Lambda itself. All of it passes, so that the generation waits
 * for it. A check is a question, so that one which ran unseen has done no harm.
 */
export const couldNotRunErrors: readonly string[] = [...neverRan, serviceTrouble].flatMap(
  ({ errors = [] }) => errors,
);

/**
 * By this name the checks machine reports that a check failed by itself, whatever its own error was
 * called: the generation machine can tell it from trouble with the call.
 */
export const checkFailed = 'CheckFailed';

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
 * What a check in the checks machine is tried again for, in the seconds that an execution of five
 * minutes has left: a minute altogether. What lasts longer is reported, and the generation machine
 * tries again later.
 */
export const withinRound: readonly RetryProps[] = [
  {
    errors: [...couldNotRunErrors],
    interval: Duration.seconds(1),
    backoffRate: 2,
    maxAttempts: 5,
    maxDelay: Duration.seconds(10),
    jitterStrategy,
  },
  { ...crashed, interval: Duration.seconds(1), maxAttempts: 2, maxDelay: Duration.seconds(5) },
];

/**
 * An answer to the generation machine is throttled, or does not arrive. What is not answered in
 * time is asked for again by a new execution.
 */
export const notReported: readonly RetryProps[] = [
  { errors: [...nobodyWaits], maxAttempts: 0 },
  {
    errors: ['States.ALL'],
    interval: Duration.seconds(1),
    backoffRate: 2,
    maxAttempts: 6,
    maxDelay: Duration.seconds(10),
    jitterStrategy,
  },
];

/** Whatever goes wrong with a call of AWS: 20 attempts make eight minutes on average. */
const anyTrouble: RetryProps = {
  errors: ['States.ALL'],
  interval: Duration.seconds(2),
  backoffRate: 2,
  maxAttempts: 20,
  maxDelay,
  jitterStrategy,
};

/**
 * What calling the checks machine is tried again for. A check is a question, so that it may be
 * asked as often as needs be.
 */
export const notFollowed: readonly RetryProps[] = [
  // A removed provider does not come back within minutes.
  { errors: ['ProviderNotDeployed'], maxAttempts: 0 },
  // The checks machine has tried twice already.
  { ...crashed, errors: [checkFailed, 'UnknownAnswer'] },
  // An execution that was lost, ended with its five minutes, or could not answer: two hours.
  {
    errors: ['States.Timeout'],
    interval: Duration.seconds(1),
    backoffRate: 1,
    maxAttempts: 20,
  },
  // StartExecution is throttled or refused, under names that are not documented.
  anyTrouble,
];

/** A question before something is told: worth a second try, and no minute of an execution that lives for five. */
export const notAsked: readonly RetryProps[] = [
  { errors: [...nobodyWaits], maxAttempts: 0 },
  {
    errors: ['States.ALL'],
    interval: Duration.seconds(1),
    maxAttempts: 1,
    jitterStrategy,
  },
];

/**
 * EventBridge refuses or does not answer. A result that is not announced is a lost generation: it is
 * tried for some minutes.
 */
export const notSent: RetryProps = anyTrouble;
