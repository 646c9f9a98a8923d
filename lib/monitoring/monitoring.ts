import { Annotations, Names } from 'aws-cdk-lib';
import type { Alarm, Dashboard } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { Topic, type ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { environmentNames } from '../../lambdas/contract/environment.ts';
import { createAlarms } from './alarms.ts';
import { createDashboard } from './dashboard.ts';
import type { Watched } from './watched.ts';

/** What {@link Monitoring} is made from. */
export interface MonitoringProps extends Watched {
  readonly alarms: boolean;
  readonly dashboard: boolean;
  /** Notified by every alarm. Where there is no topic, the alarms notify nobody. */
  readonly alarmTopic: ITopic | undefined;
  /** ARN of the topic, in place of it. */
  readonly alarmTopicArn: string | null;
}

/**
 * Tells the functions under which name to measure, and watches what they measure: alarms, and a
 * dashboard.
 */
export class Monitoring extends Construct {
  /** Empty where they are switched off. */
  readonly alarms: readonly Alarm[];
  /** `undefined` where it is switched off. */
  readonly dashboard: Dashboard | undefined;

  constructor(
    scope: Construct,
    id: string,
    { alarms, dashboard, alarmTopic, alarmTopicArn, ...watched }: MonitoringProps,
  ) {
    super(scope, id);
    const { intake, copyExports, stoppedExecutions, sweep, statusChecks, starts, replies } =
      watched;
    // Unique in an account and region: the name of the machine's log group, which has to be, is
    // made in the same way.
    const archiverName = Names.uniqueResourceName(scope, { maxLength: 80 });
    const asking = [...statusChecks, ...starts, ...replies].map((one) => one.function);
    for (const measuring of [intake, copyExports, stoppedExecutions, sweep, ...asking]) {
      measuring.addEnvironment(environmentNames.archiverName, archiverName);
    }
    this.alarms = alarms ? createAlarms(this, archiverName, watched) : [];
    if (alarmTopic !== undefined) this.notify(alarmTopic, 'alarmTopic');
    if (alarmTopicArn !== null)
      this.notify(Topic.fromTopicArn(this, 'Topic', alarmTopicArn), 'alarmTopicArn');
    this.dashboard = dashboard
      ? createDashboard(this, archiverName, watched, this.alarms)
      : undefined;
  }

  private notify(topic: ITopic, prop: string): void {
    if (this.alarms.length === 0) {
      const message = `${prop} names a topic, but alarms is false: nothing will ever notify it. Leave out one of the two`;
      Annotations.of(this).addWarningV2('generation-archiver:alarmTopicWithoutAlarms', message);
      return;
    }
    const action = new SnsAction(topic);
    for (const alarm of this.alarms) alarm.addAlarmAction(action);
  }
}
