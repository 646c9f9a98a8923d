import { Duration, type IResolvable } from 'aws-cdk-lib';
import type { IEventBus } from 'aws-cdk-lib/aws-events';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { JitterType, JsonPath, TaskInput, Timeout, type RetryProps } from 'aws-cdk-lib/aws-stepfunctions';
import { EventBridgePutEvents, LambdaInvoke } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';
import { eventSource, type ResultDetailType } from '../lambdas/contract/results.ts';

/** Longest pause between two attempts: whatever was down is noticed within a minute that it is back. */
const maxDelay = Duration.seconds(60);

/** Full jitter: executions that failed together must not come back together. */
const jitterStrategy = JitterType.FULL;

/**
 * Lambda is at a concurrency limit, the account's or the one of `maxConcurrentChecks`: waiting for a free place is a queue, not
 * a failure. 240 attempts, half a minute apart on average, make two hours.
 */
const throttled: RetryProps = {
  errors: ['Lambda.TooManyRequestsException'],
  interval: Duration.seconds(2),
  backoffRate: 2,
  maxAttempts: 240,
  maxDelay,
  jitterStrategy,
};

/** Trouble of Lambda itself (Step Functions Developer Guide, "Handle Lambda service exceptions"): it passes in minutes. */
const serviceTrouble: RetryProps = {
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

/** A crash, exhausted memory or a time-out: rarely helped by another try, and often enough to be worth two. */
const crashed: RetryProps = {
  errors: ['States.TaskFailed', 'States.Timeout', 'Lambda.Unknown'],
  interval: Duration.seconds(5),
  backoffRate: 2,
  maxAttempts: 2,
  maxDelay,
  jitterStrategy,
};

/** EventBridge refuses or does not answer. A result that nobody hears of is a lost generation: it is tried for some minutes. */
const notSent: RetryProps = {
  errors: ['States.ALL'],
  interval: Duration.seconds(2),
  backoffRate: 2,
  maxAttempts: 20,
  maxDelay,
  jitterStrategy,
};

/** A step that a function does. */
export interface FunctionTaskProps {
  readonly function: IFunction;
  /** The longest that one attempt can take; past it, the machine counts it as failed. */
  readonly timeout: Duration;
  /** The function's input, as paths into the state data. */
  readonly payload: Readonly<Record<string, string | IResolvable>>;
  /** Where its answer goes. */
  readonly resultPath: string;
  readonly comment: string;
}

/** Invokes a function with what it needs, and puts exactly what it returns into the state data. */
export const functionTask = (scope: Construct, name: string, props: FunctionTaskProps): LambdaInvoke => {
  const task = new LambdaInvoke(scope, name, {
    lambdaFunction: props.function,
    payloadResponseOnly: true,
    payload: TaskInput.fromObject(props.payload),
    resultPath: props.resultPath,
    taskTimeout: Timeout.duration(props.timeout),
    // Its own list lacks throttling and has no jitter.
    retryOnServiceExceptions: false,
    comment: props.comment,
  });
  // In this order: Step Functions takes the first that matches, and `States.TaskFailed` matches the two above it as well.
  for (const retry of [throttled, serviceTrouble, crashed]) task.addRetry(retry);
  return task;
};

/** A step that announces a result. */
export interface AnnounceResultProps {
  readonly eventBus: IEventBus;
  /** Path to the result's `detailType` and `detail`. */
  readonly path: string;
  readonly comment: string;
}

/** Sends a result that a function has made. */
export const announceResult = (
  scope: Construct,
  name: string,
  { eventBus, path, comment }: AnnounceResultProps,
): EventBridgePutEvents =>
  announce(scope, name, eventBus, {
    detailType: JsonPath.stringAt(`${path}.detailType`),
    detail: TaskInput.fromJsonPathAt(`${path}.detail`),
    comment,
  });

/**
 * Sends `Generation Not Archived` for what no function could report: an error that outlived its retries (`$.error`). Only the
 * error's name is told, never its cause, which may hold anything.
 */
export const announceInternalError = (scope: Construct, name: string, eventBus: IEventBus): EventBridgePutEvents => {
  const detailType: ResultDetailType = 'Generation Not Archived';
  return announce(scope, name, eventBus, {
    detailType,
    detail: TaskInput.fromObject({
      version: '1',
      provider: JsonPath.stringAt('$.generation.provider'),
      generationId: JsonPath.stringAt('$.generation.generationId'),
      credential: JsonPath.stringAt('$.generation.credential'),
      metadata: JsonPath.objectAt('$.generation.metadata'),
      error: {
        code: 'InternalError',
        message: JsonPath.format(
          'a step of the archiver ended with {}; the execution tells which. Send the event again to retry',
          JsonPath.stringAt('$.error.Error'),
        ),
      },
      timing: {
        requestedAt: JsonPath.stringAt('$.generation.requestedAt'),
        endedAt: JsonPath.stateEnteredTime,
        checks: JsonPath.numberAt('$.poll.memory.checks'),
      },
      execution: JsonPath.executionId,
    }),
    comment: 'What nobody else could report is reported here: no generation ends without an event',
  });
};

const announce = (
  scope: Construct,
  name: string,
  eventBus: IEventBus,
  { detailType, detail, comment }: { detailType: string; detail: TaskInput; comment: string },
): EventBridgePutEvents => {
  const task = new EventBridgePutEvents(scope, name, {
    entries: [{ eventBus, source: eventSource, detailType, detail }],
    resultPath: JsonPath.DISCARD,
    comment,
  });
  task.addRetry(notSent);
  return task;
};
