/** Where a value lies in a JSON document: names of fields and places in lists. */
export type Path = readonly string[];

/** Every place in a JSON document, the document itself left out. */
export const pathsIn = (value: unknown, path: Path = []): Path[] =>
  typeof value !== 'object' || value === null
    ? []
    : Object.entries(value).flatMap(([key, entry]) => [
        [...path, key],
        ...pathsIn(entry, [...path, key]),
      ]);

/** What lies there. */
export const valueAt = (value: unknown, [key, ...rest]: Path): unknown => {
  if (key === undefined) return value;
  return typeof value === 'object' && value !== null
    ? valueAt(Reflect.get(value, key), rest)
    : undefined;
};

/** A copy with another value there. */
export const withChange = (value: unknown, [key, ...rest]: Path, replacement: unknown): unknown => {
  if (key === undefined) return replacement;
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(
    ([name, entry]) => [name, name === key ? withChange(entry, rest, replacement) : entry] as const,
  );
  return Array.isArray(value) ? entries.map(([, entry]) => entry) : Object.fromEntries(entries);
};
