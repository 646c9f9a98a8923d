import { Duration } from 'aws-cdk-lib';
import {
  AlarmStatusWidget,
  GraphWidget,
  MathExpression,
  SingleValueWidget,
  Stats,
  TextWidget,
  type Alarm,
  type IMetric,
  type IWidget,
} from 'aws-cdk-lib/aws-cloudwatch';
import {
  dimensionNames,
  metricNamespace,
  outcomes,
  type MetricName,
  type Outcome,
} from '../../lambdas/contract/metrics.ts';
import { estimatedCosts } from './costs.ts';
import { ownMetric, period } from './metrics.ts';
import type { Watched } from './watched.ts';

/** The grid of a dashboard has 24 columns; everything here is a third of it wide. */
const third = { width: 8, height: 6 } as const;

/** Alarms that lie beside each other in the console's own widget, about a row of the grid high. */
const alarmsInARow = 6;

/** A figure over the whole time range that is shown. */
const overRange = { ...third, setPeriodToTimeRange: true } as const;

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

/** A section of the dashboard. */
export const heading = (question: string): IWidget =>
  new TextWidget({ markdown: `## ${question}`, width: 24, height: 1 });

/** One outcome of all providers: the search finds the series that there are. */
const outcomeOfAll = (archiverName: string, outcome: Outcome): MathExpression => {
  const { archiver, provider, outcome: ofOutcome } = dimensionNames;
  const name: MetricName = 'Outcomes';
  const found = `{${metricNamespace},${archiver},${provider},${ofOutcome}} MetricName="${name}" ${archiver}="${archiverName}" ${ofOutcome}="${outcome}"`;
  const expression = `SUM(SEARCH('${found}', 'Sum', ${period.toSeconds()}))`;
  return new MathExpression({ expression, usingMetrics: {}, period, ...outcomeLooks[outcome] });
};

const byProvider = (
  archiverName: string,
  { statusChecks }: Watched,
  metricName: MetricName,
  statistic: string,
  what = '',
): IMetric[] =>
  statusChecks.map(({ name, title }) =>
    ownMetric(archiverName, metricName, { provider: name, statistic, label: title + what }),
  );

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

/** Is a provider down? */
export const providerWidgets = (archiverName: string, watched: Watched): IWidget[][] => {
  const seconds = { min: 0, label: 'seconds', showUnits: false };
  const percent = (
    id: string,
    label: string,
    provider: string,
    metricName: MetricName,
  ): MathExpression => {
    const usingMetrics = {
      [id]: ownMetric(archiverName, metricName, { provider, statistic: Stats.AVERAGE }),
    };
    return new MathExpression({ expression: `100 * ${id}`, usingMetrics, label, period });
  };
  const unusable = [
    ...watched.statusChecks.map(({ name, title }, index) =>
      percent(`answers${index}`, title, name, 'UnusableAnswers'),
    ),
    ...watched.starts.map(({ name, title }, index) =>
      percent(`starts${index}`, `${title}: starts`, name, 'UnacceptedStarts'),
    ),
  ];
  return [
    [
      new GraphWidget({
        ...third,
        title: 'Answers that were of no use',
        left: unusable,
        leftYAxis: { min: 0, max: 100, label: '%', showUnits: false },
      }),
      new GraphWidget({
        ...third,
        title: '429, and answers that failed',
        left: [
          ...byProvider(archiverName, watched, 'Throttles', Stats.SUM, ': 429'),
          ...byProvider(archiverName, watched, 'TransientFailures', Stats.SUM, ': failed'),
        ],
        leftYAxis: { min: 0, showUnits: false },
      }),
      new GraphWidget({
        ...third,
        title: 'Statuses that nobody documents',
        left: byProvider(archiverName, watched, 'UnknownStatuses', Stats.SUM),
        leftYAxis: { min: 0, showUnits: false },
      }),
    ],
    [
      new GraphWidget({
        ...third,
        title: 'From event to archive, median',
        left: byProvider(archiverName, watched, 'TimeToArchive', Stats.p(50)),
        leftYAxis: seconds,
      }),
      new GraphWidget({
        ...third,
        title: 'From event to archive, slowest twentieth',
        left: byProvider(archiverName, watched, 'TimeToArchive', Stats.p(95)),
        leftYAxis: seconds,
      }),
      new GraphWidget({
        ...third,
        title: 'Found this long after it was done, where told',
        left: byProvider(archiverName, watched, 'DetectionLag', Stats.AVERAGE),
        leftYAxis: seconds,
      }),
    ],
  ];
};

/** What does it cost? */
export const costWidgets = (archiverName: string, watched: Watched): IWidget[][] => {
  const { transitions, waiting, checks, others, total, perThousand } = estimatedCosts(watched);
  return [
    [
      new SingleValueWidget({
        ...overRange,
        title: 'Estimate for this time, prices of us-east-1',
        metrics: [total, perThousand],
        fullPrecision: false,
      }),
      new GraphWidget({
        ...third,
        title: 'Estimate, dollars an hour',
        left: [transitions, waiting, checks, others],
        stacked: true,
        period: Duration.hours(1),
        leftYAxis: { min: 0, label: '$', showUnits: false },
      }),
      new GraphWidget({
        ...third,
        title: 'Checks per generation; bytes archived',
        left: byProvider(archiverName, watched, 'ChecksPerGeneration', Stats.AVERAGE),
        right: byProvider(archiverName, watched, 'ArchivedBytes', Stats.SUM, ': bytes'),
        leftYAxis: { min: 0, showUnits: false },
        rightYAxis: { min: 0 },
      }),
    ],
  ];
};
