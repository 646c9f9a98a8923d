import type { Problem } from '../contract/error-codes.ts';
import type { ReplyTrigger } from '../contract/reply.ts';
import { questionAsked } from '../polling/question.ts';
import type { GenerationStatus } from '../polling/status.ts';
import type { AskProvider } from '../providers/asking/ask.ts';
import { createFreshKey, isKeyRefused } from '../providers/asking/fresh-key.ts';
import type { PostToProvider } from '../providers/asking/post.ts';
import type { Provider, ReplyEndpoint } from '../providers/provider.ts';
import type { HoldReply } from './reply-claim.ts';

/** What one round came to. `again`: after a pause; `arrived`: the reply is with the provider. */
export type Round =
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

const again = (message: string, retryAfterSeconds?: number): Round => ({
  kind: 'again',
  message,
  ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
});

/** What a reply is sent with. */
export interface ReplyRoundsOptions {
  readonly trigger: ReplyTrigger;
  readonly provider: Provider;
  readonly endpoint: ReplyEndpoint;
  readonly hold: HoldReply;
  readonly ask: AskProvider;
  readonly post: PostToProvider;
}

/**
 * Sends one reply, round by round: a round asks for the status, and posts where the provider waits
 * for an answer. What a round learns about the fate of the reply serves the next.
 */
export const createReplyRounds = ({
  trigger,
  provider,
  endpoint,
  hold,
  ask,
  post,
}: ReplyRoundsOptions) => {
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
        return again(outcome.message, retryAfterSeconds);
      case 'uncertain':
        mayHaveAnswered = question;
        return again(outcome.message);
      case 'refused':
        // Refused because it has arrived already: the status tells.
        if (mayHaveAnswered !== undefined) return again(outcome.message);
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
        return again(status.message, retryAfterSeconds);
    }
  };
};
