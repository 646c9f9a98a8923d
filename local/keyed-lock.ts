/** Runs work under a key after all earlier work under the same key, also where that failed. */
export type KeyedLock = <T>(key: string, work: () => Promise<T>) => Promise<T>;

/** See {@link KeyedLock}. */
export const createKeyedLock = (): KeyedLock => {
  const tails = new Map<string, Promise<unknown>>();
  return async (key, work) => {
    const before = tails.get(key) ?? Promise.resolve();
    const result = before.then(work);
    const tail = result.catch(() => undefined);
    tails.set(key, tail);
    try {
      return await result;
    } finally {
      if (tails.get(key) === tail) tails.delete(key);
    }
  };
};
