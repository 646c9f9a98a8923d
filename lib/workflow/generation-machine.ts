import { Duration } from 'aws-cdk-lib';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { StepFunctionsStartExecution } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';
import { followStateName } from '../../lambdas/contract/follow.ts';
import { maxTimeoutMinutes } from '../../lambdas/contract/generation.ts';
import type { reportValues } from '../../lambdas/contract/state.ts';
import type { StartFunction } from '../functions/starts.ts';
import { roundLimit } from './checks-machine.ts';
import { copyingStates, type CopyingOptions } from './copying-states.ts';
import { checkFailed, notFollowed } from './workflow-retries.ts';
import { startStates } from './workflow-starts.ts';
import {
  announceAndFail,
  announceInternalError,
  announceResult,
  unforeseen,
} from './workflow-tasks.ts';

/** What the definition of the generation machine is made from. */
export interface GenerationMachineProps extends Pick<
  CopyingOptions,
  'copy' | 'exports' | 'eventBus'
> {
  readonly checksMachine: sfn.IStateMachine;
  readonly starts: readonly StartFunction[];
}

/**
 * A safety net, not a deadline: the longest deadline is a day and ends in the checks. The rest
 * leaves room for waiting at a concurrency limit, for a copy that takes several invocations, and
 * for announcing. An execution that hangs longer is stopped.
 */
export const machineTimeout = Duration.minutes(maxTimeoutMinutes).plus(Duration.hours(12));

/** Beyond the longest life of an execution of the checks machine, which begins a moment later. */
const followTimeout = roundLimit.plus(Duration.seconds(30));

/** Before a check is tried again that could not be run: a queue, not a failure. */
const queueSeconds = 60;

/** So often: with the tries of the checks machine in between, two hours. */
const longestQueue = 100;

const reportIs = (next: (typeof reportValues)[number]): sfn.Condition =>
  sfn.Condition.stringEquals('$.poll.next', next);

/** What no function could report. */
const internalError = (
  scope: Construct,
  { eventBus }: Pick<GenerationMachineProps, 'eventBus'>,
): sfn.IChainable => {
  const failed = new sfn.Fail(scope, 'Internal error', {
    comment: 'An alarm watches the function that failed; docs/runbook.md tells what to do',
    error: 'InternalError',
    causePath: sfn.JsonPath.stringAt('$.error.Error'),
  });
  return announceInternalError(scope, { eventBus, next: failed });
};

/** Calls the checks machine and waits for its report, which becomes `$.poll`. */
const following = (
  scope: Construct,
  { checksMachine }: Pick<GenerationMachineProps, 'checksMachine'>,
): StepFunctionsStartExecution => {
  const task = new StepFunctionsStartExecution(scope, followStateName, {
    stateMachine: checksMachine,
    integrationPattern: sfn.IntegrationPattern.WAIT_FOR_TASK_TOKEN,
    input: sfn.TaskInput.fromObject({
      generation: sfn.JsonPath.objectAt('$.generation'),
      poll: sfn.JsonPath.objectAt('$.poll'),
      execution: sfn.JsonPath.executionId,
      calledAt: sfn.JsonPath.stateEnteredTime,
      taskToken: sfn.JsonPath.taskToken,
    }),
    taskTimeout: sfn.Timeout.duration(followTimeout),
    resultPath: '$.poll',
    comment: 'The checks machine waits and checks, and answers once there is something to tell',
  });
  for (const retry of notFollowed) task.addRetry(retry);
  return task;
};

/**
 * The generation machine: follow until the provider is done, copy what it made, announce the
 * result. Functions decide, the machine compares one field. State names are API: the console, the
 * diagram and the embedded run show them.
 *
 * @param scope what the states belong to
 */
export const generationDefinition = (
  scope: Construct,
  props: GenerationMachineProps,
): sfn.IChainable => {
  const { eventBus } = props;
  const follow = following(scope, props);
  const error = internalError(scope, props);
  const unknownAnswer = unforeseen(scope, 'Unknown answer', 'UnknownAnswer').next(error);
  const pause = new sfn.Wait(scope, 'Wait', {
    comment: 'Longer than waiting in the checks machine is worth',
    time: sfn.WaitTime.secondsPath('$.poll.pauseSeconds'),
  }).next(follow);
  const queue = new sfn.Wait(scope, 'Wait for a place', {
    comment: 'No check could be run: the concurrency limit is reached, or the function not ready',
    time: sfn.WaitTime.duration(Duration.seconds(queueSeconds)),
  }).next(follow);
  const next = new sfn.Choice(scope, 'What next?')
    .when(reportIs('copy'), copyingStates(scope, { ...props, follow, unknownAnswer, error }))
    .when(reportIs('goOn'), follow)
    .when(reportIs('pause'), pause)
    .when(
      reportIs('announceInput'),
      announceResult(scope, 'Announce question', {
        eventBus,
        path: '$.poll.result',
        comment: 'The provider asks something; following goes on',
      }).next(follow),
    )
    .when(
      reportIs('stop'),
      announceAndFail(scope, 'Announce outcome', 'Not archived', {
        eventBus,
        path: '$.poll.result',
      }),
    )
    .when(reportIs('start'), startStates(scope, props.starts, { eventBus, follow }))
    .when(
      sfn.Condition.and(
        reportIs('notRun'),
        sfn.Condition.numberGreaterThan('$.poll.missed', longestQueue),
      ),
      unforeseen(scope, 'Checks never ran', 'ChecksNeverRan').next(error),
    )
    .when(reportIs('notRun'), queue)
    .otherwise(unknownAnswer);
  const failed = new sfn.Pass(scope, 'Check failed', {
    comment: 'Goes by the name of its own error',
    parameters: { Error: sfn.JsonPath.stringAt('$.error.Cause') },
    resultPath: '$.error',
  }).next(error);
  follow.addCatch(failed, { errors: [checkFailed], resultPath: '$.error' });
  follow.addCatch(error, { errors: ['States.ALL'], resultPath: '$.error' });
  return follow.next(next);
};
