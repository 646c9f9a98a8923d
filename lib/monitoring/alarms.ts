import {
  Alarm,
  ComparisonOperator,
  Stats,
  TreatMissingData,
  type Metric,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import { failedPutEvents, ownMetric, period } from './metrics.ts';
import type { Watched } from './watched.ts';

/** What rings, when, and where the runbook tells what to do. */
interface AlarmOf {
  readonly id: string;
  readonly metric: Metric;
  readonly description: string;
  /** Heading of the runbook; default: the id. */
  readonly heading?: string;
  /**
   * Rings once it lasts, not at the first occurrence: what is retried passes by itself as a rule.
   */
  readonly lasting?: true;
}

const internalAlarms = (scope: Construct, archiverName: string, watched: Watched): AlarmOf[] => {
  const {
    intake,
    copyExports,
    stoppedExecutions,
    sweep,
    statusChecks,
    starts,
    exports,
    replies,
    deadLetterQueue,
    stateMachine,
    checksMachine,
  } = watched;
  const invokedByEvents = [
    { title: 'Intake', function: intake },
    { title: 'Stopped', function: stoppedExecutions },
    ...replies.map((reply) => ({ title: `Reply${reply.title}`, function: reply.function })),
  ];
  return [
    {
      id: 'DeadLetterQueueNotEmpty',
      metric: deadLetterQueue.metricApproximateNumberOfMessagesVisible({
        period,
        statistic: Stats.MAXIMUM,
      }),
      description:
        'Events lie in the dead-letter queue: generations that nobody follows, replies that nobody got, or ends that nobody was told of',
    },
    ...invokedByEvents.map(({ title, function: one }) => ({
      id: `DeadLettersLost${title}`,
      metric: one.metric('DeadLetterErrors', { period, statistic: Stats.SUM }),
      description:
        'An event could not be handled, and the dead-letter queue did not take it either',
      heading: 'DeadLettersLost',
    })),
    {
      id: 'ExecutionsFailed',
      metric: ownMetric(archiverName, 'InternalFailures'),
      description:
        "An execution failed for a reason of the archiver's own: a defect, a permission, the bucket",
    },
    {
      id: 'IntakeErrors',
      metric: intake.metricErrors({ period }),
      description: 'The intake function failed: trigger events are not followed',
    },
    ...statusChecks.map(({ title, function: check }) => ({
      id: `StatusCheckErrors${title}`,
      metric: check.metricErrors({ period }),
      description: `The status check of ${title} failed`,
      heading: 'StatusCheckErrors',
    })),
    ...starts.map(({ title, function: start }) => ({
      id: `StartErrors${title}`,
      metric: start.metricErrors({ period }),
      description: `A start at ${title} broke off: a generation may have been paid that nobody follows`,
      heading: 'StartErrors',
    })),
    ...exports.map(({ title, function: start }) => ({
      id: `ExportErrors${title}`,
      metric: start.metricErrors({ period }),
      description: `A request to ${title} to export a deck broke off: it may have been paid, and is not made again`,
      heading: 'ExportErrors',
    })),
    {
      id: 'CopyExportsErrors',
      metric: copyExports.metricErrors({ period }),
      description: 'The copy function failed',
    },
    {
      id: 'SweepErrors',
      metric: sweep.metricErrors({ period }),
      description: 'Ends that nobody was told of could not be looked for, or not be announced',
    },
    {
      id: 'ExecutionsOverdue',
      metric: ownMetric(archiverName, 'OverdueSteps'),
      description: 'An execution still runs half an hour past its deadline',
    },
    {
      id: 'ExecutionsTimedOut',
      metric: stateMachine.metricTimedOut({ period }),
      description: 'An execution outlived every deadline and was stopped',
    },
    {
      id: 'ChecksFailed',
      metric: checksMachine.metricFailed({ period }),
      description:
        'Executions of the checks machine have ended without an answer for 15 minutes: generations are checked late',
      lasting: true,
    },
    {
      id: 'ChecksTimedOut',
      metric: checksMachine.metricTimedOut({ period }),
      description:
        'Executions of the checks machine have run into their five minutes for 15 minutes: generations are checked late',
      lasting: true,
    },
    {
      id: 'ExecutionsAborted',
      metric: ownMetric(archiverName, 'StoppedExecutions'),
      description: 'Somebody stopped an execution: it was announced as not archived',
    },
    {
      id: 'EventsNotSent',
      metric: failedPutEvents(scope),
      description:
        'Step Functions could not send events for 15 minutes (counted for the whole account)',
      // Every attempt counts, and a step makes 20 of them within some minutes.
      lasting: true,
    },
  ];
};

const providerAlarms = (archiverName: string, { statusChecks, starts }: Watched): AlarmOf[] => [
  ...statusChecks.map(({ name, title }): AlarmOf => ({
    id: `ProviderUnavailable${title}`,
    // 1 where every answer was of no use, 0 where one was; no data where nothing was asked.
    metric: ownMetric(archiverName, 'UnusableAnswers', {
      provider: name,
      statistic: Stats.MINIMUM,
    }),
    description: `${title} has been down or refusing for 15 minutes`,
    heading: 'ProviderUnavailable',
    lasting: true,
  })),
  // Not in the metric above: where credits are used up, what was started before goes on to answer
  // well.
  ...starts.map(({ name, title }): AlarmOf => ({
    id: `StartsNotAccepted${title}`,
    metric: ownMetric(archiverName, 'UnacceptedStarts', {
      provider: name,
      statistic: Stats.MINIMUM,
    }),
    description: `${title} has accepted no request to start a generation for 15 minutes`,
    heading: 'StartsNotAccepted',
    lasting: true,
  })),
];

const throttlingAlarms = ({
  intake,
  copyExports,
  statusChecks,
  stateMachine,
  checksMachine,
}: Watched): AlarmOf[] => {
  const functions = [
    { title: 'Intake', function: intake },
    { title: 'CopyExports', function: copyExports },
    ...statusChecks.map((check) => ({ title: `Check${check.title}`, function: check.function })),
  ];
  return [
    ...functions.map(({ title, function: one }) => ({
      id: `Throttling${title}`,
      metric: one.metricThrottles({ period }),
    })),
    { id: 'ThrottlingStateMachine', metric: stateMachine.metricThrottled({ period }) },
    { id: 'ThrottlingChecksMachine', metric: checksMachine.metricThrottled({ period }) },
  ].map(({ id, metric }) => ({
    id,
    metric,
    description:
      'AWS has held back work for 15 minutes, because a quota or a concurrency limit is used up',
    heading: 'Throttling',
    lasting: true,
  }));
};

const alarmOf = (
  scope: Construct,
  { id, metric, description, heading = id, lasting }: AlarmOf,
): Alarm =>
  new Alarm(scope, id, {
    alarmDescription: `Generation Archiver: ${description}. See docs/runbook.md, "${heading}"`,
    metric,
    threshold: 1,
    // A pause after a 429 may leave one of the periods without an answer.
    evaluationPeriods: lasting === true ? 4 : 1,
    datapointsToAlarm: lasting === true ? 3 : 1,
    comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
    treatMissingData: TreatMissingData.NOT_BREACHING,
  });

/**
 * Alarms for what should never happen, and for a provider that is down. Failed generations are
 * results and none of these: an alarm means that a person is needed. `docs/runbook.md` has a
 * heading for each.
 */
export const createAlarms = (scope: Construct, archiverName: string, watched: Watched): Alarm[] =>
  [
    ...internalAlarms(scope, archiverName, watched),
    ...providerAlarms(archiverName, watched),
    ...throttlingAlarms(watched),
  ].map((alarm) => alarmOf(scope, alarm));
