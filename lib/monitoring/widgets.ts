import { TextWidget, type IMetric, type IWidget } from 'aws-cdk-lib/aws-cloudwatch';
import type { MetricName } from '../../lambdas/contract/metrics.ts';
import { ownMetric } from './metrics.ts';
import type { Watched } from './watched.ts';

/** The grid of a dashboard has 24 columns; everything here is a third of it wide. */
export const third = { width: 8, height: 6 } as const;

/** A figure over the whole time range that is shown. */
export const overRange = { ...third, setPeriodToTimeRange: true } as const;

/** A section of the dashboard. */
export const heading = (question: string): IWidget =>
  new TextWidget({ markdown: `## ${question}`, width: 24, height: 1 });

/** A metric of the status checks, a curve for each provider. `what` follows its title in the legend. */
export const byProvider = (
  archiverName: string,
  { statusChecks }: Watched,
  metricName: MetricName,
  statistic: string,
  what = '',
): IMetric[] =>
  statusChecks.map(({ name, title }) =>
    ownMetric(archiverName, metricName, { provider: name, statistic, label: title + what }),
  );
