import type { CaseTrigger, FaultCase } from '../fault-case.ts';
import type { Announced } from './event-buses.ts';
import type { Followed } from './executions.ts';
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

/** A trigger, with when its intake succeeded; absent where it lies in the dead-letter queue. */
export interface SeenTrigger {
  readonly trigger: CaseTrigger;
  acceptedAt?: number;
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
  /** Requests to the provider for anything but a status. */
  readonly otherRequests: number;
  readonly objects: Bucket['objects'];
  /** Milliseconds that were spent on attempts that failed, and on waiting for the next ones. */
  readonly delayed: number;
  readonly strikes: ReadonlyMap<string, number>;
}
