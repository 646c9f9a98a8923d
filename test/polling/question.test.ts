import { describe, expect, it } from 'vitest';
import { questionAsked, questionIdOf } from '../../lambdas/polling/question.ts';
import { providerNamed } from '../../lambdas/providers/registry.ts';

const chronicle = providerNamed('chronicle');

const asked = (message: string) => {
  const status = chronicle.readStatus({
    status: 200,
    headers: {},
    body: { generation_id: 'gen-1', status: 'awaiting_input', message },
  });
  if (status.kind !== 'awaitingInput') throw new Error(`${status.kind} instead of a question`);
  return status;
};

describe('the name of a question', () => {
  it.each([1999, 2000, 2001, 5000, 100_000])(
    'tells two apart whose first %i characters agree',
    (length) => {
      const begin = 'x'.repeat(length);
      const [one, other] = [asked(`${begin} for whom?`), asked(`${begin} by whom?`)];
      expect(questionAsked(one)).not.toBe(questionAsked(other));
      expect(questionAsked(one)).toBe(questionAsked(asked(`${begin} for whom?`)));
      expect(questionAsked(one)).toMatch(/^[0-9a-f]{16}$/);
    },
  );

  it('of a short one follows from its text, as it is told', () => {
    const status = asked('  For whom?\n');
    expect(status.question).toBe('For whom?');
    expect(questionAsked(status)).toBe(questionIdOf('For whom?'));
    expect(status).not.toHaveProperty('questionId');
  });
});
