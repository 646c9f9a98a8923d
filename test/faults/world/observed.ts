import type { Saying } from '../../../local/simulator/index.ts';
import type { CaseTrigger, FaultCase, PostKind } from '../fault-case.ts';
import type { Announced } from './event-buses.ts';
import type { Followed } from './executions.ts';
import type { Creation, Message } from './host-generations.ts';
import type { Bucket } from './s3.ts';
import type { Witness } from './witness.ts';

/** An event on the archiver's bus, with the bucket as it was at that moment. */
export interface SeenEvent extends Announced {
  readonly at: number;
  readonly objects: Bucket['objects'];
}

/** A status request of a check. */
export interface SeenCheck {
  readonly execution: string;
  readonly at: number;
}

/**
 * What can be known of a POST from outside: certainly nothing was done, it was done and told under
 * an id, or nobody knows.
 */
export type Fate = 'nothing' | 'done' | 'unknown';

/** A POST as a function sent it, or a function that broke off where it may have sent one. */
export interface SeenPost {
  readonly to: PostKind;
  /** The request, the format, or the answer's text. */
  readonly about: string;
  readonly fate: Fate;
  /** What the provider called what it began. */
  readonly id?: string;
  /** What the provider had said last to whoever sent it. */
  readonly after?: Saying | undefined;
  /** The execution that it was sent for; empty where it was for none. */
  readonly by: string;
  readonly at: number;
  /** No POST, but a function that ended without a word. */
  readonly brokeOff?: true;
}

/** A trigger, with when its intake succeeded; absent where it lies in the dead-letter queue. */
export interface SeenTrigger {
  /** As it was sent: one that answers an event names the generation of that event. */
  trigger: CaseTrigger;
  acceptedAt?: number;
  /**
   * When the function that sends replies ended well; absent where the event lies in the queue, or
   * is for no such function.
   */
  repliedAt?: number;
  /** How often a function was given it. */
  deliveries: number;
}

/** Everything that the oracle looks at. */
export interface Observed {
  readonly faultCase: FaultCase;
  readonly witness: Witness;
  readonly events: readonly SeenEvent[];
  readonly executions: readonly Followed[];
  readonly checks: readonly SeenCheck[];
  /** States entered, by execution. */
  readonly states: ReadonlyMap<string, readonly string[]>;
  /** Attempts of tasks, by execution: each fills the history. */
  readonly attempts: ReadonlyMap<string, number>;
  readonly triggers: readonly SeenTrigger[];
  /** Executions whose end lies in the dead-letter queue. */
  readonly unannounced: readonly string[];
  /** SHA-256 of whatever was served as a file. */
  readonly served: ReadonlySet<string>;
  /** API keys and the secret parts of links. */
  readonly secrets: readonly string[];
  /** Requests to the provider that no trigger asks for. */
  readonly otherRequests: number;
  /** POSTs, in the order in which they ended. */
  readonly posts: readonly SeenPost[];
  /** What providers were asked to start, and started. */
  readonly creations: readonly Creation[];
  /** Answers that providers took. */
  readonly messages: readonly Message[];
  readonly objects: Bucket['objects'];
  /** When the bucket took an object, milliseconds of the clock. */
  readonly writes: readonly number[];
  /** Milliseconds that were spent on attempts that failed, and on waiting for the next ones. */
  readonly delayed: number;
  readonly strikes: ReadonlyMap<string, number>;
}
