import { Duration, Stack } from 'aws-cdk-lib';
import { Metric, Stats, type MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import {
  dimensionNames,
  metricNamespace,
  type MetricName,
  type Outcome,
} from '../../lambdas/contract/metrics.ts';

/** How long a figure is summed up before it is judged. */
export const period = Duration.minutes(5);

/** Which of the functions' own metrics, and by what. */
export interface OwnMetric extends Pick<MetricOptions, 'statistic' | 'label'> {
  readonly provider?: string;
  readonly outcome?: Outcome;
}

/** A metric that the functions write. */
export const ownMetric = (
  archiverName: string,
  metricName: MetricName,
  { provider, outcome, ...options }: OwnMetric = {},
): Metric =>
  new Metric({
    namespace: metricNamespace,
    metricName,
    dimensionsMap: {
      [dimensionNames.archiver]: archiverName,
      ...(provider === undefined ? {} : { [dimensionNames.provider]: provider }),
      ...(outcome === undefined ? {} : { [dimensionNames.outcome]: outcome }),
    },
    statistic: Stats.SUM,
    period,
    ...options,
  });

/**
 * Events that Step Functions could not send. Step Functions Developer Guide, "Step Functions
 * metrics for CloudWatch": service integrations are counted by resource, not by state machine, and
 * the dimension holds region and account, which the resource in the definition does not.
 */
export const failedPutEvents = (scope: Construct): Metric =>
  new Metric({
    namespace: 'AWS/States',
    metricName: 'ServiceIntegrationsFailed',
    dimensionsMap: {
      ServiceIntegrationResourceArn: Stack.of(scope).formatArn({
        service: 'states',
        resource: 'events:putEvents',
      }),
    },
    statistic: Stats.SUM,
    period,
  });
