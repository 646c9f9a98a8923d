import { createHash } from 'node:crypto';

/**
 * Names a question of a provider: 16 hexadecimal digits that follow from its text. The text itself
 * may be long, and state data is kept small.
 */
export const questionIdOf = (question: string): string =>
  createHash('sha256').update(question).digest('hex').slice(0, 16);
