import type { JsonObject, JsonValue } from '../../lambdas/contract/json.ts';
import type { Clock, Random } from '../../lambdas/contract/ports.ts';
import type { StateDefinition } from '../../lib/workflow/definition.ts';

/** A task fails by the name that Step Functions gives the error. */
export class TaskFailure extends Error {
  readonly errorName: string;

  /** @param errorName for example `Lambda.TooManyRequestsException` */
  constructor(errorName: string) {
    super(`a task failed: ${errorName}`);
    this.errorName = errorName;
  }
}

/** What a task came to: its result, or where its error goes. */
export type TaskEnd =
  | { readonly result: JsonValue }
  | { readonly error: JsonObject; readonly rule: JsonObject & { readonly Next: string } };

/** A task to try, as the definition has it tried. */
export interface TaskTry {
  readonly state: StateDefinition;
  readonly run: () => Promise<JsonValue>;
  readonly clock: Clock;
  readonly random: Random;
}

const names = ({ ErrorEquals: errors }: JsonObject, errorName: string): boolean =>
  Array.isArray(errors) &&
  (errors.includes(errorName) ||
    errors.includes('States.ALL') ||
    (errors.includes('States.TaskFailed') && errorName !== 'States.Timeout'));

const numberOf = (value: JsonValue | undefined, otherwise: number): number =>
  typeof value === 'number' ? value : otherwise;

/** Seconds before a retrier's next attempt (Step Functions Developer Guide, "Error handling"). */
const pauseOf = (retrier: JsonObject, attempts: number, random: Random): number => {
  const wanted =
    numberOf(retrier['IntervalSeconds'], 1) * numberOf(retrier['BackoffRate'], 2) ** attempts;
  const pause = Math.min(wanted, numberOf(retrier['MaxDelaySeconds'], Number.POSITIVE_INFINITY));
  return retrier['JitterStrategy'] === 'FULL' ? pause * random() : pause;
};

const retriersOf = ({ Retry: retriers }: StateDefinition): JsonObject[] =>
  Array.isArray(retriers) ? (retriers as JsonObject[]) : [];

/**
 * Tries a task as often as its retriers say, each of them counted for itself.
 *
 * @throws what is no {@link TaskFailure}, and a failure that no catcher names
 */
export const tryTask = async ({ state, run, clock, random }: TaskTry): Promise<TaskEnd> => {
  const attempts = new Map<JsonObject, number>();
  for (;;) {
    try {
      return { result: await run() };
    } catch (error) {
      if (!(error instanceof TaskFailure)) throw error;
      const { errorName } = error;
      const retrier = retriersOf(state).find((one) => names(one, errorName));
      const made = retrier === undefined ? 0 : (attempts.get(retrier) ?? 0);
      if (retrier !== undefined && made < numberOf(retrier['MaxAttempts'], 3)) {
        attempts.set(retrier, made + 1);
        await clock.sleep(pauseOf(retrier, made, random) * 1000);
        continue;
      }
      const rule = state.Catch?.find((one) => names(one, errorName));
      if (rule === undefined) throw error;
      return { error: { Error: errorName, Cause: '' }, rule };
    }
  }
};
