import { z } from 'zod';
import type { ProviderSettings } from '../contract/environment.ts';
import { credentialSchema, generationIdSchema, metadataSchema, type Generation } from '../contract/generation.ts';
import type { Clock, EventBus, Executions, Log } from '../contract/ports.ts';
import type { RejectedDetail } from '../contract/results.ts';
import { freshMemory, type ExecutionInput } from '../contract/state.ts';
import { parseTrigger, type Trigger, type TriggerOutcome } from '../contract/trigger.ts';
import { firstCheckSeconds } from '../polling/schedule.ts';
import { startOnce } from './start-once.ts';

/** The world of intake. */
export interface IntakeOptions {
  readonly settings: Readonly<Record<string, ProviderSettings>>;
  readonly bus: EventBus;
  readonly executions: Executions;
  readonly clock: Clock;
  readonly log: Log;
}

/** The envelope that EventBridge puts around a detail: its own, so trusted to be there; a test event may lack any of it. */
const envelopeSchema = z.object({
  id: z.string().max(200).optional().catch(undefined),
  source: z.string().max(256).optional().catch(undefined),
  time: z.iso.datetime({ offset: true }).optional().catch(undefined),
  detail: z.unknown(),
});

type Envelope = z.infer<typeof envelopeSchema>;

/** What of a refused detail may be echoed: each field only where it is valid by itself. */
const echoSchema = z
  .object({
    provider: z.string().regex(/^[A-Za-z0-9._-]{1,64}$/).optional().catch(undefined),
    generationId: generationIdSchema.optional().catch(undefined),
    credential: credentialSchema.optional().catch(undefined),
    metadata: metadataSchema.optional().catch(undefined),
  })
  .catch({});

const absentOut = <T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } =>
  Object.fromEntries(Object.entries(value).filter(([, item]) => item !== undefined)) as { [K in keyof T]: Exclude<T[K], undefined> };

const rejection = (envelope: Envelope, { code, problems }: Extract<TriggerOutcome, { ok: false }>): RejectedDetail => {
  const { id, source, time } = envelope;
  const message = problems.map(({ field, message: text }) => (field === '' ? `the detail ${text}` : `${field}: ${text}`)).join('; ');
  return {
    version: '1',
    ...absentOut(echoSchema.parse(envelope.detail)),
    error: { code, message: `the event was not accepted: ${message}`, problems },
    trigger: absentOut({ id, source, time }),
  };
};

const generationOf = (trigger: Trigger, envelope: Envelope, own: ProviderSettings, now: number): Generation => {
  // A sender may write any time into an event: one from the future would be followed for as long as it is ahead.
  const requestedAt = Math.min(envelope.time === undefined ? now : Date.parse(envelope.time), now);
  const timeoutMinutes = trigger.timeoutMinutes ?? own.timeoutMinutes;
  const { provider, generationId, credential, refresh, metadata, expectedSeconds } = trigger;
  return {
    provider,
    generationId,
    credential,
    refresh,
    metadata,
    ...(expectedSeconds === undefined ? {} : { expectedSeconds }),
    requestedAt: new Date(requestedAt).toISOString(),
    deadline: new Date(requestedAt + timeoutMinutes * 60_000).toISOString(),
    eventId: envelope.id ?? '',
  };
};

const inputOf = (generation: Generation, own: ProviderSettings, now: number): ExecutionInput => {
  const elapsed = (now - Date.parse(generation.requestedAt)) / 1000;
  const untilDeadline = (Date.parse(generation.deadline) - now) / 1000;
  const wait = Math.min(firstCheckSeconds(own, generation.expectedSeconds) - elapsed, untilDeadline);
  return { generation, poll: { next: 'wait', waitSeconds: Math.max(0, Math.ceil(wait)), memory: freshMemory }, copy: {} };
};

/**
 * Turns a trigger event into an execution, or into a `Generation Rejected` event that lists everything that is wrong with it.
 *
 * @throws where neither can be done now: Lambda then tries again, and the dead-letter queue keeps what never succeeds.
 */
export const createIntake = ({ settings, bus, executions, clock, log }: IntakeOptions) => {
  return async (event: unknown): Promise<void> => {
    const envelope = envelopeSchema.catch({ detail: undefined }).parse(event);
    const outcome = parseTrigger(envelope.detail, Object.keys(settings));
    if (!outcome.ok) {
      const detail = rejection(envelope, outcome);
      log('warn', 'trigger rejected', { eventId: envelope.id ?? '', problems: detail.error.problems.map(({ field }) => field) });
      await bus.put('Generation Rejected', detail);
      return;
    }

    const { trigger } = outcome;
    const own = settings[trigger.provider];
    if (own === undefined) throw new Error(`provider '${trigger.provider}' passed the check but is not deployed`);
    const now = clock.now();
    const generation = generationOf(trigger, envelope, own, now);
    const started = await startOnce(executions, inputOf(generation, own, now));
    const { provider, generationId } = generation;
    log('info', started.kind, { provider, generationId, eventId: generation.eventId, name: started.name });
  };
};
