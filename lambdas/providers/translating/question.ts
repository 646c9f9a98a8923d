import { questionIdOf } from '../../polling/question.ts';
import { providerText } from './text.ts';

/**
 * A question as a status tells it: cleaned, at most `max` UTF-16 units, and named by its whole text
 * where it was cut.
 */
export const questionFields = (
  text: string,
  max: number,
): { readonly question: string; readonly questionId?: string } => {
  const whole = providerText(text, Number.MAX_SAFE_INTEGER);
  const question = providerText(text, max);
  return question === whole ? { question } : { question, questionId: questionIdOf(whole) };
};
