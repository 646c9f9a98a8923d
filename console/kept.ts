/**
 * Reads something, and keeps it for a while.
 *
 * @param milliseconds for which it is kept; what failed is read anew
 */
export const kept = <T>(milliseconds: number, now: () => number, read: () => Promise<T>) => {
  let at = -Infinity;
  let value: Promise<T> | undefined;
  return async (): Promise<T> => {
    if (value === undefined || now() - at > milliseconds) {
      at = now();
      value = read();
    }
    try {
      return await value;
    } catch (error) {
      value = undefined;
      throw error;
    }
  };
};
