import type { ProviderSettings } from '../../contract/environment.ts';
import type { RefusedTrigger } from '../../contract/parse-trigger.ts';
import type { Claims, Clock, EventBus, Executions, Log, Measure } from '../../contract/ports.ts';
import type { Envelope } from './trigger-envelope.ts';

/** The world of intake. */
export interface IntakeOptions {
  readonly settings: Readonly<Record<string, ProviderSettings>>;
  readonly bus: EventBus;
  readonly executions: Executions;
  /** Which requests were accepted under which id; absent where nothing is started. */
  readonly claims?: Pick<Claims, 'list'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly measure: Measure;
  /** ARN of the execution of a name: what the log tells. */
  readonly executionArn: (name: string) => string;
}

/**
 * Takes a trigger that is valid as such. Answers why it is refused where that shows only now.
 *
 * @throws where it can neither be taken nor refused now
 */
export type TakeTrigger<Trigger> = (
  trigger: Trigger,
  envelope: Envelope,
) => Promise<RefusedTrigger | undefined>;
