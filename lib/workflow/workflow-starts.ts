import { Duration } from 'aws-cdk-lib';
import type { IEventBus } from 'aws-cdk-lib/aws-events';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import type { Problem } from '../../lambdas/contract/error-codes.ts';
import type { NotStartedResult } from '../../lambdas/contract/results.ts';
import {
  neverRanProblem,
  notDeployedProblem,
  uncertainProblem,
} from '../../lambdas/contract/start-problems.ts';
import type { Start } from '../../lambdas/contract/start-state.ts';
import type { StartFunction } from '../functions/starts.ts';
import { placeFields, tellingAsked } from './asked-fields.ts';
import { neverRan, neverRanErrors } from './workflow-retries.ts';
import { announceAndFail, announceResult, functionTask, marginOfTask } from './workflow-tasks.ts';

/** The states that all starts share. */
interface SharedStartStates {
  readonly accepted: sfn.IChainable;
  readonly stop: sfn.IChainable;
  readonly uncertain: sfn.IChainable;
  readonly didNotRun: sfn.IChainable;
}

/** Where the machine tells of requests, and where an accepted one goes on. */
export interface StartsOptions {
  readonly eventBus: IEventBus;
  /** Where an accepted request is followed. */
  readonly follow: sfn.IChainable;
}

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
 * A function that never ran has started nothing; but an attempt before it may have, at a provider
 * that is asked again.
 */
const afterNeverRan = (
  scope: Construct,
  stop: sfn.IChainable,
  uncertain: sfn.IChainable,
): sfn.IChainable =>
  new sfn.Choice(scope, 'Was an attempt before it uncertain?')
    .when(sfn.Condition.isPresent('$.start.memory.uncertainSince'), uncertain)
    .otherwise(notStarted(scope, 'Start did not run', neverRanProblem).next(stop));

/** What follows a start, whichever provider's. */
const sharedStartStates = (
  scope: Construct,
  { eventBus, follow }: StartsOptions,
  stop: sfn.IChainable,
): SharedStartStates => {
  const brokeOff = uncertainProblem('the function that was to start it ended without an answer');
  const uncertain = notStarted(scope, 'Start uncertain', brokeOff).next(stop);
  return {
    accepted: announceResult(scope, 'Announce acceptance', {
      eventBus,
      path: '$.start.result',
      outputPath: '$.start.state',
      comment:
        'The provider has given an id; from here on it is as if the caller had started the generation',
    }).next(follow),
    stop,
    uncertain,
    didNotRun: afterNeverRan(scope, stop, uncertain),
  };
};

/**
 * Where a start that broke off leads: to the same start again where that costs nothing, else to the
 * end.
 */
const afterBreak = (
  scope: Construct,
  { title, idempotent }: StartFunction,
  task: sfn.IChainable,
  uncertain: sfn.IChainable,
): sfn.IChainable => {
  if (!idempotent) return uncertain;
  const remember = new sfn.Pass(scope, `${title}: start broke off`, {
    comment:
      "From now on it is uncertain whether something was started; the request's own time stands for the moment",
    inputPath: '$.generation.requestedAt',
    resultPath: '$.start.memory.uncertainSince',
  });
  const wait = new sfn.Wait(scope, `Wait to repeat the start of ${title}`, {
    time: sfn.WaitTime.duration(repeatAfter),
  });
  return remember.next(wait).next(task);
};

/** One provider's start: post once, and whatever was decided. */
const startingStates = (
  scope: Construct,
  start: StartFunction,
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
    // The errors after which the function has certainly not run. Any other repetition might pay
    // twice.
    retries: neverRan,
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
  task.addCatch(shared.didNotRun, { errors: [...neverRanErrors], resultPath: '$.error' });
  task.addCatch(afterBreak(scope, start, task, shared.uncertain), {
    errors: ['States.ALL'],
    resultPath: '$.error',
  });
  task.next(next);
  return task;
};

/**
 * The states that requests are met by: a start for each provider that has one, and what all of them
 * share. A deployment whose providers start nothing has no more of them than can be reached.
 */
export const startStates = (
  scope: Construct,
  starts: readonly StartFunction[],
  options: StartsOptions,
): sfn.IChainable => {
  const { eventBus } = options;
  const path = '$.start.result';
  const stop = tellingAsked(
    scope,
    placeFields('not started'),
    `${path}.detail`,
    announceAndFail(scope, 'Announce failed start', 'Not started', { eventBus, path }),
  );
  // Met by executions that were under way when their provider was removed from the configuration.
  const notDeployed = notStarted(scope, 'Provider to start not deployed', notDeployedProblem).next(
    stop,
  );
  if (starts.length === 0) return notDeployed;
  const shared = sharedStartStates(scope, options, stop);
  const whichStart = new sfn.Choice(scope, 'Which start?', {
    comment: 'The provider has given no id yet',
  });
  for (const start of starts)
    whichStart.when(
      sfn.Condition.stringEquals('$.generation.provider', start.name),
      startingStates(scope, start, shared),
    );
  return whichStart.otherwise(notDeployed);
};
