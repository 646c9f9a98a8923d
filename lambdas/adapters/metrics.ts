import { Metrics } from '@aws-lambda-powertools/metrics';
import {
  dimensionNames,
  metricNamespace,
  metricUnits,
  type MetricName,
} from '../contract/metrics.ts';
import type { Measure } from '../contract/ports.ts';

const isMetric = (name: string): name is MetricName => Object.hasOwn(metricUnits, name);

/**
 * Metrics as lines of the log in CloudWatch's embedded metric format: no request, no permission, no
 * waiting.
 *
 * @param archiverName tells the metrics of two archivers apart
 */
export const createMeasure = (archiverName: string): Measure => {
  const metrics = new Metrics({ namespace: metricNamespace, serviceName: archiverName });
  return (values, { provider, outcome } = {}) => {
    const measured = Object.entries(values).filter(
      ([, value]) => typeof value === 'number' || value.length > 0,
    );
    if (measured.length === 0) return;
    if (provider !== undefined) metrics.addDimension(dimensionNames.provider, provider);
    if (outcome !== undefined) metrics.addDimension(dimensionNames.outcome, outcome);
    for (const [name, value] of measured) {
      if (!isMetric(name)) continue;
      for (const one of typeof value === 'number' ? [value] : value)
        metrics.addMetric(name, metricUnits[name], one);
    }
    metrics.publishStoredMetrics();
  };
};
