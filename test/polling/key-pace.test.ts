import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { freshMemory, type PollMemory } from '../../lambdas/contract/state.ts';
import {
  freshPace,
  heardOf,
  leftAlone,
  nextTurn,
  takeTurn,
  type KeyPace,
} from '../../lambdas/polling/key-pace.ts';

const now = Date.parse('2026-11-20T10:00:00.000Z');
const deadline = '2026-11-20T11:00:00.000Z';
/** So that a turn comes each three seconds. */
const requestsPerMinute = 20 / 0.95;
const second = 1000;
const minute = 60_000;

const at = (seconds: number): string => new Date(now + seconds * second).toISOString();

const take = (pace: KeyPace, memory: PollMemory = freshMemory, seconds = 0) =>
  takeTurn({
    pace,
    requestsPerMinute,
    memory,
    generation: { deadline },
    now: now + seconds * second,
  });

/** A pace as it is once an environment has checked so many generations, and heard of others. */
const paceAfter = (generations: number, others: number, checkedBy: string | undefined = 'own') => {
  let pace: KeyPace = { ...freshPace, returned: 100 };
  for (let index = 0; index < generations; index += 1)
    pace = heardOf(pace, { generationId: `g-${index}`, checkedBy }, 'own', now);
  for (let index = 0; index < others; index += 1)
    pace = heardOf(pace, { generationId: 'g-0', checkedBy: `other-${index}` }, 'own', now);
  return pace;
};

const secondsUntil = ({ nextAt }: KeyPace): number => (nextAt - now) / second;

describe('a turn on a key with few requests a minute', () => {
  it('is taken at once where none is before', () => {
    expect(take(freshPace).held).toBeUndefined();
  });

  it.each([
    { name: 'the whole limit, for an environment that is alone', own: 5, others: 0, spacing: 3 },
    { name: 'half of it, for two environments', own: 5, others: 1, spacing: 6 },
    { name: 'a fifth of it, for five', own: 5, others: 4, spacing: 15 },
    { name: 'no smaller a part than there are generations', own: 2, others: 30, spacing: 6 },
    {
      name: 'the whole, for the only generation among many environments',
      own: 1,
      others: 30,
      spacing: 3,
    },
  ])('leaves $name', ({ own, others, spacing }) => {
    expect(secondsUntil(take(paceAfter(own, others)).pace)).toBeCloseTo(spacing, 3);
  });

  it('takes it that there is another environment until seven generations have come back', () => {
    const known = ['a', 'b'].reduce(
      (pace, generationId) => heardOf(pace, { generationId, checkedBy: undefined }, 'own', now),
      freshPace,
    );
    expect(secondsUntil(take(known).pace)).toBeCloseTo(6, 3);
    const returned = Array.from({ length: 7 }).reduce<KeyPace>(
      (pace) => heardOf(pace, { generationId: 'a', checkedBy: 'own' }, 'own', now),
      known,
    );
    expect(secondsUntil(take(returned).pace)).toBeCloseTo(3, 3);
  });

  it('is the one after all that were given', () => {
    const first = take(paceAfter(5, 0));
    const other = take(first.pace);
    const third = take(other.pace);
    expect([first.held, other.held?.seconds, third.held?.seconds]).toEqual([undefined, 3, 6]);
    expect(other.held?.memory.turn).toEqual({ at: at(3), since: at(0), among: 1 });
  });

  it('is kept in whichever environment it comes, and asked for no second time', () => {
    const crowded: KeyPace = { ...paceAfter(5, 0), nextAt: now + 600 * second };
    const memory = { ...freshMemory, turn: { at: at(9), since: at(0), among: 1 } };
    const kept = take(crowded, memory, 9);
    expect(kept).toEqual({ held: undefined, pace: crowded });
    expect(take(crowded, memory, 5).held?.seconds).toBe(4);
  });

  it('comes in proportion later once there are more environments than it was given for', () => {
    const memory = { ...freshMemory, turn: { at: at(10), since: at(0), among: 1 } };
    const { held } = take(paceAfter(9, 2), memory, 10);
    expect(held?.seconds).toBe(20);
    expect(held?.memory.turn).toEqual({ at: at(30), since: at(0), among: 3 });
  });

  it('is put off once for more environments, and not anew by each that comes after one that knows of fewer', () => {
    const [crowd, lone] = [paceAfter(5, 1), paceAfter(1, 0)];
    let memory: PollMemory = { ...freshMemory, turn: { at: at(6), since: at(0), among: 1 } };
    for (const pace of [crowd, lone, crowd, lone, crowd])
      memory = take(pace, memory, 1).held?.memory ?? freshMemory;
    expect(memory.turn).toEqual({ at: at(12), since: at(0), among: 2 });
  });

  it('comes after the pause where the key was refused meanwhile', () => {
    const pace = leftAlone({ ...paceAfter(5, 0), nextAt: now + 30 * second }, now + 60 * second);
    const memory = { ...freshMemory, turn: { at: at(10), since: at(0), among: 1 } };
    const { held, pace: after } = take(pace, memory, 10);
    expect([held?.seconds, secondsUntil(after)]).toEqual([50, 63]);
  });

  it('is never later than the deadline, and none is needed there', () => {
    const crowded: KeyPace = { ...paceAfter(5, 0), nextAt: now + 7200 * second };
    expect(take(crowded, freshMemory, 3590).held).toMatchObject({ seconds: 10, floorSeconds: 10 });
    expect(take(crowded, freshMemory, 3600).held).toBeUndefined();
  });

  it('is given in advance where a pause would end before it', () => {
    const wait = { next: 'wait' as const, seconds: 4, memory: freshMemory };
    const options = { requestsPerMinute, generation: { deadline }, now };
    const free = nextTurn(wait, { ...options, pace: { ...paceAfter(5, 0), nextAt: now + 3000 } });
    const full = nextTurn(wait, { ...options, pace: { ...paceAfter(5, 0), nextAt: now + 9000 } });
    expect([free.held, full.held?.seconds]).toEqual([undefined, 9]);
  });
});

const comings = (gap: number) =>
  fc.array(fc.record({ gap: fc.nat(gap), id: fc.nat(9) }), {
    minLength: 2,
    maxLength: 80,
    size: 'max',
  });

const inMinuteFrom = (asked: readonly number[], from: number): number =>
  asked.filter((one) => one >= from && one < from + minute).length;

describe('an environment', () => {
  it('hears of others by the generations that they checked, and forgets them after three minutes', () => {
    const pace = heardOf(freshPace, { generationId: 'a', checkedBy: 'other' }, 'own', now);
    expect([...pace.others.keys()]).toEqual(['other']);
    const later = heardOf(pace, { generationId: 'b', checkedBy: 'own' }, 'own', now + 180_000);
    expect([...later.others.keys(), ...later.generations.keys()]).toEqual(['b']);
  });

  it('puts all off that are waiting when it hears of one more', () => {
    const pace: KeyPace = { ...paceAfter(5, 1), nextAt: now + 30 * second };
    const more = heardOf(pace, { generationId: 'g-1', checkedBy: 'new' }, 'own', now);
    expect(secondsUntil(more)).toBeCloseTo(45, 3);
  });

  // Two may ask within a turn of each other, where one was put off for an environment that proved
  // not to be there: what the provider counts is its minute.
  it('alone never asks more often in any minute than the limit allows, however generations come', () => {
    const arrivals = fc.oneof(comings(3000), comings(20_000));
    fc.assert(
      fc.property(arrivals, (comings) => {
        let pace = freshPace;
        let time = now;
        const asked: number[] = [];
        const waiting = comings.map(({ gap, id }) => {
          time += gap;
          return { id: `g-${id}`, at: time, memory: freshMemory };
        });
        while (waiting.length > 0) {
          waiting.sort((one, other) => one.at - other.at);
          const next = waiting.shift();
          if (next === undefined) break;
          pace = heardOf(pace, { generationId: next.id, checkedBy: 'own' }, 'own', next.at);
          const turn = takeTurn({
            pace,
            requestsPerMinute,
            memory: next.memory,
            generation: { deadline: '2027-01-01T00:00:00.000Z' },
            now: next.at,
          });
          ({ pace } = turn);
          if (turn.held === undefined) asked.push(next.at);
          else
            waiting.push({
              ...next,
              at: Math.ceil(next.at + turn.held.seconds * second),
              memory: turn.held.memory,
            });
        }
        expect(asked).toHaveLength(comings.length);
        const busiest = Math.max(...asked.map((from) => inMinuteFrom(asked, from)));
        expect(busiest).toBeLessThanOrEqual(Math.floor(requestsPerMinute));
      }),
    );
  });
});
