import { Duration } from 'aws-cdk-lib';
import { GraphWidget, SingleValueWidget, Stats, type IWidget } from 'aws-cdk-lib/aws-cloudwatch';
import { estimatedCosts } from './costs.ts';
import type { Watched } from './watched.ts';
import { byProvider, overRange, third } from './widgets.ts';

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
