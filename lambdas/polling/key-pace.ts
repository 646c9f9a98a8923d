import type { Generation } from '../contract/generation.ts';
import type { PollMemory } from '../contract/state.ts';
import type { Decision } from './decision.ts';

/**
 * Part of a documented limit that is used: turns come in whole seconds, so that one may slip into
 * the next window of the limit.
 */
const usedPart = 0.95;

/**
 * Milliseconds for which another execution environment counts that was heard of. One that serves a
 * crowd is heard of every few seconds; one that Lambda has ended is never heard of again.
 */
const countedMilliseconds = 180_000;

/**
 * What one execution environment knows of a key on which few requests a minute are allowed. Times in
 * milliseconds since 1970.
 */
export interface KeyPace {
  /** Before, no further generation may ask. */
  readonly nextAt: number;
  /** After a 429: the provider wants to be left alone until then. */
  readonly until: number;
  /** The other environments that ask with this key, by their names, and when each was heard of. */
  readonly others: ReadonlyMap<string, number>;
  /** How often a generation came back that this environment had checked itself. */
  readonly returned: number;
  /** The generations that this environment has checked with the key, and when last. */
  readonly generations: ReadonlyMap<string, number>;
}

/** The pace of a key that was never used. */
export const freshPace: KeyPace = {
  nextAt: 0,
  until: 0,
  others: new Map(),
  returned: 0,
  generations: new Map(),
};

/** What a turn is taken by. */
export interface TurnOptions {
  readonly pace: KeyPace;
  readonly requestsPerMinute: number;
  readonly memory: PollMemory;
  readonly generation: Pick<Generation, 'deadline'>;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** A turn, and the pace from there on. */
export interface Turn {
  /** The check is put off until its turn; `undefined` where it may ask. */
  readonly held: Extract<Decision, { next: 'wait' }> | undefined;
  readonly pace: KeyPace;
}

/**
 * Generations that come back to an environment which has heard of no other, before it takes itself
 * for the only one. If there were two, seven in a row would come back once in 128 times.
 */
const aloneAfter = 7;

/**
 * How many environments share the limit, as far as this one knows. One that has just begun takes it
 * that there is another: Lambda starts several where many checks begin in the same second. There
 * are no more in use than generations: one that is alone has the whole limit, wherever it is checked.
 */
const amongOf = ({
  others,
  returned,
  generations,
}: Pick<KeyPace, 'others' | 'returned' | 'generations'>): number =>
  Math.min(
    others.size === 0 && returned < aloneAfter ? 2 : 1 + others.size,
    Math.max(1, generations.size),
  );

const within = (seen: ReadonlyMap<string, number>, now: number): Map<string, number> =>
  new Map([...seen].filter(([, at]) => now - at < countedMilliseconds));

/** A time that was meant for so many environments, put off for more of them. */
const stretched = (at: number, since: number, before: number, among: number): number =>
  among > before ? since + ((at - since) * among) / before : at;

/**
 * The pace once a generation has told which environment checked it last: so environments come to
 * know how many they are, without a store. A generation that waits then waits in proportion longer.
 *
 * @param own name of this environment
 */
export const heardOf = (
  pace: KeyPace,
  { generationId, checkedBy }: { generationId: string; checkedBy: string | undefined },
  own: string,
  now: number,
): KeyPace => {
  const others = within(pace.others, now);
  const generations = within(pace.generations, now).set(generationId, now);
  if (checkedBy !== undefined && checkedBy !== own) others.set(checkedBy, now);
  const returned = pace.returned + (checkedBy === own ? 1 : 0);
  const heard = { others, returned, generations };
  // The pause after a 429 is the same for all.
  const from = Math.max(now, pace.until);
  const waited = stretched(pace.nextAt, from, amongOf(pace), amongOf(heard));
  return { ...heard, until: pace.until, nextAt: pace.nextAt > from ? waited : pace.nextAt };
};

/** Milliseconds between two turns, where the limit is shared among so many environments. */
const spacingOf = (among: number, { requestsPerMinute }: TurnOptions): number =>
  (60_000 * among) / (requestsPerMinute * usedPart);

const isoOf = (milliseconds: number): string => new Date(milliseconds).toISOString();

/**
 * @param since when the generation began to wait for its turn
 * @param among the environments that the turn was reckoned for
 */
const putOff = (
  at: number,
  since: number,
  among: number,
  { memory, generation, now }: TurnOptions,
): Extract<Decision, { next: 'wait' }> => {
  const untilDeadline = (Date.parse(generation.deadline) - now) / 1000;
  const seconds = Math.min((at - now) / 1000, untilDeadline);
  const turn = { at: isoOf(at), since: isoOf(since), among };
  return { next: 'wait', seconds, floorSeconds: seconds, memory: { ...memory, turn } };
};

/** The turn after all that were given. */
const queued = (since: number, options: TurnOptions): Turn => {
  const { pace } = options;
  return {
    held: putOff(pace.nextAt, since, amongOf(pace), options),
    pace: { ...pace, nextAt: pace.nextAt + spacingOf(amongOf(pace), options) },
  };
};

/**
 * The turn that a generation was given is kept, unless there are more environments by now. An
 * environment that knows of fewer changes nothing: else each that knows of more would put it off
 * anew.
 */
const keptTurn = (
  { at, since, among }: NonNullable<PollMemory['turn']>,
  options: TurnOptions,
): Turn => {
  const { pace, now } = options;
  const began = Date.parse(since);
  if (now < pace.until) return queued(began, options);
  const counted = Math.max(among, amongOf(pace));
  const due = stretched(Date.parse(at), began, among, counted);
  return { held: due > now ? putOff(due, began, counted, options) : undefined, pace };
};

/**
 * Takes a turn before a check asks. A check that was given one, by this environment or another, asks
 * when it has come. Any other asks if none is before it, and is given the next turn if one is. The
 * last check, at the deadline, always asks.
 */
export const takeTurn = (options: TurnOptions): Turn => {
  const { pace, memory, generation, now } = options;
  if (Date.parse(generation.deadline) <= now) return { held: undefined, pace };
  if (memory.turn !== undefined) return keptTurn(memory.turn, options);
  if (pace.nextAt <= now) {
    const nextAt = now + spacingOf(amongOf(pace), options);
    return { held: undefined, pace: { ...pace, nextAt } };
  }
  return queued(now, options);
};

/**
 * Gives a generation that goes on to wait its next turn at once, where so many are before it that
 * its own pause would end sooner: that spares a check which would only be put off.
 *
 * @param wait what was decided about the generation
 */
export const nextTurn = (
  wait: Extract<Decision, { next: 'wait' }>,
  options: Omit<TurnOptions, 'memory'>,
): Turn => {
  const { pace, now } = options;
  const own = { ...options, memory: wait.memory };
  if (pace.nextAt <= now + wait.seconds * 1000) return { held: undefined, pace };
  return queued(now, own);
};

/** The pace after a 429: the key is left alone until the provider's window has passed. */
export const leftAlone = (pace: KeyPace, until: number): KeyPace => ({
  ...pace,
  until: Math.max(pace.until, until),
  nextAt: Math.max(pace.nextAt, until),
});
