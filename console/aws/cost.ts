import {
  GetDashboardCommand,
  GetMetricDataCommand,
  type MetricDataQuery,
} from '@aws-sdk/client-cloudwatch';
import * as z from 'zod';
import { readJson } from '../../local/read-json.ts';
import type { Cost } from '../backend.ts';
import type { Clients } from './clients.ts';
import type { Deployed } from './stack.ts';

/** The label that the dashboard's own estimate has, in dollars an hour. */
const totalLabel = 'Dollars';

/** Seconds of the estimate's period. */
const hour = 3600;

const expressionSchema = z.looseObject({
  expression: z.string(),
  id: z.string().optional(),
  label: z.string().optional(),
});
const optionsSchema = z.looseObject({ id: z.string(), stat: z.string().catch('Sum') });

const bodySchema = z.object({
  widgets: z.array(
    z.looseObject({
      properties: z.looseObject({ metrics: z.array(z.array(z.unknown())).optional() }),
    }),
  ),
});

/** A metric of a dashboard: names first, where `.` repeats what the row before has. */
const namesOf = (row: readonly unknown[], before: readonly string[]): string[] =>
  row.flatMap((part, index) =>
    typeof part === 'string' ? [part === '.' ? (before[index] ?? '') : part] : [],
  );

const dimensionsOf = (pairs: readonly string[]) =>
  pairs.flatMap((Name, index) =>
    index % 2 === 0 ? [{ Name, Value: pairs[index + 1] ?? '' }] : [],
  );

/**
 * The queries behind one curve of a dashboard: its expression and every metric it is made of
 * (CloudWatch, "Dashboard body structure and syntax").
 */
export const queriesOf = (metrics: readonly (readonly unknown[])[], label: string) => {
  let before: string[] = [];
  let total: string | undefined;
  const queries = metrics.flatMap((row, index): MetricDataQuery[] => {
    const expression = expressionSchema.safeParse(row[0]).data;
    if (expression !== undefined) {
      const Id = expression.id ?? `expression${index}`;
      const isTotal = expression.label === label;
      if (isTotal) total = Id;
      return [{ Id, Expression: expression.expression, Period: hour, ReturnData: isTotal }];
    }
    const names = namesOf(row, before);
    before = names;
    const options = optionsSchema.safeParse(row.at(-1)).data;
    const [Namespace = '', MetricName = '', ...pairs] = names;
    if (options === undefined) return [];
    const Metric = { Namespace, MetricName, Dimensions: dimensionsOf(pairs) };
    return [
      {
        Id: options.id,
        MetricStat: { Metric, Period: hour, Stat: options.stat },
        ReturnData: false,
      },
    ];
  });
  return total === undefined ? [] : queries;
};

const note =
  'state transitions and functions by the estimate of the dashboard, since midnight UTC; not in it: S3, logs, metrics, and what the providers charge';

/**
 * What it cost today: the estimate that the stack's own dashboard draws, added up. The dashboard's
 * arithmetic is asked for, so that both say the same.
 */
export const costToday = async (
  { cloudWatch }: Pick<Clients, 'cloudWatch'>,
  deployed: Pick<Deployed, 'resources'>,
  now: number,
): Promise<Cost> => {
  const DashboardName = (await deployed.resources()).find(
    ({ type }) => type === 'AWS::CloudWatch::Dashboard',
  )?.physicalId;
  if (DashboardName === undefined)
    return { note: 'not known: the stack has no dashboard, whose estimate tells it' };
  const { DashboardBody } = await cloudWatch.send(new GetDashboardCommand({ DashboardName }));
  const MetricDataQueries = readJson(bodySchema, DashboardBody)
    ?.widgets.map(({ properties }) => queriesOf(properties.metrics ?? [], totalLabel))
    .find((queries) => queries.length > 0);
  if (MetricDataQueries === undefined)
    return { note: 'not known: the dashboard has no estimate of the costs' };
  const EndTime = new Date(now);
  const StartTime = new Date(`${EndTime.toISOString().slice(0, 10)}T00:00:00Z`);
  const { MetricDataResults: results = [] } = await cloudWatch.send(
    new GetMetricDataCommand({ MetricDataQueries, StartTime, EndTime }),
  );
  const values = results.flatMap(({ Values: hours = [] }) => hours);
  return { dollars: values.reduce((sum, value) => sum + value, 0), note };
};
