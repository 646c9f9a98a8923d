import type * as z from 'zod';
import { parseTrigger, type RefusedTrigger } from '../../contract/parse-trigger.ts';
import {
  triggerDetailTypes,
  triggerSchemas,
  type TriggerDetailType,
} from '../../contract/triggers.ts';
import { logAbout, loggingErrors } from '../generation-log.ts';
import type { IntakeOptions, TakeTrigger } from './intake-options.ts';
import { rejectionOf } from './rejection.ts';
import { createTakeCancel } from './take-cancel.ts';
import { createTakeReply } from './take-reply.ts';
import { createTakeRequested } from './take-requested.ts';
import { createTakeStarted } from './take-started.ts';
import { readEnvelope, triggerTypeOf, type Envelope } from './trigger-envelope.ts';

/**
 * Turns a trigger event into an execution, or into a `Generation Rejected` event that lists
 * everything that is wrong with it.
 *
 * @throws where neither can be done now: Lambda then tries again, and the dead-letter queue keeps
 *   what never succeeds.
 */
export const createIntake = (options: IntakeOptions) => {
  const { settings, bus, measure } = options;
  const deployed = Object.keys(settings);

  const taking = <Trigger>(
    schema: z.ZodObject & z.ZodType<Trigger>,
    take: TakeTrigger<Trigger>,
  ) => {
    return async (envelope: Envelope): Promise<RefusedTrigger | undefined> => {
      const outcome = parseTrigger(schema, envelope.detail, deployed);
      return outcome.ok ? take(outcome.trigger, envelope) : outcome;
    };
  };
  const handlers: Readonly<
    Record<TriggerDetailType, (envelope: Envelope) => Promise<RefusedTrigger | undefined>>
  > = {
    'Generation Started': taking(triggerSchemas['Generation Started'], createTakeStarted(options)),
    'Generation Requested': taking(
      triggerSchemas['Generation Requested'],
      createTakeRequested(options),
    ),
    'Generation Reply': taking(triggerSchemas['Generation Reply'], createTakeReply(options)),
    'Generation Cancel': taking(triggerSchemas['Generation Cancel'], createTakeCancel(options)),
  };
  const unknownType: RefusedTrigger = {
    ok: false,
    code: 'InvalidRequest',
    problems: [
      {
        field: '',
        message: `has a detail-type that the archiver does not take; known: ${triggerDetailTypes.join(', ')}`,
      },
    ],
  };

  return async (event: unknown): Promise<void> => {
    const envelope = readEnvelope(event);
    const type = triggerTypeOf(envelope);
    const refused = type === undefined ? unknownType : await handlers[type](envelope);
    if (refused === undefined) return;
    const detail = rejectionOf(envelope, refused);
    const { provider, generationId } = detail;
    const log = logAbout(options.log, { provider, generationId, execution: undefined });
    log('warn', 'trigger rejected', {
      eventId: envelope.id ?? '',
      problems: refused.problems.map(({ field }) => field),
    });
    await loggingErrors(log, () => bus.put('Generation Rejected', detail));
    measure({ RejectedTriggers: 1 });
  };
};
