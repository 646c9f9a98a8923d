import { readDashboard } from '../../lib/monitoring/dashboard-body.ts';
import type { GenerationArchiverProps } from '../../lib/props.ts';
import { synthesiseDashboard } from '../../lib/workflow/definition.ts';
import { everyProvider } from '../../tools/every-provider.ts';

const watched = (props: GenerationArchiverProps): { providers: number; alarms: number } => ({
  providers: Object.keys(props.providers).length,
  alarms: readDashboard(synthesiseDashboard(props)).flatMap(({ shown }) =>
    shown.kind === 'alarms' ? shown.alarms : [],
  ).length,
});

/**
 * How much there is to watch, with one provider and with all of them: counted in the synthesised
 * stack.
 */
export const watchedStacks = (): { providers: number; alarms: number }[] =>
  [{ providers: { gamma: {} } }, everyProvider].map(watched);
