import type { Checked } from '../lambdas/handlers/check-status.ts';
import { providerNamed } from '../lambdas/providers/registry.ts';

/**
 * What the first look found to be wrong with the key or the id, for the person at the terminal,
 * while the provider may still change its mind.
 *
 * @returns `undefined` where nothing is wrong, it was told before, or the result tells it at once
 */
export const firstTroubleIn = ({
  generation: { provider, generationId },
  report: { status },
  decision,
}: Checked): string | undefined => {
  if (status.kind !== 'notFound' && status.kind !== 'refused') return undefined;
  if (decision.next !== 'wait' || decision.memory.checks !== 1) return undefined;
  return `${providerNamed(provider).title} ${generationId}: ${status.message}; it is asked again, as this may pass.`;
};
