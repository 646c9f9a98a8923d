import type { ProviderSettings } from '../../contract/environment.ts';
import type { Generation } from '../../contract/generation.ts';
import { ownField } from '../../contract/own-field.ts';
import type { StartedTrigger } from '../../contract/started.ts';
import { freshMemory, type ExecutionInput } from '../../contract/state.ts';
import { invalidRequest, type RefusedTrigger } from '../../contract/trigger.ts';
import { beforeRound } from '../../polling/check-window.ts';
import { firstCheckSeconds } from '../../polling/schedule.ts';
import { logAbout, tellingErrors } from '../about.ts';
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
  const { provider, generationId, credential, refresh, metadata, expectedSeconds, exportAs } =
    trigger;
  return {
    provider,
    generationId,
    credential,
    refresh,
    metadata,
    ...(exportAs === undefined ? {} : { exportAs }),
    ...(expectedSeconds === undefined ? {} : { expectedSeconds }),
    requestedAt: new Date(requestedAt).toISOString(),
    deadline: new Date(requestedAt + timeoutMinutes * 60_000).toISOString(),
    eventId: envelope.id ?? '',
  };
};

const inputOf = (generation: Generation, own: ProviderSettings, now: number): ExecutionInput => {
  const elapsed = (now - Date.parse(generation.requestedAt)) / 1000;
  const untilDeadline = (Date.parse(generation.deadline) - now) / 1000;
  const wait = Math.min(
    firstCheckSeconds(own, generation.expectedSeconds) - elapsed,
    untilDeadline,
  );
  return {
    generation,
    poll: {
      next: 'wait',
      ...beforeRound(Math.max(0, wait), own.checkWindowSeconds),
      memory: freshMemory,
    },
    copy: {},
  };
};

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
    const { kind, name } = await tellingErrors(unstarted, () =>
      startOnce(options, inputOf(generation, own, now)),
    );
    log('info', kind, { provider, generationId, execution: executionArn(name), eventId });
    return undefined;
  };
};
