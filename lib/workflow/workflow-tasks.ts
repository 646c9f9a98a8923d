import { Duration, type IResolvable } from 'aws-cdk-lib';
import type { IEventBus } from 'aws-cdk-lib/aws-events';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import {
  Fail,
  JsonPath,
  Pass,
  Result,
  TaskInput,
  Timeout,
  type IChainable,
  type RetryProps,
} from 'aws-cdk-lib/aws-stepfunctions';
import { LambdaInvoke } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';
import type { ResultDetailType } from '../../lambdas/contract/results.ts';
import { PutResult } from '../put-results.ts';
import { placeFields, tellingAsked, type AskedField } from './asked-fields.ts';
import { crashed, neverRan, notSent, serviceTrouble } from './workflow-retries.ts';

/** Beyond a function's own time-out, so that Lambda's error, which says more, comes first. */
export const marginOfTask = Duration.seconds(30);

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
  /**
   * Which errors are tried again; default: whatever may pass. The first that matches an error
   * counts.
   */
  readonly retries?: readonly RetryProps[];
}

/**
 * In this order: Step Functions takes the first that matches, and `States.TaskFailed` matches those
 * above it as well.
 */
const whatMayPass: readonly RetryProps[] = [...neverRan, serviceTrouble, crashed];

/** Invokes a function with what it needs, and puts exactly what it returns into the state data. */
export const functionTask = (
  scope: Construct,
  name: string,
  props: FunctionTaskProps,
): LambdaInvoke => {
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
  for (const retry of props.retries ?? whatMayPass) task.addRetry(retry);
  return task;
};

/** A step that announces a result. */
export interface AnnounceResultProps {
  readonly eventBus: IEventBus;
  /** Path to the result's `detailType` and `detail`. */
  readonly path: string;
  /** What of the state data goes on; default: all of it. */
  readonly outputPath?: string;
  readonly comment: string;
}

/** Sends a result that a function has made. */
export const announceResult = (
  scope: Construct,
  name: string,
  { eventBus, path, outputPath, comment }: AnnounceResultProps,
): PutResult =>
  announce(scope, name, eventBus, {
    detailType: JsonPath.stringAt(`${path}.detailType`),
    detail: TaskInput.fromJsonPathAt(`${path}.detail`),
    ...(outputPath === undefined ? {} : { outputPath }),
    comment,
  });

/**
 * Announces a result that a function has made, then ends the execution with the error that it
 * tells.
 */
export const announceAndFail = (
  scope: Construct,
  name: string,
  failName: string,
  props: Pick<AnnounceResultProps, 'eventBus' | 'path'>,
): IChainable =>
  announceResult(scope, name, {
    ...props,
    comment: 'The execution fails with the error that the event tells',
  }).next(
    new Fail(scope, failName, {
      errorPath: JsonPath.stringAt(`${props.path}.detail.error.code`),
      causePath: JsonPath.stringAt(`${props.path}.detail.error.message`),
    }),
  );

/** Gives what no rule of a Choice foresaw the shape of a caught error. */
export const unforeseen = (scope: Construct, name: string, error: string): Pass =>
  new Pass(scope, name, {
    result: Result.fromObject({ Error: error, Cause: name }),
    resultPath: '$.error',
  });

/** What a request is known by, where the archiver started the generation. */
const requestField: AskedField = {
  field: 'requestId',
  question: 'Was it requested?',
  answer: 'Tell its request',
};

/**
 * Sends `Generation Not Archived` for what no function could report: an error that outlived its
 * retries (`$.error`). Only the error's name is told, never its cause, which may hold anything.
 *
 * @param next what follows
 */
export const announceInternalError = (
  scope: Construct,
  { eventBus, next }: { readonly eventBus: IEventBus; readonly next: IChainable },
): IChainable => {
  const detailType: ResultDetailType = 'Generation Not Archived';
  const make = new Pass(scope, 'Not archived by an error', {
    parameters: {
      version: '1',
      provider: JsonPath.stringAt('$.generation.provider'),
      generationId: JsonPath.stringAt('$.generation.generationId'),
      credential: JsonPath.stringAt('$.generation.credential'),
      metadata: JsonPath.objectAt('$.generation.metadata'),
      error: {
        code: 'InternalError',
        message: JsonPath.format(
          'a step of the archiver ended with {}; the execution tells which. Send "Generation Started" with its id to retry',
          JsonPath.stringAt('$.error.Error'),
        ),
      },
      timing: {
        requestedAt: JsonPath.stringAt('$.generation.requestedAt'),
        endedAt: JsonPath.stateEnteredTime,
        checks: JsonPath.numberAt('$.poll.memory.checks'),
      },
      execution: JsonPath.executionId,
    },
    resultPath: '$.detail',
  });
  const send = announce(scope, 'Announce internal error', eventBus, {
    detailType,
    detail: TaskInput.fromJsonPathAt('$.detail'),
    comment: 'What no function could report is reported here: no generation ends without an event',
  });
  const fields = [requestField, ...placeFields('internal error')];
  return make.next(tellingAsked(scope, fields, '$.detail', send.next(next)));
};

const announce = (
  scope: Construct,
  name: string,
  eventBus: IEventBus,
  {
    detailType,
    detail,
    outputPath,
    comment,
  }: { detailType: string; detail: TaskInput; outputPath?: string; comment: string },
): PutResult => {
  const task = new PutResult(scope, name, {
    eventBus,
    detailType,
    detail,
    resultPath: JsonPath.DISCARD,
    ...(outputPath === undefined ? {} : { outputPath }),
    comment,
  });
  task.addRetry(notSent);
  return task;
};
