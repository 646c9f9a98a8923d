/** An answer to a task that waits for one. */
export type TaskAnswer =
  | { readonly kind: 'success'; readonly output: unknown }
  | { readonly kind: 'failure'; readonly error: string; readonly cause?: string };

/** The tasks that wait for an answer, by their tokens. */
export interface TaskTokens {
  /**
   * Settles with the first answer.
   *
   * @param timesOutAt when the task times out, milliseconds of the clock
   */
  open(token: string, timesOutAt: number): Promise<TaskAnswer>;
  /** Whether a task still waits for the answer. */
  isOpen(token: string): boolean;
  /** The task does not wait any more. */
  close(token: string): void;
  /** A sign of life. @throws as `answer` does */
  beat(token: string): void;
  /**
   * @throws an error of Step Functions' name where the task does not wait: it was answered before, came too
   *   late, or the execution has ended
   */
  answer(token: string, answer: TaskAnswer): void;
}

const named = (name: string, message: string): Error => Object.assign(new Error(message), { name });

const nobodyWaits = (): Error =>
  named('Sfn.TaskTimedOutException', 'the task does not wait any more');

/** A task that waits. */
interface Waiting {
  readonly timesOutAt: number;
  readonly resolve: (answer: TaskAnswer) => void;
}

/**
 * See {@link TaskTokens}.
 *
 * @param now the clock's time
 */
export const createTaskTokens = (now: () => number): TaskTokens => {
  const waiting = new Map<string, Waiting>();
  const find = (token: string): Waiting | undefined => {
    const found = waiting.get(token);
    return found === undefined || now() > found.timesOutAt ? undefined : found;
  };
  return {
    open: async (token, timesOutAt) =>
      new Promise((resolve) => {
        waiting.set(token, { timesOutAt, resolve });
      }),
    isOpen: (token) => find(token) !== undefined,
    close: (token) => void waiting.delete(token),
    beat: (token) => {
      if (find(token) === undefined) throw nobodyWaits();
    },
    answer: (token, answer) => {
      const found = find(token);
      if (found === undefined) throw nobodyWaits();
      waiting.delete(token);
      found.resolve(answer);
    },
  };
};
