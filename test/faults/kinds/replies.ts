import { questionIdOf } from '../../../lambdas/polling/question.ts';
import type { Dice } from '../dice.ts';
import { confidentialWord, generationId, type CaseTrigger } from '../fault-case.ts';
import type { TriggerContext, TriggerKind } from './kind.ts';

/** The questions of a case, in turn. */
export const questions = ['Which quarter is it about?', 'Who is it for?'] as const;

/** Answers that are delivered again are known by their text. */
const contentOf = (id: string): string => `What they pay for ${confidentialWord}: ${id}`;

const replyTo = (first: CaseTrigger, id: string, at: number, more: object = {}): CaseTrigger => ({
  at,
  detailType: 'Generation Reply',
  id: `${first.id}-${id}`,
  time: first.time ?? '2026-11-20T10:00:00.000Z',
  detail: { provider: first.detail['provider'], generationId, content: contentOf(id), ...more },
});

const quoting = (question: string, dice: Dice): object =>
  dice.chance(0.6) ? { questionId: questionIdOf(question) } : {};

/** Several kinds in one case have events and words of their own. */
const ofKind = (trigger: CaseTrigger, kind: string): CaseTrigger => {
  const { content } = trigger.detail;
  const told =
    typeof content === 'string' && content !== '' ? { content: `${content}, ${kind}` } : {};
  return { ...trigger, kind, id: `${trigger.id}: ${kind}`, detail: { ...trigger.detail, ...told } };
};

const reply = (
  kind: string,
  make: (about: { first: CaseTrigger; dice: Dice } & TriggerContext) => readonly CaseTrigger[],
): TriggerKind => ({
  kind,
  make: (first, dice, context) => [
    first,
    ...make({ first, dice, ...context }).map((trigger) => ofKind(trigger, kind)),
  ],
});

const wrongReplies: readonly object[] = [
  { content: [confidentialWord] },
  { content: '' },
  { questionId: 'the first one' },
  { attachments: [{ url: `https://files.example.com/${confidentialWord}`, id: 7 }] },
  { text: confidentialWord },
  { generationId: '..' },
];

/** Answers to questions, and what happens to them. A file goes with some. */
export const replyTriggerKinds: readonly TriggerKind[] = [
  reply('a reply', ({ first, dice, askedAt }) => {
    const attachments = [
      {
        id: 'a',
        url: `https://files.example.com/${confidentialWord}.pdf`,
        file_name: 'a.pdf',
        type: 'application/pdf',
      },
    ];
    const more = { ...quoting(questions[0], dice), ...(dice.chance(0.3) ? { attachments } : {}) };
    return [replyTo(first, 'answer', askedAt + dice.between(1, 400), more)];
  }),
  reply('a reply to every question', ({ first, dice, askedAt, againAt }) => [
    replyTo(first, 'one', askedAt + dice.between(1, 400), quoting(questions[0], dice)),
    replyTo(first, 'two', againAt + dice.between(1, 300), {}),
  ]),
  reply('two replies at once', ({ first, dice, askedAt }) => {
    const at = askedAt + dice.between(1, 400);
    return [
      replyTo(first, 'one', at, quoting(questions[0], dice)),
      replyTo(first, 'two', at + dice.pick([0, 0, 1, 5]), quoting(questions[0], dice)),
    ];
  }),
  reply('a reply that is delivered twice', ({ first, dice, askedAt }) => {
    const one = replyTo(
      first,
      'answer',
      askedAt + dice.between(1, 300),
      quoting(questions[0], dice),
    );
    return [one, { ...one, at: one.at + dice.pick([0, 1, 30, 400]) }];
  }),
  reply('a reply at any time', ({ first, dice }) => [
    replyTo(first, 'answer', dice.between(0, 4000)),
  ]),
  reply('a reply to another question', ({ first, dice, askedAt }) => [
    replyTo(first, 'answer', askedAt + dice.between(1, 400), {
      questionId: questionIdOf('Is it about something else?'),
    }),
  ]),
  reply('a reply about a generation that nobody knows', ({ first, askedAt }) => [
    replyTo(first, 'answer', askedAt + 60, { generationId: 'gen-404' }),
  ]),
  reply('a reply to a provider that asks nothing', ({ first, dice }) => [
    replyTo(first, 'answer', dice.between(0, 300), { provider: 'perceptis' }),
  ]),
  reply('a reply that is not valid', ({ first, dice, askedAt }) => [
    replyTo(first, 'answer', askedAt + 60, dice.pick(wrongReplies)),
  ]),
];
