import type { Connection } from './terminal.ts';

/**
 * Tries one of several things, so that one that AWS refuses does not keep the others back.
 *
 * @param work tells why it was not done
 * @returns the same, or what AWS refused; `undefined` where it was done
 */
export const attempted = async (
  { explain }: Pick<Connection, 'explain'>,
  work: () => Promise<string | undefined>,
): Promise<string | undefined> => {
  try {
    return await work();
  } catch (error) {
    const why = explain(error);
    if (why === undefined) throw error;
    return why;
  }
};
