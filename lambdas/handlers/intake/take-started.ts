import type { ProviderSettings } from '../../contract/environment.ts';
import type { Generation } from '../../contract/generation.ts';
import { ownField } from '../../contract/own-field.ts';
import { invalidRequest, type RefusedTrigger } from '../../contract/parse-trigger.ts';
import type { StartedTrigger } from '../../contract/started.ts';
import { freshMemory, type ExecutionInput } from '../../contract/state.ts';
import { firstCheckSeconds, firstCheckSpread } from '../../polling/schedule.ts';
import { logAbout, loggingErrors } from '../generation-log.ts';
import { askedOf } from './asked-of.ts';
import { formatProblems } from './format-problems.ts';
import type { IntakeOptions } from './intake-options.ts';
import { startOnce } from './start-once.ts';
import { sentAt, type Envelope } from './trigger-envelope.ts';

const generationOf = (
  trigger: StartedTrigger,
  envelope: Envelope,
  own: ProviderSettings,
  now: number,
): Generation => {
  const requestedAt = sentAt(envelope, now);
  const timeoutMinutes = trigger.timeoutMinutes ?? own.timeoutMinutes;
  const { provider, generationId, credential, refresh, metadata } = trigger;
  return {
    provider,
    generationId,
    credential,
    refresh,
    metadata,
    ...askedOf(trigger),
    requestedAt: new Date(requestedAt).toISOString(),
    deadline: new Date(requestedAt + timeoutMinutes * 60_000).toISOString(),
    eventId: envelope.id ?? '',
  };
};

/**
 * Seconds to the first check. A generation that is handed over is looked at once: it may be done
 * long ago, its key may be wrong. Where a key has no room for that, it is the provider's usual
 * minimum.
 */
const untilFirstCheck = (
  { generationId, requestedAt, deadline, expectedSeconds }: Generation,
  own: ProviderSettings,
  now: number,
): number => {
  if (own.firstLook === true) return 0;
  const elapsed = (now - Date.parse(requestedAt)) / 1000;
  const untilDeadline = (Date.parse(deadline) - now) / 1000;
  const first =
    firstCheckSeconds(own, expectedSeconds) +
    firstCheckSpread(own, { generationId, expectedSeconds });
  return Math.max(0, Math.min(first - elapsed, untilDeadline));
};

const inputOf = (generation: Generation, own: ProviderSettings, now: number): ExecutionInput => ({
  generation,
  poll: {
    next: 'wait',
    waitSeconds: Math.ceil(untilFirstCheck(generation, own, now)),
    memory: freshMemory,
  },
  copy: {},
});

/** Takes `Generation Started`: an execution follows the generation. */
export const createTakeStarted = (options: IntakeOptions) => {
  const { settings, clock, log, executionArn } = options;
  return async (
    trigger: StartedTrigger,
    envelope: Envelope,
  ): Promise<RefusedTrigger | undefined> => {
    const own = ownField(settings, trigger.provider);
    if (own === undefined)
      throw new Error(`provider '${trigger.provider}' passed the check but is not deployed`);
    const problems = formatProblems(trigger, own);
    if (problems.length > 0) return invalidRequest(problems);
    const now = clock.now();
    const generation = generationOf(trigger, envelope, own, now);
    const { provider, generationId, eventId } = generation;
    const unstarted = logAbout(log, { provider, generationId, execution: undefined });
    const { kind, name } = await loggingErrors(unstarted, () =>
      startOnce(options, inputOf(generation, own, now)),
    );
    log('info', kind, { provider, generationId, execution: executionArn(name), eventId });
    return undefined;
  };
};
