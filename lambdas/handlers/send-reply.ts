import type { ProviderSettings } from '../contract/environment.ts';
import { ArchiverError, type Problem } from '../contract/error-codes.ts';
import { parseTrigger, type RefusedTrigger } from '../contract/parse-trigger.ts';
import type { Claims, Clock, EventBus, Log, Measure, Random } from '../contract/ports.ts';
import { replySchema, type ReplyTrigger } from '../contract/reply.ts';
import { pauseAfter } from '../polling/backoff.ts';
import { questionAsked } from '../polling/question.ts';
import type { GenerationStatus } from '../polling/status.ts';
import type { AskProvider } from '../providers/asking/ask.ts';
import { createFreshKey, isKeyRefused } from '../providers/asking/fresh-key.ts';
import type { PostToProvider } from '../providers/asking/post.ts';
import type { Provider, ReplyEndpoint } from '../providers/provider.ts';
import type { Registry } from '../providers/registry.ts';
import { logAbout, loggingErrors } from './generation-log.ts';
import { rejectionOf } from './intake/rejection.ts';
import { readEnvelope } from './intake/trigger-envelope.ts';
import { createHoldReply, type HoldReply } from './reply-claim.ts';

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

/** What one round came to. `again`: after a pause; `arrived`: the reply is with the provider. */
type Round =
  | { readonly kind: 'arrived' }
  /** Another delivery of the same event sees it through. */
  | { readonly kind: 'known' }
  | { readonly kind: 'rejected'; readonly field: string; readonly problem: Problem }
  | { readonly kind: 'again'; readonly message: string; readonly retryAfterSeconds?: number };

const rejected = (field: string, code: Problem['code'], message: string): Round => ({
  kind: 'rejected',
  field,
  problem: { code, message },
});

/**
 * Sends one reply, round by round. What a round learns about the fate of the reply serves the next.
 */
const createRounds = (
  trigger: ReplyTrigger,
  provider: Provider,
  endpoint: ReplyEndpoint,
  hold: HoldReply,
  { ask, post }: SendReplyOptions,
) => {
  const { generationId, credential, questionId, content, attachments } = trigger;
  const reply = attachments === undefined ? { content } : { content, attachments };
  const key = createFreshKey();
  /** The question that a reply went out to without an answer that says whether it arrived. */
  let mayHaveAnswered: string | undefined;

  /** Whether the reply is another delivery's; and what an earlier attempt of this one has done. */
  const isKnown = async (question = ''): Promise<boolean> => {
    const held = await hold(question);
    if (held.kind === 'ours') mayHaveAnswered ??= held.mayHaveAnswered;
    return held.kind === 'known';
  };

  const send = async (question: string): Promise<Round> => {
    if (await isKnown(question)) return { kind: 'known' };
    if (mayHaveAnswered !== undefined && mayHaveAnswered !== question) return { kind: 'arrived' };
    const { outcome, retryAfterSeconds } = await post({
      provider,
      credential,
      fresh: key.readsFresh(),
      request: (base) => endpoint.request({ ...base, generationId, reply }),
      errors: endpoint.errors,
    });
    switch (outcome.kind) {
      case 'accepted':
        return { kind: 'arrived' };
      case 'throttled':
      case 'unreached':
        return {
          kind: 'again',
          message: outcome.message,
          ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
        };
      case 'uncertain':
        mayHaveAnswered = question;
        return { kind: 'again', message: outcome.message };
      case 'refused':
        // Refused because it has arrived already: the status tells.
        if (mayHaveAnswered !== undefined) return { kind: 'again', message: outcome.message };
        return rejected('content', outcome.code, outcome.message);
    }
  };

  /** What is said where the provider cannot be asked whether a reply arrived. */
  const told = (message: string): string =>
    mayHaveAnswered === undefined
      ? message
      : `${message}. The reply had been sent before that, and may have arrived`;

  const answer = async (
    status: Extract<GenerationStatus, { kind: 'awaitingInput' }>,
  ): Promise<Round> => {
    const question = questionAsked(status);
    if (questionId === undefined || questionId === question) return send(question);
    if (await isKnown()) return { kind: 'known' };
    if (mayHaveAnswered !== undefined) return { kind: 'arrived' };
    return rejected(
      'questionId',
      'InvalidRequest',
      `${provider.title} waits for the answer to another question now: ${question}`,
    );
  };

  return async (): Promise<Round> => {
    const { status, retryAfterSeconds } = await key.send(
      async (fresh) => ask(trigger, fresh),
      (report) => isKeyRefused(report.status),
    );
    switch (status.kind) {
      case 'awaitingInput':
        return answer(status);
      case 'pending':
      case 'exportPending':
      case 'ready':
      case 'failed': {
        if (await isKnown()) return { kind: 'known' };
        if (mayHaveAnswered !== undefined) return { kind: 'arrived' };
        const message = `waits for no reply: ${provider.title} says "${status.said}"; its question may have been answered already`;
        return rejected('generationId', 'InvalidRequest', message);
      }
      case 'notFound':
        if (await isKnown()) return { kind: 'known' };
        return rejected('generationId', 'GenerationNotFound', told(status.message));
      case 'refused':
        if (await isKnown()) return { kind: 'known' };
        return rejected('credential', status.code, told(status.message));
      case 'throttled':
      case 'unavailable':
        return {
          kind: 'again',
          message: status.message,
          ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
        };
    }
  };
};

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
  const { registry, settings, bus, clock, random, measure } = options;

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
    const rounds = createRounds(trigger, provider, provider.reply, hold, options);
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
