import { createLineAnswers, createTerminalAnswers, noAnswers } from './answers.ts';
import type { Answers } from './answers.ts';
import type { Display } from './display.ts';

/** Where the answers of a run come from. */
export interface AnswerSources {
  readonly input: NodeJS.ReadStream;
  readonly output: NodeJS.WriteStream;
  readonly errors: NodeJS.WriteStream;
  readonly json: boolean;
  /** Called at Ctrl-C while a question is open. */
  readonly interrupt: () => void;
  /** Answers questions in place of the person at the terminal. */
  readonly answers?: Answers;
}

/**
 * Answers from the one place that this run has: given ones, lines of the standard input, or the
 * person at the terminal. For a program without input every question stays open.
 */
export const answersOf = (
  { answers, input, output, errors, json, interrupt }: AnswerSources,
  { hold, say }: Display,
): Answers => {
  if (answers !== undefined) {
    return async (question, withdrawn) => {
      const content = await answers(question, withdrawn);
      if (content !== undefined) say(`Answered with: ${content}`);
      return content;
    };
  }
  if (!input.isTTY) {
    const lines = createLineAnswers(input);
    return async (question, withdrawn) => {
      if (!input.readableEnded) say('The next line of the standard input answers it.');
      return lines(question, withdrawn);
    };
  }
  if (json) return noAnswers;
  return createTerminalAnswers({ input, output: output.isTTY ? output : errors, hold, interrupt });
};
