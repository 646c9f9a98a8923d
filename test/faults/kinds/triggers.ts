import type { Dice } from '../dice.ts';
import { startOfCase } from '../fault-case.ts';
import type { TriggerKind } from './kind.ts';

const isoAt = (seconds: number): string =>
  new Date(startOfCase + seconds * 1000).toISOString().replace(/\.\d+Z$/, 'Z');

const dated = (kind: string, skewSeconds: (dice: Dice) => number): TriggerKind => ({
  kind,
  make: (first, dice) => [{ ...first, kind, time: isoAt(first.at + skewSeconds(dice)) }],
});

const day = 86_400;

const wrongFields: readonly object[] = [
  { generationId: '../gen-1' },
  { provider: 'acme' },
  { timeoutMinutes: -1 },
  { colour: 'blue' },
];

/** What happens to trigger events, whichever begins a case. */
export const anyTriggerKinds: readonly TriggerKind[] = [
  dated('an event from the future', (dice) => dice.between(1, day)),
  dated('an event from the past', (dice) => -dice.between(1, 7200)),
  dated('an event that is years off', (dice) => dice.pick([-20, -1, 1, 20]) * 365 * day),
  {
    kind: 'an event without a time that can be read',
    make: ({ at, id, detail }, dice) => {
      const time = dice.chance(0.5)
        ? {}
        : { time: dice.pick(['yesterday', '2026-13-40T99:00:00Z', '1']) };
      return [{ kind: 'an event without a time that can be read', at, id, detail, ...time }];
    },
  },
  {
    kind: 'an event that is delivered twice',
    make: (first, dice) => {
      const at = first.at + dice.pick([0, 1, 30, 600, 5000]);
      return [first, { ...first, kind: 'an event that is delivered twice', at }];
    },
  },
  {
    kind: 'an event that is sent again',
    make: (first, dice) => {
      const at = first.at + dice.pick([0, 2, 60, 900, 7200]);
      return [
        first,
        {
          ...first,
          kind: 'an event that is sent again',
          id: `${first.id}-again`,
          at,
          time: isoAt(at),
        },
      ];
    },
  },
  {
    kind: 'an event that asks for everything anew',
    make: (first, dice) => {
      const at = first.at + dice.pick([0, 60, 900, 7200]);
      const detail = { ...first.detail, refresh: true };
      return [
        first,
        {
          ...first,
          kind: 'an event that asks for everything anew',
          id: `${first.id}-anew`,
          at,
          time: isoAt(at),
          detail,
        },
      ];
    },
  },
  {
    kind: 'events in reverse order',
    make: (first, dice) => {
      const at = first.at + dice.between(1, 900);
      return [
        first,
        {
          ...first,
          kind: 'events in reverse order',
          id: `${first.id}-late`,
          at,
          time: isoAt(first.at - 30),
        },
      ];
    },
  },
  {
    kind: 'an event that answers a result at once',
    make: (first) => {
      const { provider, exportAs } = first.detail;
      return [
        first,
        {
          kind: 'an event that answers a result at once',
          at: first.at,
          answers: 'result',
          id: `${first.id}-answer`,
          detail: { provider, ...(exportAs === undefined ? {} : { exportAs }) },
        },
      ];
    },
  },
  {
    kind: 'many events at once',
    make: (first, dice) => {
      const more = Array.from({ length: dice.between(2, 5) }, (_, index) => `${first.id}-${index}`);
      return [first, ...more.map((id) => ({ ...first, kind: 'many events at once', id }))];
    },
  },
  {
    kind: 'an event that is not valid',
    make: (first, dice) => {
      const detail = { ...first.detail, ...dice.pick(wrongFields) };
      return [
        first,
        { ...first, kind: 'an event that is not valid', id: `${first.id}-wrong`, detail },
      ];
    },
  },
];
