import { Aws } from 'aws-cdk-lib';
import type { IEventBus } from 'aws-cdk-lib/aws-events';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import type { ResultDetailType } from '../../lambdas/contract/results.ts';
import { PutResult } from '../put-results.ts';
import { nobodyWaits } from './nobody-waits.ts';
import { answerTimeout, type Reports } from './reports.ts';
import { notAsked } from './workflow-retries.ts';

/** Where progress is announced, and what comes after it. */
export interface ProgressOptions {
  readonly eventBus: IEventBus;
  readonly reports: Reports;
  /** Waits and checks again. */
  readonly goOn: sfn.IChainable;
}

const detailType: ResultDetailType = 'Generation Progress';

/**
 * Asks Step Functions whether the generation machine still waits for this execution. A heartbeat
 * writes nothing into its history, and is refused once the task was answered, timed out or ended
 * with its execution (Step Functions API Reference, "SendTaskHeartbeat"). The task declares no
 * HeartbeatSeconds, so that nothing else comes of it.
 */
const stillFollowed = (scope: Construct): sfn.CustomState =>
  new sfn.CustomState(scope, 'Is it still followed?', {
    stateJson: {
      Type: 'Task',
      Comment: 'Of what was cancelled or has ended nothing is told any more',
      Resource: `arn:${Aws.PARTITION}:states:::aws-sdk:sfn:sendTaskHeartbeat`,
      Parameters: { 'TaskToken.$': '$.taskToken' },
      TimeoutSeconds: answerTimeout.toSeconds(),
      ResultPath: null,
    },
  });

/**
 * Announces progress, once and without insisting, since a second try might tell it twice: whatever
 * becomes of it, following goes on as the check has decided.
 */
export const progressStates = (
  scope: Construct,
  { eventBus, reports, goOn }: ProgressOptions,
): sfn.IChainable => {
  const told = new sfn.Pass(scope, 'Progress told', {
    parameters: {
      next: sfn.JsonPath.stringAt('$.poll.progress.afterwards'),
      waitSeconds: sfn.JsonPath.numberAt('$.poll.waitSeconds'),
      pauseSeconds: sfn.JsonPath.numberAt('$.poll.pauseSeconds'),
      memory: sfn.JsonPath.objectAt('$.poll.memory'),
    },
    resultPath: '$.poll',
  });
  told.next(
    new sfn.Choice(scope, 'Progress told: what next?')
      .when(sfn.Condition.stringEquals('$.poll.next', 'wait'), goOn)
      .otherwise(reports.report),
  );
  const announce = new PutResult(scope, 'Announce progress', {
    eventBus,
    detailType,
    detail: sfn.TaskInput.fromJsonPathAt('$.poll.progress.detail'),
    permitted: [detailType],
    taskTimeout: sfn.Timeout.duration(answerTimeout),
    resultPath: sfn.JsonPath.DISCARD,
    comment: 'What the provider tells on the way, where the trigger asked for it',
  });
  const ask = stillFollowed(scope);
  for (const retry of notAsked) ask.addRetry(retry);
  const onError: sfn.CatchProps = { errors: ['States.ALL'], resultPath: '$.error' };
  ask.addCatch(reports.gone, { ...onError, errors: [...nobodyWaits] }).addCatch(told, onError);
  announce.addCatch(told, onError).next(told);
  return ask.next(announce);
};
