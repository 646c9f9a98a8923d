import { startOfCase, type CaseTrigger, type Fault } from '../fault-case.ts';
import type { Kind, TriggerKind } from './kind.ts';

const wishing = (trigger: CaseTrigger, wish: object): CaseTrigger => ({
  ...trigger,
  detail: { ...trigger.detail, ...wish },
});

const place = { folder: 'customers/42', tags: { customer: '42', plan: 'Müller Co' } };

/** What keeps the checks machine from asking whether anybody still waits. It then tells nothing. */
export const heartbeatKinds: readonly Kind[] = (['refuse', 'loseAnswer'] as const).map((how) => {
  const kind = how === 'refuse' ? 'a heartbeat is throttled' : 'the answer to a heartbeat is lost';
  return {
    kind,
    make: (dice): Fault => ({
      kind,
      place: 'heartbeat',
      at: dice.between(0, 2),
      times: dice.between(1, 4),
      how,
    }),
  };
});

/** What is asked beside the generation itself, so that whatever goes wrong meets it. */
export const placeKinds: readonly TriggerKind[] = [
  {
    kind: 'progress that is wanted',
    make: (first) => [{ ...wishing(first, { progress: true }), kind: 'progress that is wanted' }],
  },
  {
    kind: 'a folder, tags and progress that are wanted',
    make: (first) => [
      {
        ...wishing(first, { ...place, progress: true }),
        kind: 'a folder, tags and progress that are wanted',
      },
    ],
  },
  {
    kind: 'an event that names another folder',
    make: (first, dice) => {
      const at = first.at + dice.pick([0, 2, 60, 900, 7200]);
      const others = [{ folder: 'customers/43' }, { tags: { customer: '43' } }, { refresh: true }];
      const other = first.detailType === undefined ? dice.pick(others) : others[0];
      return [
        wishing(first, place),
        {
          ...wishing(first, { ...place, ...other }),
          kind: 'an event that names another folder',
          id: `${first.id}-elsewhere`,
          at,
          time: new Date(startOfCase + at * 1000).toISOString(),
        },
      ];
    },
  },
];
