import type { Checked } from '../lambdas/handlers/check-status.ts';
import { questionIdOf } from '../lambdas/polling/question.ts';
import { providerNamed } from '../lambdas/providers/registry.ts';
import type { Question } from './answers.ts';

/** What a check tells about questions. */
export type Asked =
  /** A question that was not asked before. */
  | { readonly kind: 'asked'; readonly question: Question }
  /** What the generation waits for: the answer to a question, or nothing. */
  | { readonly kind: 'waits'; readonly questionId: string | undefined }
  /** Nothing. */
  | { readonly kind: 'silent' };

/** A question with whatever else came along with it. */
const textOf = (question: string, details: Readonly<Record<string, unknown>>): string => {
  const more = Object.entries(details).filter(([, value]) => value !== question);
  return [question, ...more.map(([name, value]) => `  ${name}: ${JSON.stringify(value)}`)].join(
    '\n',
  );
};

/** See {@link Asked}. */
export const questionIn = ({ generation, report: { status }, decision }: Checked): Asked => {
  switch (status.kind) {
    case 'awaitingInput': {
      const questionId = questionIdOf(status.question);
      if (decision.next !== 'announceInput') return { kind: 'waits', questionId };
      const { provider, generationId, credential } = generation;
      const { title } = providerNamed(provider);
      const text = textOf(status.question, status.details);
      return {
        kind: 'asked',
        question: { provider, title, generationId, credential, questionId, text },
      };
    }
    case 'pending':
    case 'exportPending':
    case 'ready':
    case 'failed':
      return { kind: 'waits', questionId: undefined };
    case 'notFound':
    case 'refused':
    case 'throttled':
    case 'unavailable':
      return { kind: 'silent' };
  }
};

/** The trigger event that answers a question. */
export const replyTo = (
  { provider, generationId, credential, questionId }: Question,
  content: string,
): object => ({
  provider,
  generationId,
  credential,
  ...(questionId === undefined ? {} : { questionId }),
  content,
});
