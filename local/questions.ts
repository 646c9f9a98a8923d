import type { FieldProblem } from '../lambdas/contract/results.ts';
import type { Answers, Question } from './answers.ts';

/**
 * How often one answer is sent where the provider cannot be told: as often as Lambda runs a
 * function for one event.
 */
const maxSends = 3;

/** What the questions need of the run. */
export interface QuestionsOptions {
  readonly answers: Answers;
  /**
   * Sends an answer.
   *
   * @returns why it was refused, where it was
   * @throws where the provider cannot be told now
   */
  readonly send: (
    question: Question,
    content: string,
  ) => Promise<readonly FieldProblem[] | undefined>;
  /** Tells a person something that stays to be read. */
  readonly say: (text: string) => void;
  /** An answer is with the provider. */
  readonly answered: (question: Question) => void;
}

/**
 * The questions of all generations of a run, one after the other: there is one person to answer
 * them.
 */
export interface Questions {
  /** A question was announced. */
  ask(question: Question): void;
  /** What a generation waits for now: a question, or nothing any more. */
  seen(
    generation: Pick<Question, 'provider' | 'generationId'>,
    questionId: string | undefined,
  ): void;
  /** Withdraws what is open, and waits for answers that are on their way. */
  close(): Promise<void>;
}

interface Open {
  readonly question: Question;
  readonly withdrawn: AbortController;
}

const nameOf = ({ provider, generationId }: Pick<Question, 'provider' | 'generationId'>): string =>
  `${provider}/${generationId}`;

const leftOpen = ({ title, provider, generationId }: Question): string =>
  `The question of ${title} stays open, and following goes on. Answer it at ${title}, or in a terminal with: npm start -- ${provider} ${generationId}`;

/** See {@link Questions}. */
export const createQuestions = ({ answers, send, say, answered }: QuestionsOptions): Questions => {
  const open = new Map<string, Open>();
  /** Generations whose answer is on its way: that they go on is what it is for. */
  const sending = new Set<string>();
  let tail: Promise<void> = Promise.resolve();

  const withdraw = (name: string): void => {
    open.get(name)?.withdrawn.abort();
    open.delete(name);
  };

  /** Whether it is worth asking again. */
  const deliver = async (question: Question, content: string): Promise<'done' | 'again'> => {
    for (let sends = 1; ; sends += 1) {
      try {
        const problems = await send(question, content);
        if (problems === undefined) {
          answered(question);
          return 'done';
        }
        say(`The answer was not taken: ${problems.map(({ message }) => message).join('; ')}`);
        // Another answer may be taken; what is no longer asked is not.
        return problems.some(({ field }) => field.startsWith('content')) ? 'again' : 'done';
      } catch (error) {
        if (sends < maxSends) continue;
        say(
          `The answer could not be sent: ${error instanceof Error ? error.message : 'unknown error'}`,
        );
        say(leftOpen(question));
        return 'done';
      }
    }
  };

  const pursue = async ({ question, withdrawn }: Open): Promise<void> => {
    if (withdrawn.signal.aborted) return;
    say(`${question.title} asks about ${question.generationId}: ${question.text}`);
    for (;;) {
      const content = await answers(question, withdrawn.signal);
      if (withdrawn.signal.aborted) {
        if (content !== undefined) say('The answer came too late and was not sent.');
        return;
      }
      if (content === undefined) {
        say(leftOpen(question));
        return;
      }
      sending.add(nameOf(question));
      const settled = await deliver(question, content);
      sending.delete(nameOf(question));
      if (settled === 'done') return;
    }
  };

  const pursueInTurn = async (before: Promise<void>, one: Open): Promise<void> => {
    await before;
    try {
      await pursue(one);
    } catch (error) {
      say(
        `The question could not be asked: ${error instanceof Error ? error.message : 'unknown error'}`,
      );
    }
    const name = nameOf(one.question);
    if (open.get(name) === one) open.delete(name);
  };

  return {
    ask: (question) => {
      const name = nameOf(question);
      withdraw(name);
      const one = { question, withdrawn: new AbortController() };
      open.set(name, one);
      tail = pursueInTurn(tail, one);
    },
    seen: (generation, questionId) => {
      const name = nameOf(generation);
      const current = open.get(name)?.question;
      if (current === undefined || current.questionId === questionId || sending.has(name)) return;
      withdraw(name);
      say(`${current.title} does not wait for that answer any more.`);
    },
    close: async () => {
      for (const name of open.keys()) withdraw(name);
      await tail;
    },
  };
};
