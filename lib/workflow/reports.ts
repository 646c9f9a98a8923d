import { Aws, Duration } from 'aws-cdk-lib';
import { CustomState, Succeed, type IChainable } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { nobodyWaits } from './nobody-waits.ts';
import { notReported } from './workflow-retries.ts';

/** How the checks machine answers the generation machine. */
export interface Reports {
  /** Hands `$.poll` over. */
  readonly report: IChainable;
  /** Tells the error in `$.error`: a name that the retries know, and for a cause another name. */
  readonly failure: IChainable;
  /** Where the machine ends with nothing to tell. */
  readonly gone: IChainable;
}

/**
 * An answer is one request. Its `Output` is text, which Step Functions makes of the data by itself,
 * as it does with every text of its SDK integrations.
 */
export const answerTimeout = Duration.seconds(10);

/**
 * The two answers, for the task token that the input holds. They are written as the language has
 * them: the CDK's own task would grant them to the machine's role, in a policy that names the
 * generation machine, which names this machine: a circle.
 */
export const reporting = (scope: Construct): Reports => {
  const gone = new Succeed(scope, 'Nobody waits any more', {
    comment:
      'It was answered before, too late, or of an execution that has ended: all of it harmless',
  });
  const answer = (
    name: string,
    action: 'sendTaskSuccess' | 'sendTaskFailure',
    parameters: Readonly<Record<string, string>>,
    comment: string,
  ): IChainable => {
    const task = new CustomState(scope, name, {
      stateJson: {
        Type: 'Task',
        Comment: comment,
        Resource: `arn:${Aws.PARTITION}:states:::aws-sdk:sfn:${action}`,
        Parameters: { 'TaskToken.$': '$.taskToken', ...parameters },
        TimeoutSeconds: answerTimeout.toSeconds(),
        ResultPath: null,
        End: true,
      },
    });
    for (const retry of notReported) task.addRetry(retry);
    return task.addCatch(gone, { errors: [...nobodyWaits], resultPath: '$.error' });
  };
  return {
    gone,
    report: answer(
      'Report',
      'sendTaskSuccess',
      { 'Output.$': '$.poll' },
      'The generation machine goes on',
    ),
    failure: answer(
      'Report failure',
      'sendTaskFailure',
      { 'Error.$': '$.error.Error', 'Cause.$': '$.error.Cause' },
      'The generation machine tries again, or announces the error',
    ),
  };
};
