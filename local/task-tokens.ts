/** An answer to a task that waits for one. */
export type TaskAnswer =
  | { readonly kind: 'success'; readonly output: unknown }
  | { readonly kind: 'failure'; readonly error: string; readonly cause?: string };

/** The tasks that wait for an answer, by their tokens. */
export interface TaskTokens {
  /** Settles with the first answer. */
  open(token: string): Promise<TaskAnswer>;
  /** Whether a task still waits for the answer. */
  isOpen(token: string): boolean;
  /** Nobody waits any more. */
  close(token: string): void;
  /**
   * @throws an error of Step Functions' name where nobody waits: it was answered before, came too
   *   late, or the execution has ended
   */
  answer(token: string, answer: TaskAnswer): void;
}

const named = (name: string, message: string): Error => Object.assign(new Error(message), { name });

/** See {@link TaskTokens}. */
export const createTaskTokens = (): TaskTokens => {
  const waiting = new Map<string, (answer: TaskAnswer) => void>();
  return {
    open: async (token) =>
      new Promise((resolve) => {
        waiting.set(token, resolve);
      }),
    isOpen: (token) => waiting.has(token),
    close: (token) => void waiting.delete(token),
    answer: (token, answer) => {
      const resolve = waiting.get(token);
      if (resolve === undefined)
        throw named('Sfn.TaskTimedOutException', 'the task does not wait any more');
      waiting.delete(token);
      resolve(answer);
    },
  };
};
