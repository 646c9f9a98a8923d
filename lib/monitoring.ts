import { Duration, Names, Stack } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, Metric, Stats, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Topic } from 'aws-cdk-lib/aws-sns';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { environmentNames } from '../lambdas/contract/environment.ts';

/** How long a figure is summed up before it is judged. */
const period = Duration.minutes(5);

/** What is watched. */
export interface MonitoringProps {
  readonly intake: LambdaFunction;
  readonly copyExports: LambdaFunction;
  readonly stoppedExecutions: LambdaFunction;
  readonly statusChecks: readonly { readonly title: string; readonly function: LambdaFunction }[];
  readonly deadLetterQueue: IQueue;
  readonly stateMachine: StateMachine;
  /** Notified by every alarm; `null` leaves the alarms to whoever looks. */
  readonly alarmTopicArn: string | null;
}

/**
 * Alarms for what should never happen. Failed generations are results and none of these: an alarm means that the archiver
 * itself needs somebody. `docs/runbook.md` has a heading for each.
 */
export class Monitoring extends Construct {
  private readonly action: SnsAction | undefined;

  constructor(scope: Construct, id: string, props: MonitoringProps) {
    super(scope, id);
    const { intake, copyExports, stoppedExecutions, statusChecks, deadLetterQueue, stateMachine, alarmTopicArn } = props;
    // Unique in an account and region: the name of the machine's log group, which has to be, is made in the same way.
    const archiverName = Names.uniqueResourceName(scope, { maxLength: 80 });
    for (const measuring of [intake, copyExports, stoppedExecutions, ...statusChecks.map((check) => check.function)]) {
      measuring.addEnvironment(environmentNames.archiverName, archiverName);
    }
    this.action = alarmTopicArn === null ? undefined : new SnsAction(Topic.fromTopicArn(this, 'Topic', alarmTopicArn));

    this.alarm(
      'DeadLetterQueueNotEmpty',
      deadLetterQueue.metricApproximateNumberOfMessagesVisible({ period, statistic: Stats.MAXIMUM }),
      'Events lie in the dead-letter queue: nobody follows those generations, or nobody was told how they ended',
    );
    this.alarm('IntakeErrors', intake.metricErrors({ period }), 'The intake function failed: trigger events are not followed');
    for (const { title, function: check } of statusChecks) {
      const description = `The status check of ${title} failed`;
      this.alarm(`StatusCheckErrors${title}`, check.metricErrors({ period }), description, 'StatusCheckErrors');
    }
    this.alarm('CopyExportsErrors', copyExports.metricErrors({ period }), 'The copy function failed');
    this.alarm('ExecutionsTimedOut', stateMachine.metricTimedOut({ period }), 'An execution outlived every deadline and was stopped');
    this.alarm('ExecutionsAborted', stateMachine.metricAborted({ period }), 'Somebody stopped an execution: it was announced as not archived');
    this.alarm('EventsNotSent', this.failedPutEvents(), 'Step Functions could not send events (counted for the whole account)');
  }

  /** @param heading of the runbook */
  private alarm(id: string, metric: Metric, description: string, heading = id): void {
    const alarm = new Alarm(this, id, {
      alarmDescription: `Generation Archiver: ${description}. See docs/runbook.md, "${heading}"`,
      metric,
      threshold: 1,
      evaluationPeriods: 1,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
    if (this.action !== undefined) alarm.addAlarmAction(this.action);
  }

  /**
   * Step Functions Developer Guide, "Step Functions metrics for CloudWatch": service integrations are counted by resource, not
   * by state machine, and the dimension holds region and account, which the resource in the definition does not.
   */
  private failedPutEvents(): Metric {
    return new Metric({
      namespace: 'AWS/States',
      metricName: 'ServiceIntegrationsFailed',
      dimensionsMap: {
        ServiceIntegrationResourceArn: Stack.of(this).formatArn({ service: 'states', resource: 'events:putEvents' }),
      },
      statistic: Stats.SUM,
      period,
    });
  }
}
