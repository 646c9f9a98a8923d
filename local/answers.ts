import { createInterface } from 'node:readline';

/** A question of a provider, as a person reads it. */
export interface Question {
  readonly provider: string;
  /** The provider's name for people. */
  readonly title: string;
  readonly generationId: string;
  readonly credential: string;
  readonly questionId?: string | undefined;
  readonly text: string;
}

/**
 * Where answers come from.
 *
 * @param withdrawn aborted when the question needs no answer any more
 * @returns the answer, or `undefined` where there is none
 */
export type Answers = (question: Question, withdrawn: AbortSignal) => Promise<string | undefined>;

/** Leaves every question open: there is no person to ask. */
export const noAnswers: Answers = async () => undefined;

const whenAborted = (signal: AbortSignal): Promise<undefined> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve(undefined);
    signal.addEventListener('abort', () => resolve(undefined), { once: true });
  });

/**
 * A line of the input for each question, blank ones passed over. It is not touched before there is
 * a question.
 */
export const createLineAnswers = (
  input: NodeJS.ReadableStream & { readonly readableEnded?: boolean },
): Answers => {
  let lines: AsyncIterator<string> | undefined;
  let next: Promise<string | undefined> | undefined;

  const read = async (): Promise<string | undefined> => {
    if (lines === undefined && input.readableEnded === true) return undefined;
    lines ??= createInterface({ input })[Symbol.asyncIterator]();
    for (;;) {
      const line = await lines.next();
      if (line.done === true) return undefined;
      if (line.value.trim() !== '') return line.value;
    }
  };

  return async (_question, withdrawn) => {
    next ??= read();
    const line = await Promise.race([next, whenAborted(withdrawn)]);
    // What came too late for this question is the answer to the next.
    if (withdrawn.aborted) return undefined;
    if (line !== undefined) next = undefined;
    return line;
  };
};

/** What a terminal needs to ask in it. */
export interface TerminalOptions {
  readonly input: NodeJS.ReadableStream;
  readonly output: NodeJS.WritableStream;
  /** Keeps everything else from writing to the terminal, until what it returns is called. */
  readonly hold: () => () => void;
  /** Ctrl-C: the terminal hands it to the program that reads from it, and sends no signal. */
  readonly interrupt: () => void;
}

/** Asks in the terminal. Ctrl-D leaves the question open. */
export const createTerminalAnswers =
  ({ input, output, hold, interrupt }: TerminalOptions): Answers =>
  async ({ title }, withdrawn) => {
    if (withdrawn.aborted) return undefined;
    const release = hold();
    const prompt = createInterface({ input, output, prompt: `Your answer to ${title}: ` });
    const close = (): void => prompt.close();
    withdrawn.addEventListener('abort', close, { once: true });
    prompt.on('SIGINT', interrupt);
    try {
      return await new Promise((resolve) => {
        let isAnswered = false;
        prompt.once('close', () => {
          // Enter has ended the line already.
          if (!isAnswered) output.write('\n');
          resolve(undefined);
        });
        prompt.on('line', (line) => {
          if (line.trim() === '') {
            prompt.prompt();
            return;
          }
          isAnswered = true;
          resolve(line);
        });
        prompt.prompt();
      });
    } finally {
      withdrawn.removeEventListener('abort', close);
      prompt.close();
      release();
    }
  };
