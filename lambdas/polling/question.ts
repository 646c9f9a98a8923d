import { createHash } from 'node:crypto';
import type { GenerationStatus } from './status.ts';

/**
 * Names a question of a provider: 16 hexadecimal digits that follow from its text. The text itself
 * may be long, and state data is kept small.
 */
export const questionIdOf = (question: string): string =>
  createHash('sha256').update(question).digest('hex').slice(0, 16);

/** Names the question that a status asks: by its whole text, also where that is told cut. */
export const questionAsked = ({
  question,
  questionId,
}: Extract<GenerationStatus, { kind: 'awaitingInput' }>): string =>
  questionId ?? questionIdOf(question);
