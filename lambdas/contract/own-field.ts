/**
 * A field of an object that was filled from outside, by a name from outside. A bare `record[name]`
 * would also find what every object has: `constructor`, `toString`, `__proto__`.
 */
export const ownField = <Value>(
  record: Readonly<Record<string, Value>>,
  name: string,
): Value | undefined => (Object.hasOwn(record, name) ? record[name] : undefined);
