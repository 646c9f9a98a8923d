import { Duration } from 'aws-cdk-lib';
import { Dashboard, type Alarm, type IWidget } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import { costWidgets } from './cost-widgets.ts';
import { providerWidgets } from './provider-widgets.ts';
import type { Watched } from './watched.ts';
import { heading } from './widgets.ts';
import { workingWidgets } from './working-widgets.ts';

/**
 * The dashboard: is it working, is a provider down, what does it cost; from the top in this order.
 */
export const createDashboard = (
  scope: Construct,
  archiverName: string,
  watched: Watched,
  alarms: readonly Alarm[],
): Dashboard => {
  const rows: IWidget[][] = [
    [heading('Is it working?')],
    ...workingWidgets(archiverName, watched, alarms),
    [heading('Is a provider down?')],
    ...providerWidgets(archiverName, watched),
    [heading('What does it cost?')],
    ...costWidgets(archiverName, watched),
  ];
  return new Dashboard(scope, 'Dashboard', { defaultInterval: Duration.days(1), widgets: rows });
};
