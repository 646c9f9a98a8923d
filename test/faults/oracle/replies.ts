import { questionIdOf } from '../../../lambdas/polling/question.ts';
import type { Observed, SeenEvent, SeenPost, SeenTrigger } from '../world/observed.ts';
import { mayHaveActed } from './posts.ts';
import { isValid, rejectionsOf } from './triggers.ts';

const isToAnother = ({ after }: SeenPost, questionId: unknown): boolean =>
  questionId !== undefined &&
  after?.says === 'question' &&
  questionIdOf(after.question) !== questionId;

const saysNothingArrived = ({ detail }: SeenEvent): boolean =>
  !JSON.stringify(detail['error']).includes('may have arrived');

/**
 * Whether a reply was begun and broken off, and another has answered since: then it cannot be told
 * whose answer the provider has (docs/guarantees.md, "Not guaranteed").
 */
const isOvertaken = (
  content: unknown,
  own: readonly SeenPost[],
  { faultCase, strikes, messages }: Observed,
): boolean => {
  const wasKilled = faultCase.faults.some(
    (fault) =>
      fault.place === 'lambda' &&
      fault.function === 'reply' &&
      strikes.get(fault.kind) !== undefined,
  );
  return (wasKilled || own.length > 0) && messages.some((message) => message.content !== content);
};

const wrongReply = ({ trigger, repliedAt }: SeenTrigger, observed: Observed): string[] => {
  const { id, detail } = trigger;
  const { content, questionId } = detail;
  const { faultCase, triggers, posts } = observed;
  const own = posts.filter(({ to, about }) => to === 'message' && about === content);
  const taken = observed.messages.filter((message) => message.content === content);
  const rejections = rejectionsOf(trigger, observed);
  const deliveries = triggers
    .filter((other) => other.trigger.id === id)
    .reduce((sum, other) => sum + other.deliveries, 0);
  // The same question, asked again at once, cannot be told from one whose answer never arrived.
  const about = questionId ?? taken.map(({ question }) => questionIdOf(question))[0];
  const asked = faultCase.script.filter(
    (step) => step.says === 'question' && questionIdOf(step.question) === about,
  );
  const most = about === undefined ? Infinity : asked.length;
  const isInQueue = triggers.some(
    (other) => other.trigger.id === id && other.deliveries > 0 && other.repliedAt === undefined,
  );
  return [
    ...(own.some(({ after }) => after?.says !== 'question')
      ? [`the reply ${id} was sent though the provider had not just asked`]
      : []),
    ...(own.some((post) => isToAnother(post, questionId))
      ? [`the reply ${id} was sent as the answer to another question`]
      : []),
    ...(taken.length > most ? [`the reply ${id} was taken ${taken.length} times`] : []),
    ...(deliveries === 1 && taken.length > 0 && rejections.some(saysNothingArrived)
      ? [`the reply ${id} was rejected though it was taken`]
      : []),
    ...(taken.some(({ question }) => questionIdOf(question) !== about)
      ? [`the reply ${id} was taken as the answer to two questions`]
      : []),
    ...(repliedAt !== undefined &&
    !isInQueue &&
    !own.some(mayHaveActed) &&
    rejections.length === 0 &&
    !isOvertaken(content, own, observed)
      ? [`the reply ${id} was neither sent nor rejected`]
      : []),
  ];
};

/** Replies that were lost, sent twice, or sent where nothing was asked. */
export const wrongReplies = (observed: Observed): string[] =>
  observed.triggers
    .filter(
      ({ trigger, deliveries }) =>
        trigger.detailType === 'Generation Reply' && deliveries > 0 && isValid(trigger),
    )
    .flatMap((seen) => wrongReply(seen, observed));
