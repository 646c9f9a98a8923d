import type { Dice } from '../dice.ts';
import type { Fault } from '../fault-case.ts';
import type { Kind } from './kind.ts';

type Called = Extract<Fault, { place: 'checksMachine' }>;

const called = (
  kind: string,
  how: Called['how'],
  times: (dice: Dice) => number,
  more: (dice: Dice) => Pick<Called, 'seconds'> = () => ({}),
): Kind => ({
  kind,
  make: (dice): Called => ({
    kind,
    place: 'checksMachine',
    at: dice.between(0, 2),
    times: times(dice),
    how,
    ...more(dice),
  }),
});

const answered = (
  kind: string,
  how: Extract<Fault, { place: 'answer' }>['how'],
  times: (dice: Dice) => number,
): Kind => ({
  kind,
  make: (dice): Fault => ({
    kind,
    place: 'answer',
    at: dice.between(0, 1),
    times: times(dice),
    how,
  }),
});

/**
 * What Step Functions does between the two state machines: an asynchronous Express execution runs at
 * least once, is not told of where it is lost, and lives five minutes; its answers can be throttled.
 */
export const checksMachineKinds: readonly Kind[] = [
  called('the checks machine cannot be called for a while', 'refuse', (dice) =>
    dice.between(1, 12),
  ),
  called('an execution of the checks machine is lost', 'lose', (dice) => dice.between(1, 3)),
  called('an execution of the checks machine runs twice', 'twice', (dice) => dice.between(1, 3)),
  called(
    'an execution of the checks machine begins late',
    'late',
    (dice) => dice.between(1, 2),
    (dice) => ({ seconds: dice.pick([5, 60, 250, 320, 600]) }),
  ),
  answered('the answer of the checks machine is throttled', 'refuse', (dice) => dice.between(1, 6)),
  // More often than it is tried again.
  answered('the checks machine cannot answer', 'refuse', (dice) => dice.between(7, 20)),
  answered('the answer of the checks machine is not confirmed', 'loseAnswer', (dice) =>
    dice.between(1, 3),
  ),
];
