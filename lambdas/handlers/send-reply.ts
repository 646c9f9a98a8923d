import type { ProviderSettings } from '../contract/environment.ts';
import { ArchiverError } from '../contract/error-codes.ts';
import { parseTrigger, type RefusedTrigger } from '../contract/parse-trigger.ts';
import type { Claims, Clock, EventBus, Log, Measure, Random } from '../contract/ports.ts';
import { replySchema } from '../contract/reply.ts';
import { pauseAfter } from '../polling/backoff.ts';
import type { AskProvider } from '../providers/asking/ask.ts';
import type { PostToProvider } from '../providers/asking/post.ts';
import type { Registry } from '../providers/registry.ts';
import { logAbout, loggingErrors } from './generation-log.ts';
import { rejectionOf } from './intake/rejection.ts';
import { readEnvelope } from './intake/trigger-envelope.ts';
import { createHoldReply } from './reply-claim.ts';
import { createReplyRounds, type Round } from './reply-rounds.ts';

/** The world of the function that sends replies to one provider. */
export interface SendReplyOptions {
  readonly registry: Pick<Registry, 'providerNamed'>;
  readonly settings: Readonly<Record<string, ProviderSettings>>;
  readonly ask: AskProvider;
  readonly post: PostToProvider;
  readonly bus: EventBus;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly measure: Measure;
  /**
   * Where it is noted which events were sent; absent where one process is given them, each once.
   */
  readonly claims?: Pick<Claims, 'take'>;
}

/** The part of a Lambda context that is used: the same in every retry of a delivery. */
export interface ReplyContext {
  readonly awsRequestId: string;
}

/**
 * Rounds of asking and sending in one invocation, with pauses of 1, 2, 4, 8 and 16 s between them.
 */
const maxRounds = 6;

const backoff = { firstMilliseconds: 1000, longestMilliseconds: 16_000 };

/**
 * Sends `Generation Reply` to the provider, whose question it answers. It asks for the status first
 * and posts only where the provider waits for an answer; where the answer to the post is lost, the
 * status tells whether it arrived. What is wrong with the event as such is for intake, which gets
 * every trigger. The content never leaves this function but for the provider.
 *
 * @throws where the provider cannot be asked or told now: Lambda then tries again, and the
 *   dead-letter queue keeps what never succeeds
 */
export const createSendReply = (options: SendReplyOptions) => {
  const { registry, settings, ask, post, bus, clock, random, measure } = options;

  const untilSettled = async (
    round: () => Promise<Round>,
  ): Promise<Exclude<Round, { kind: 'again' }>> => {
    for (let attempt = 1; ; attempt += 1) {
      const outcome = await round();
      if (outcome.kind !== 'again') return outcome;
      const pause = pauseAfter(attempt, backoff, random, outcome.retryAfterSeconds);
      if (attempt === maxRounds || pause > backoff.longestMilliseconds * 2)
        throw new ArchiverError('ProviderUnavailable', outcome.message);
      await clock.sleep(pause);
    }
  };

  const send = async (event: unknown, holder: string): Promise<void> => {
    const envelope = readEnvelope(event);
    const parsed = parseTrigger(replySchema, envelope.detail, Object.keys(settings));
    const { provider: name, generationId } = parsed.ok ? parsed.trigger : {};
    const log = logAbout(options.log, { provider: name, generationId, execution: undefined });
    const eventId = envelope.id ?? '';
    const provider = parsed.ok ? registry.providerNamed(parsed.trigger.provider) : undefined;
    if (!parsed.ok || provider?.reply === undefined) {
      log('info', 'left to intake', { eventId });
      return;
    }
    const { trigger } = parsed;
    const hold = createHoldReply({
      claims: options.claims,
      provider: trigger.provider,
      eventId,
      holder,
    });
    const { reply: endpoint } = provider;
    const rounds = createReplyRounds({ trigger, provider, endpoint, hold, ask, post });
    const outcome = await loggingErrors(log, () => untilSettled(rounds));
    if (outcome.kind !== 'rejected') {
      const said = outcome.kind === 'arrived' ? 'reply sent' : 'reply known already';
      log('info', said, { eventId });
      return;
    }
    const { field, problem } = outcome;
    const refused: RefusedTrigger = {
      ok: false,
      code: problem.code,
      problems: [{ field, message: problem.message }],
    };
    log('warn', 'reply rejected', { eventId, code: problem.code });
    await loggingErrors(log, () => bus.put('Generation Rejected', rejectionOf(envelope, refused)));
    measure({ RejectedTriggers: 1 });
  };

  /** Deliveries under way in this process: a second one of the same event is the first. */
  const underWay = new Map<string, Promise<void>>();
  return async (event: unknown, context?: ReplyContext): Promise<void> => {
    const { id } = readEnvelope(event);
    const before = id === undefined ? undefined : underWay.get(id);
    if (before !== undefined) return before;
    const sent = send(event, context?.awsRequestId ?? '');
    if (id === undefined) return sent;
    underWay.set(id, sent);
    try {
      await sent;
    } finally {
      underWay.delete(id);
    }
  };
};
