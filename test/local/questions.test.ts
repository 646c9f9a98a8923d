import { describe, expect, it } from 'vitest';
import type { FieldProblem } from '../../lambdas/contract/results.ts';
import type { Answers, Question } from '../../local/answers.ts';
import { createQuestions } from '../../local/questions.ts';

const question = (generationId: string, questionId: string): Question => ({
  provider: 'chronicle',
  title: 'Chronicle',
  generationId,
  credential: 'default',
  questionId,
  text: `What about ${questionId}?`,
});

type Sent = readonly FieldProblem[] | undefined | Error;

/**
 * Questions to a person who says what is in `lines`, and a provider that answers with `outcomes`.
 */
const ask = (lines: readonly string[], outcomes: readonly Sent[] = []) => {
  const said: string[] = [];
  const sent: string[] = [];
  const left = [...lines];
  const fates = [...outcomes];
  const answers: Answers = async () => left.shift();
  const questions = createQuestions({
    answers,
    send: async ({ questionId }, content) => {
      sent.push(`${questionId}: ${content}`);
      const fate = fates.shift();
      if (fate instanceof Error) throw fate;
      return fate;
    },
    say: (text) => said.push(text),
    answered: ({ questionId }) => said.push(`${questionId} answered`),
  });
  return { questions, said, sent, settled: () => questions.close() };
};

/** Lets everything happen that waits for nothing else. */
const turn = (): Promise<void> =>
  new Promise((resolve) => {
    setImmediate(resolve);
  });

describe('questions', () => {
  it('are asked one after the other, of several generations and in several rounds', async () => {
    const { questions, sent, said } = ask(['Bakers', 'Blue', 'Short']);
    questions.ask(question('gen-1', 'q1'));
    questions.ask(question('gen-2', 'q2'));
    await turn();
    questions.ask(question('gen-1', 'q3'));
    await turn();
    expect(sent).toEqual(['q1: Bakers', 'q2: Blue', 'q3: Short']);
    expect(said.filter((text) => text.endsWith('answered'))).toEqual([
      'q1 answered',
      'q2 answered',
      'q3 answered',
    ]);
  });

  it('stay open where nobody answers, with the command that answers them', async () => {
    const { questions, sent, said } = ask([]);
    questions.ask(question('gen-1', 'q1'));
    await turn();
    expect(sent).toEqual([]);
    expect(said).toEqual([
      'Chronicle asks about gen-1: What about q1?',
      expect.stringContaining('npm start -- chronicle gen-1'),
    ]);
  });

  it('are asked again where the provider dislikes the answer, and not where it asks no more', async () => {
    const { questions, sent, said } = ask(
      ['Bakers', 'Millers', 'Nobody'],
      [
        [{ field: 'content', message: 'too short' }],
        [{ field: 'generationId', message: 'waits for no reply' }],
      ],
    );
    questions.ask(question('gen-1', 'q1'));
    await turn();
    expect(sent).toEqual(['q1: Bakers', 'q1: Millers']);
    expect(said).toContain('The answer was not taken: too short');
    expect(said.at(-1)).toBe('The answer was not taken: waits for no reply');
  });

  it('send the same answer again where the provider cannot be told, as often as Lambda would', async () => {
    const down = new Error('Chronicle answered 503');
    const once = ask(['Bakers'], [down, down]);
    once.questions.ask(question('gen-1', 'q1'));
    await turn();
    expect(once.sent).toEqual(['q1: Bakers', 'q1: Bakers', 'q1: Bakers']);
    expect(once.said.at(-1)).toBe('q1 answered');
    const never = ask(['Bakers'], [down, down, down, down]);
    never.questions.ask(question('gen-1', 'q1'));
    await turn();
    expect(never.sent).toHaveLength(3);
    expect(never.said.slice(-2)).toEqual([
      'The answer could not be sent: Chronicle answered 503',
      expect.stringContaining('stays open'),
    ]);
  });

  it.each([
    ['the generation goes on', undefined],
    ['another one is asked', 'q2'],
  ])('are withdrawn where %s', async (_, questionId) => {
    const said: string[] = [];
    const sent: string[] = [];
    let answer: ((line: string) => void) | undefined;
    const questions = createQuestions({
      answers: () =>
        new Promise((resolve) => {
          answer = resolve;
        }),
      send: async (_question, content) => {
        sent.push(content);
        return undefined;
      },
      say: (text) => said.push(text),
      answered: () => undefined,
    });
    questions.ask(question('gen-1', 'q1'));
    await turn();
    questions.seen(question('gen-1', 'q1'), 'q1');
    questions.seen(question('gen-2', 'q1'), undefined);
    expect(said).toEqual(['Chronicle asks about gen-1: What about q1?']);
    questions.seen(question('gen-1', 'q1'), questionId);
    answer?.('too late');
    await questions.close();
    expect(sent).toEqual([]);
    expect(said.slice(1)).toEqual([
      'Chronicle does not wait for that answer any more.',
      'The answer came too late and was not sent.',
    ]);
  });

  it('are not withdrawn by the very answer that is on its way', async () => {
    const said: string[] = [];
    let arrive: (() => void) | undefined;
    const questions = createQuestions({
      answers: async () => 'Bakers',
      send: () =>
        new Promise((resolve) => {
          arrive = () => resolve(undefined);
        }),
      say: (text) => said.push(text),
      answered: () => said.push('answered'),
    });
    questions.ask(question('gen-1', 'q1'));
    await turn();
    questions.seen(question('gen-1', 'q1'), undefined);
    arrive?.();
    await questions.close();
    expect(said).toEqual(['Chronicle asks about gen-1: What about q1?', 'answered']);
  });

  it('that were answered here are not withdrawn when the generation goes on', async () => {
    const { questions, said } = ask(['Bakers']);
    questions.ask(question('gen-1', 'q1'));
    await turn();
    questions.seen(question('gen-1', 'q1'), undefined);
    expect(said).toEqual(['Chronicle asks about gen-1: What about q1?', 'q1 answered']);
  });
});
