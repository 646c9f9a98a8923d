import {
  AlarmStatusWidget,
  GraphWidget,
  MathExpression,
  SingleValueWidget,
  Stats,
  type Alarm,
  type IWidget,
} from 'aws-cdk-lib/aws-cloudwatch';
import {
  dimensionNames,
  metricNamespace,
  outcomes,
  type MetricName,
  type Outcome,
} from '../../lambdas/contract/metrics.ts';
import { ownMetric, period } from './metrics.ts';
import type { Watched } from './watched.ts';
import { overRange, third } from './widgets.ts';

/** Alarms that lie beside each other in the console's own widget, about a row of the grid high. */
const alarmsInARow = 6;

const outcomeLooks: Readonly<Record<Outcome, { readonly label: string; readonly color: string }>> =
  {
    Archived: { label: 'Archived', color: '#2ca02c' },
    PartiallyArchived: { label: 'Partially archived', color: '#98df8a' },
    Failed: { label: 'Failed at the provider', color: '#ff7f0e' },
    TimedOut: { label: 'Timed out', color: '#9467bd' },
    NotArchived: { label: 'Not archived', color: '#d62728' },
    NotStarted: { label: 'Not started', color: '#8c564b' },
    Cancelled: { label: 'Cancelled', color: '#7f7f7f' },
  };

/** One outcome of all providers: the search finds the series that there are. */
const outcomeOfAll = (archiverName: string, outcome: Outcome): MathExpression => {
  const { archiver, provider, outcome: ofOutcome } = dimensionNames;
  const name: MetricName = 'Outcomes';
  const found = `{${metricNamespace},${archiver},${provider},${ofOutcome}} MetricName="${name}" ${archiver}="${archiverName}" ${ofOutcome}="${outcome}"`;
  const expression = `SUM(SEARCH('${found}', 'Sum', ${period.toSeconds()}))`;
  return new MathExpression({ expression, usingMetrics: {}, period, ...outcomeLooks[outcome] });
};

/** Is it working? */
export const workingWidgets = (
  archiverName: string,
  watched: Watched,
  alarms: readonly Alarm[],
): IWidget[][] => {
  const {
    intake,
    copyExports,
    stoppedExecutions,
    sweep,
    replies,
    starts,
    exports,
    statusChecks,
    deadLetterQueue,
    stateMachine,
  } = watched;
  const errors = [
    intake.metricErrors({ period, label: 'Intake' }),
    ...statusChecks.map(({ title, function: check }) =>
      check.metricErrors({ period, label: `Check ${title}` }),
    ),
    ...starts.map(({ title, function: start }) =>
      start.metricErrors({ period, label: `Start ${title}` }),
    ),
    ...exports.map(({ title, function: start }) =>
      start.metricErrors({ period, label: `Export ${title}` }),
    ),
    ...replies.map(({ title, function: reply }) =>
      reply.metricErrors({ period, label: `Reply ${title}` }),
    ),
    copyExports.metricErrors({ period, label: 'Copy exports' }),
    stoppedExecutions.metricErrors({ period, label: 'Announce stopped' }),
    sweep.metricErrors({ period, label: 'Sweep' }),
  ];
  const alarmStatus = new AlarmStatusWidget({
    title: 'Alarms',
    alarms: [...alarms],
    width: 24,
    height: Math.ceil(alarms.length / alarmsInARow),
  });
  return [
    ...(alarms.length === 0 ? [] : [[alarmStatus]]),
    [
      new SingleValueWidget({
        ...overRange,
        title: 'In this time',
        metrics: [
          stateMachine.metricStarted({ label: 'Generations' }),
          outcomeOfAll(archiverName, 'Archived'),
          outcomeOfAll(archiverName, 'NotArchived'),
          ownMetric(archiverName, 'InternalFailures', { label: 'Our own failures' }),
          ownMetric(archiverName, 'RejectedTriggers', { label: 'Rejected triggers' }),
          deadLetterQueue.metricApproximateNumberOfMessagesVisible({
            statistic: Stats.MAXIMUM,
            label: 'Dead letters',
          }),
        ],
      }),
      new GraphWidget({
        ...third,
        title: 'How generations ended',
        left: outcomes.map((outcome) => outcomeOfAll(archiverName, outcome)),
        stacked: true,
        leftYAxis: { min: 0, showUnits: false },
      }),
      new GraphWidget({
        ...third,
        title: 'Errors of the functions',
        left: errors,
        leftYAxis: { min: 0, showUnits: false },
      }),
    ],
  ];
};
