import { z } from 'zod';
import { outcomes } from '../../lambdas/contract/metrics.ts';
import { watchPrices } from '../../lib/monitoring/prices.ts';

const fareSchema = z.object({
  name: z.string(),
  dollarsPerThousand: z.number().optional(),
  meanLagSeconds: z.number(),
});

/** What is read of `reports/detection.json`. */
export const reportSchema = z.object({
  assumptions: z.object({ samples: z.number() }),
  cells: z.array(
    z.object({
      provider: z.string(),
      nominalSeconds: z.number(),
      distribution: z.string(),
      archiver: fareSchema,
      poller: fareSchema,
      durable: fareSchema,
      others: z.array(fareSchema),
    }),
  ),
});

/** See {@link reportSchema}. */
export type Report = z.infer<typeof reportSchema>;

type Fare = z.infer<typeof fareSchema>;

const markdown = (rows: readonly (readonly string[])[]): string => {
  const [head = [], ...body] = rows;
  return [head, head.map(() => '---'), ...body].map((row) => `| ${row.join(' | ')} |`).join('\n');
};

/** Columns of the table of checks. */
export const checkColumns = [
  'provider',
  'length',
  'Generation Archiver',
  'job poller, same interval',
  'job poller, 30 s',
  'durable function, same interval',
  'durable function, same schedule',
  'durable function, default strategy',
  'SQS timer and task token, same interval',
] as const;

const dollars = (amount: number): string => `$${amount.toFixed(2)}`;

const cellOf = (fare: Fare | undefined): string =>
  fare?.dollarsPerThousand === undefined
    ? '–'
    : `${dollars(fare.dollarsPerThousand)}, ${fare.meanLagSeconds.toFixed(1)} s late`;

/**
 * Dollars per 1,000 generations and mean lag, by provider and length, for lengths that scatter
 * lognormally.
 */
export const checksTable = ({ cells, assumptions }: Report): string => {
  const table = markdown([
    checkColumns,
    ...cells
      .filter(({ distribution }) => distribution === 'lognormal')
      .map(({ provider, nominalSeconds, archiver, poller, durable, others }) => {
        const named = (ending: string): Fare | undefined =>
          others.find(({ name }) => name.endsWith(ending));
        return [
          provider,
          `${Math.round(nominalSeconds / 60)} min`,
          cellOf(archiver),
          cellOf(poller),
          cellOf(named('job poller, 30 s')),
          cellOf(durable),
          cellOf(named('schedule')),
          cellOf(named('default strategy')),
          cellOf(named('task token')),
        ];
      }),
  ]);
  return `${table}\n\nMeans over ${assumptions.samples} simulated generations of each kind.`;
};

/** Series of one provider in an hour in which generations are archived and nothing goes wrong. */
const usualSeries = [
  'UnusableAnswers',
  'ChecksPerGeneration',
  'TimeToArchive',
  'ArchivedBytes',
  'Outcomes of one kind',
];

/** And of one that tells when it was done, or has every trouble there is. */
const otherSeries = [
  'DetectionLag',
  'Throttles',
  'TransientFailures',
  'UnknownStatuses',
  'UnacceptedStarts',
];

/** What watching costs by the month. */
export const watchingTable = (
  stacks: readonly { readonly providers: number; readonly alarms: number }[],
): string => {
  const most = usualSeries.length + otherSeries.length + outcomes.length - 1;
  return markdown([
    [
      'providers',
      'alarms',
      'dashboard',
      'metrics in use all month, nothing wrong',
      'metrics at the very most',
      'idle',
    ],
    ...stacks.map(({ providers, alarms }) => [
      String(providers),
      `${alarms}: ${dollars(alarms * watchPrices.alarm)}`,
      dollars(watchPrices.dashboard),
      `${providers * usualSeries.length}: ${dollars(providers * usualSeries.length * watchPrices.metric)}`,
      `${providers * most + 4}: ${dollars((providers * most + 4) * watchPrices.metric)}`,
      dollars(alarms * watchPrices.alarm + watchPrices.dashboard),
    ]),
  ]);
};

/** What announcing progress costs. */
export const progressTable = (rows: readonly (readonly string[])[]): string => markdown(rows);

/**
 * Puts a table between its markers.
 *
 * @throws where the text lacks them
 */
export const withTable = (text: string, name: string, table: string): string => {
  const [begin, end] = [`<!-- ${name}: begin -->`, `<!-- ${name}: end -->`];
  const from = text.indexOf(begin);
  const to = text.indexOf(end);
  if (from === -1 || to < from)
    throw new Error(`docs/costs.md lacks the markers "${begin}" and "${end}", in this order`);
  return `${text.slice(0, from + begin.length)}\n${table}\n${text.slice(to)}`;
};
