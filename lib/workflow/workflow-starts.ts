import { Duration } from 'aws-cdk-lib';
import type { IEventBus } from 'aws-cdk-lib/aws-events';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import type { Problem } from '../../lambdas/contract/error-codes.ts';
import type { NotStartedResult } from '../../lambdas/contract/results.ts';
import { notDeployedProblem, uncertainProblem } from '../../lambdas/contract/start-problems.ts';
import type { Start } from '../../lambdas/contract/start-state.ts';
import { throttled } from './workflow-retries.ts';
import { announceAndFail, announceResult, functionTask } from './workflow-tasks.ts';

/** A provider's start, as the machine sees it. */
export interface ProviderStart {
  /** The provider's name in events. */
  readonly name: string;
  /** The provider's name in state names. */
  readonly title: string;
  readonly function: IFunction;
  /** The longest that one invocation can take. */
  readonly timeout: Duration;
  /** The provider starts one generation however often it is asked. */
  readonly idempotent: boolean;
}

/** The states that all starts share. */
export interface SharedStartStates {
  readonly accepted: sfn.IChainable;
  readonly stop: sfn.IChainable;
  readonly uncertain: sfn.IChainable;
  readonly notDeployed: sfn.IChainable;
}

/** Beyond the function's own time-out, so that Lambda's error comes first. */
const marginOfTask = Duration.seconds(30);

/**
 * Before a start that broke off is repeated at an idempotent provider. A function that always
 * breaks off is invoked 1,080 times until the machine's time limit, in 11,000 events of its
 * history, which may have 25,000.
 */
const repeatAfter = Duration.minutes(2);

const startIs = (next: Start['next']): sfn.Condition =>
  sfn.Condition.stringEquals('$.start.next', next);

/** A state that makes the event about a request that led to nothing, where no function can. */
const notStarted = (scope: Construct, name: string, { code, message }: Problem): sfn.Pass => {
  const detailType: NotStartedResult['detailType'] = 'Generation Not Started';
  return new sfn.Pass(scope, name, {
    parameters: {
      detailType,
      detail: {
        version: '1',
        provider: sfn.JsonPath.stringAt('$.generation.provider'),
        requestId: sfn.JsonPath.stringAt('$.generation.requestId'),
        credential: sfn.JsonPath.stringAt('$.generation.credential'),
        metadata: sfn.JsonPath.objectAt('$.generation.metadata'),
        error: { code, message },
        timing: {
          requestedAt: sfn.JsonPath.stringAt('$.generation.requestedAt'),
          endedAt: sfn.JsonPath.stateEnteredTime,
          checks: 0,
        },
        execution: sfn.JsonPath.executionId,
      },
    },
    resultPath: '$.start.result',
  });
};

/**
 * What follows a start, whichever provider's.
 *
 * @param checking where every round of checks begins
 */
export const sharedStartStates = (
  scope: Construct,
  eventBus: IEventBus,
  checking: sfn.IChainable,
): SharedStartStates => {
  const path = '$.start.result';
  const stop = announceAndFail(scope, 'Announce failed start', 'Not started', { eventBus, path });
  const brokeOff = uncertainProblem('the function that was to start it ended without an answer');
  return {
    accepted: announceResult(scope, 'Announce acceptance', {
      eventBus,
      path,
      outputPath: '$.start.state',
      comment:
        'The provider has given an id; from here on it is as if the caller had started the generation',
    }).next(checking),
    stop,
    uncertain: notStarted(scope, 'Start uncertain', brokeOff).next(stop),
    notDeployed: notStarted(scope, 'Provider to start not deployed', notDeployedProblem).next(stop),
  };
};

/**
 * Where a start that broke off leads: to the same start again where that costs nothing, else to the
 * end.
 */
const afterBreak = (
  scope: Construct,
  { title, idempotent }: ProviderStart,
  task: sfn.IChainable,
  uncertain: sfn.IChainable,
): sfn.IChainable => {
  if (!idempotent) return uncertain;
  const remember = new sfn.Pass(scope, `${title}: start broke off`, {
    comment:
      "From now on nobody knows whether something was started; the request's own time stands for the moment",
    inputPath: '$.generation.requestedAt',
    resultPath: '$.start.memory.uncertainSince',
  });
  const wait = new sfn.Wait(scope, `Wait to repeat the start of ${title}`, {
    time: sfn.WaitTime.duration(repeatAfter),
  });
  return remember.next(wait).next(task);
};

/** One provider's start: post once, and whatever was decided. */
export const startingStates = (
  scope: Construct,
  start: ProviderStart,
  shared: SharedStartStates,
): sfn.IChainable => {
  const { name, title, timeout, function: startFunction } = start;
  const task = functionTask(scope, `Start ${title}`, {
    function: startFunction,
    timeout: timeout.plus(marginOfTask),
    payload: {
      generation: sfn.JsonPath.objectAt('$.generation'),
      request: sfn.JsonPath.objectAt('$.request'),
      start: sfn.JsonPath.objectAt('$.start'),
      execution: sfn.JsonPath.executionId,
    },
    resultPath: '$.start',
    // The only error after which the function has certainly not run. Any other repetition might pay
    // twice.
    retries: [throttled],
    comment: `Asks ${title} (${name}) once to start the generation`,
  });
  const wait = new sfn.Wait(scope, `Wait to start ${title}`, {
    time: sfn.WaitTime.secondsPath('$.start.waitSeconds'),
  });
  const next = new sfn.Choice(scope, `${title}: started?`)
    .when(startIs('accepted'), shared.accepted)
    .when(startIs('wait'), wait.next(task))
    .when(startIs('stop'), shared.stop)
    .otherwise(shared.uncertain);
  task.addCatch(afterBreak(scope, start, task, shared.uncertain), {
    errors: ['States.ALL'],
    resultPath: '$.error',
  });
  task.next(next);
  return task;
};
