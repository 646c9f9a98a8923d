import { PassThrough } from 'node:stream';
import { describe, expect, it, vi } from 'vitest';
import { createLineAnswers, createTerminalAnswers } from '../../local/answers.ts';
import type { Question } from '../../local/answers.ts';

const question: Question = {
  provider: 'chronicle',
  title: 'Chronicle',
  generationId: 'gen-1',
  credential: 'default',
  questionId: '0123456789abcdef',
  text: 'For whom?',
};

const open = (): AbortSignal => new AbortController().signal;

describe('answers by lines', () => {
  it('are a line for each question, blank ones passed over, until there are none', async () => {
    const input = new PassThrough();
    const answers = createLineAnswers(input);
    input.end('Bakers\n\n   \nMillers\r\n');
    expect([
      await answers(question, open()),
      await answers(question, open()),
      await answers(question, open()),
    ]).toEqual(['Bakers', 'Millers', undefined]);
    expect(await answers(question, open())).toBeUndefined();
  });

  it('leave the input alone until there is a question', async () => {
    const input = new PassThrough();
    const answers = createLineAnswers(input);
    expect(input.listenerCount('data') + input.listenerCount('readable')).toBe(0);
    input.end('Bakers\n');
    expect(await answers(question, open())).toBe('Bakers');
  });

  it('that come too late are for the next question', async () => {
    const input = new PassThrough();
    const answers = createLineAnswers(input);
    const withdrawn = new AbortController();
    const first = answers(question, withdrawn.signal);
    withdrawn.abort();
    expect(await first).toBeUndefined();
    input.end('Bakers\n');
    expect(await answers(question, open())).toBe('Bakers');
  });

  it('do not come from an input that was read to its end before', async () => {
    const input = new PassThrough();
    input.end('{}');
    for await (const _ of input);
    expect(await createLineAnswers(input)(question, open())).toBeUndefined();
  });
});

const terminal = () => {
  const input = new PassThrough();
  const output = new PassThrough();
  const held: string[] = [];
  const interrupt = vi.fn<() => void>();
  const hold = () => {
    held.push('held');
    return () => held.push('released');
  };
  const answers = createTerminalAnswers({
    input,
    output: Object.assign(output, { isTTY: true, columns: 80 }),
    hold,
    interrupt,
  });
  return { input, output, held, interrupt, answers };
};

describe('answers in a terminal', () => {
  it('are asked for until there is one, with the terminal to themselves', async () => {
    const { input, output, held, answers } = terminal();
    const answer = answers(question, open());
    input.write('\r  \rBakers\r');
    expect(await answer).toBe('Bakers');
    expect(String(output.read())).toContain('Your answer to Chronicle: ');
    expect(held).toEqual(['held', 'released']);
  });

  it('end with Ctrl-D', async () => {
    const { input, output, held, answers } = terminal();
    const answer = answers(question, open());
    input.write('\u0004');
    expect(await answer).toBeUndefined();
    expect(String(output.read())).toMatch(/\n$/);
    expect(held).toEqual(['held', 'released']);
  });

  it('are not waited for where the question is withdrawn', async () => {
    const { held, answers } = terminal();
    const withdrawn = new AbortController();
    const answer = answers(question, withdrawn.signal);
    withdrawn.abort();
    expect(await answer).toBeUndefined();
    expect(held).toEqual(['held', 'released']);
    expect(await answers(question, withdrawn.signal)).toBeUndefined();
    expect(held).toHaveLength(2);
  });

  it('hand on Ctrl-C', async () => {
    const { input, interrupt, answers } = terminal();
    const withdrawn = new AbortController();
    interrupt.mockImplementation(() => withdrawn.abort());
    const answer = answers(question, withdrawn.signal);
    input.write('\u0003');
    expect(await answer).toBeUndefined();
    expect(interrupt).toHaveBeenCalledOnce();
  });
});
