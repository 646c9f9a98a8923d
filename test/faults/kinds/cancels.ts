import type { Dice } from '../dice.ts';
import { generationId, type CaseTrigger } from '../fault-case.ts';
import type { TriggerKind } from './kind.ts';

/** A generation that is requested is cancelled by the name of the request. */
const nameOf = ({ detail }: CaseTrigger): object =>
  detail['requestId'] === undefined ? { generationId } : { requestId: detail['requestId'] };

const cancelOf = (first: CaseTrigger, at: number, named: object = nameOf(first)): CaseTrigger => ({
  at,
  detailType: 'Generation Cancel',
  id: `${first.id}-cancel`,
  time: first.time ?? '2026-11-20T10:00:00.000Z',
  detail: { provider: first.detail['provider'], ...named },
});

const cancel = (
  kind: string,
  make: (first: CaseTrigger, dice: Dice) => readonly CaseTrigger[],
): TriggerKind => ({
  kind,
  make: (first, dice) => [
    first,
    ...make(first, dice).map((trigger) => ({ ...trigger, kind, id: `${trigger.id}: ${kind}` })),
  ],
});

const wrongNames: readonly object[] = [
  { generationId, requestId: 'request-1' },
  { generationId: '../gen-1' },
  { requestId: '' },
  {},
  { generationId, credential: 'default' },
];

const anyTime = (first: CaseTrigger, dice: Dice): number =>
  first.at + dice.pick([0, dice.between(0, 10), dice.between(0, 120), dice.between(0, 2000)]);

/** Wishes to have a generation followed no longer. */
export const cancelTriggerKinds: readonly TriggerKind[] = [
  cancel('a cancel', (first, dice) => [cancelOf(first, anyTime(first, dice))]),
  cancel('a cancel that is delivered twice', (first, dice) => {
    const one = cancelOf(first, anyTime(first, dice));
    return [one, { ...one, at: one.at + dice.pick([0, 1, 60, 4000]) }];
  }),
  cancel('a cancel and the event again', (first, dice) => {
    const one = cancelOf(first, anyTime(first, dice));
    const at = one.at + dice.pick([0, 1, 60, 900]);
    return [one, { ...first, id: `${first.id}-again`, at }];
  }),
  cancel('a cancel of what nobody follows', (first, dice) => {
    const unknown =
      'requestId' in first.detail
        ? { requestId: dice.pick(['request-404', generationId]) }
        : { generationId: 'gen-404' };
    return [cancelOf(first, anyTime(first, dice), unknown)];
  }),
  cancel('a cancel by the wrong name', (first, dice) => {
    const other = 'requestId' in first.detail ? { generationId } : { requestId: 'request-1' };
    return [cancelOf(first, anyTime(first, dice), other)];
  }),
  cancel('a cancel that is not valid', (first, dice) => [
    cancelOf(first, anyTime(first, dice), dice.pick(wrongNames)),
  ]),
];
