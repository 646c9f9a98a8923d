import type { Log } from '../contract/ports.ts';

/** What a line of the log is about, so that all lines of a generation are found. */
export interface About {
  readonly provider: string | undefined;
  readonly generationId: string | undefined;
  /** ARN of the execution. */
  readonly execution: string | undefined;
}

/**
 * Stands for what is not known: the logger leaves out fields that are `null` or empty, and then a
 * search for them finds nothing.
 */
const unknown = 'unknown';

/**
 * A log that says in every line what it is about. A generation that no provider has accepted yet
 * has an empty id.
 */
export const logAbout =
  (log: Log, { provider = unknown, generationId = '', execution = unknown }: About): Log =>
  (level, message, fields) =>
    log(level, message, {
      provider,
      generationId: generationId === '' ? unknown : generationId,
      execution,
      ...fields,
    });

/**
 * Does the work of an invocation, and logs what it throws: Lambda's own line about an error does
 * not tell what it is about. Only the name, since the message of an error from elsewhere may hold
 * anything.
 *
 * @throws whatever the work throws
 */
export const loggingErrors = async <T>(log: Log, work: () => Promise<T>): Promise<T> => {
  try {
    return await work();
  } catch (error) {
    log('error', 'the invocation failed', {
      error: error instanceof Error ? error.name : 'unknown error',
    });
    throw error;
  }
};
