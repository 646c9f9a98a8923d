import * as z from 'zod';
import { replyClaim } from '../contract/claim-names.ts';
import type { Claims } from '../contract/ports.ts';

/**
 * Whose a reply is. `known`: another delivery of the same event sees it through. `mayHaveAnswered`:
 * an earlier attempt of this delivery was about to send it as the answer to this question.
 */
export type ReplyHold =
  | { readonly kind: 'ours'; readonly mayHaveAnswered?: string }
  | { readonly kind: 'known' };

/** Takes the reply; told the question, or '' where none stands. Asked again, it answers the same. */
export type HoldReply = (question: string) => Promise<ReplyHold>;

const noteSchema = z.object({ holder: z.string(), question: z.string() });

const holdOf = (note: string, holder: string): ReplyHold => {
  const held = noteSchema.parse(JSON.parse(note));
  if (held.holder !== holder) return { kind: 'known' };
  return held.question === '' ? { kind: 'ours' } : { kind: 'ours', mayHaveAnswered: held.question };
};

/**
 * Takes a reply for this delivery of its event, once and for all. EventBridge and Lambda may deliver
 * an event twice, at once or hours apart; Lambda's own retries of a delivery have the same request
 * id (AWS Lambda Developer Guide, "Understanding retry behavior in Lambda").
 */
export const createHoldReply = ({
  claims,
  provider,
  eventId,
  holder,
}: {
  readonly claims: Pick<Claims, 'take'> | undefined;
  readonly provider: string;
  /** Empty where the event has none: then no two of them are the same. */
  readonly eventId: string;
  /** The delivery. */
  readonly holder: string;
}): HoldReply => {
  let hold: ReplyHold | undefined;
  return async (question) => {
    if (hold !== undefined) return hold;
    if (claims === undefined || eventId === '') return (hold = { kind: 'ours' });
    const outcome = await claims.take(
      replyClaim(provider, eventId),
      JSON.stringify({ holder, question }),
    );
    hold = outcome.kind === 'ours' ? { kind: 'ours' } : holdOf(outcome.note, holder);
    return hold;
  };
};
