import type { Generation } from '../contract/generation.ts';
import type { Random } from '../contract/ports.ts';
import type { PollMemory } from '../contract/state.ts';
import type { Decision } from '../polling/decision.ts';
import {
  freshPace,
  heardOf,
  leftAlone,
  nextTurn,
  takeTurn,
  type KeyPace,
} from '../polling/key-pace.ts';
import type { Pace } from '../polling/pace.ts';
import type { Report } from '../polling/status.ts';
import { forewarned, holdBack, throttledKey, type ThrottledKey } from '../polling/throttled-key.ts';

/** One check, as far as its key is concerned. */
export interface KeyUse {
  readonly generation: Generation;
  readonly pace: Pace;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** What follows for a check from what is known of its key. */
export interface KeyAdvice {
  readonly memory: PollMemory;
  /** The check is put off; `undefined` where it may ask. */
  readonly held: Extract<Decision, { next: 'wait' }> | undefined;
}

/** What one execution environment knows of its keys, from all the generations that it checks. */
export interface KnownKeys {
  /** Why a check is put off, for the log. */
  readonly why: string;
  /** Before a check asks. */
  advise(use: KeyUse, memory: PollMemory): KeyAdvice;
  /** After it: the decision, with what it means for the others on the key. */
  learn(use: KeyUse, report: Report, decision: Decision): Decision;
}

const keyOf = ({ generation: { provider, credential } }: KeyUse): string =>
  `${provider}/${credential}`;

/**
 * Keys without a documented number of requests a minute: who meets a 429 tells those that come after
 * it.
 */
const createThrottledKeys = (random: Random): KnownKeys => {
  const keys = new Map<string, ThrottledKey>();
  return {
    why: 'put off: the key was throttled a moment ago',
    advise: (use, before) => {
      const known = keys.get(keyOf(use));
      if (known === undefined) return { memory: before, held: undefined };
      const memory = forewarned(before, known, use.now);
      return { memory, held: holdBack(memory, known, use.generation, use.now, random()) };
    },
    learn: (use, report, decision) => {
      const learnt = throttledKey(report, decision.memory, use.pace, use.now);
      if (learnt !== undefined) keys.set(keyOf(use), learnt);
      return decision;
    },
  };
};

/** Keys with few requests a minute: each check takes its turn. */
const createPacedKeys = (requestsPerMinute: number, random: Random): KnownKeys => {
  const keys = new Map<string, KeyPace>();
  let name: string | undefined;
  const own = (): string => (name ??= Math.floor(random() * 2 ** 32).toString(36));
  const turnOptions = ({ generation, now }: KeyUse) => ({ requestsPerMinute, generation, now });
  return {
    why: 'put off: other generations on the key are before it',
    advise: (use, before) => {
      const memory = { ...before, checkedBy: own() };
      const { generationId } = use.generation;
      const known = keys.get(keyOf(use)) ?? freshPace;
      const { held, pace } = takeTurn({
        ...turnOptions(use),
        pace: heardOf(known, { generationId, checkedBy: before.checkedBy }, own(), use.now),
        memory,
      });
      keys.set(keyOf(use), pace);
      return { memory, held };
    },
    learn: (use, report, decision) => {
      const known = keys.get(keyOf(use)) ?? freshPace;
      const learnt = throttledKey(report, decision.memory, use.pace, use.now);
      if (learnt !== undefined) {
        keys.set(keyOf(use), leftAlone(known, learnt.until));
        return decision;
      }
      if (decision.next !== 'wait') return decision;
      const { held, pace } = nextTurn(decision, { ...turnOptions(use), pace: known });
      keys.set(keyOf(use), pace);
      return held ?? decision;
    },
  };
};

/**
 * See {@link KnownKeys}.
 *
 * @param pace of the provider that the environment checks
 */
export const createKnownKeys = (
  { requestsPerMinute }: Pick<Pace, 'requestsPerMinute'>,
  random: Random,
): KnownKeys =>
  requestsPerMinute === undefined
    ? createThrottledKeys(random)
    : createPacedKeys(requestsPerMinute, random);
