import type { Dice } from '../dice.ts';
import type { CaseTrigger, Fault } from '../fault-case.ts';

/** A kind of fault: its name, and one of it. */
export interface Kind {
  readonly kind: string;
  readonly make: (dice: Dice) => Fault;
}

/** What a trigger can go by. */
export interface TriggerContext {
  /**
   * Seconds from the start until the provider asks its question, and its next one; as of a
   * generation without any where it asks none.
   */
  readonly askedAt: number;
  readonly againAt: number;
}

/** A kind of trouble with trigger events: what it makes of a good one, and of those that follow. */
export interface TriggerKind {
  readonly kind: string;
  readonly make: (
    first: CaseTrigger,
    dice: Dice,
    context: TriggerContext,
  ) => readonly CaseTrigger[];
}

/** The request at which a fault strikes: usually an early one, since most runs make few. */
export const when = (dice: Dice, latest: number): { readonly at: number } => ({
  at: dice.chance(0.5) ? 0 : dice.between(0, latest),
});
