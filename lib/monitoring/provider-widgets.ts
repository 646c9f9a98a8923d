import { GraphWidget, MathExpression, Stats, type IWidget } from 'aws-cdk-lib/aws-cloudwatch';
import type { MetricName } from '../../lambdas/contract/metrics.ts';
import { ownMetric, period } from './metrics.ts';
import type { Watched } from './watched.ts';
import { byProvider, third } from './widgets.ts';

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
