/** Containers nested deeper than this are left out: no answer is that deep, and recursion is bounded. */
const maxDepth = 250;

/**
 * A copy of a JSON value in which every text, names of fields included, was replaced. What is nested
 * deeper than 250 levels becomes `null`.
 */
export const mapTexts = (
  value: unknown,
  replace: (text: string) => string,
  depth: number = 0,
): unknown => {
  if (typeof value === 'string') return replace(value);
  if (typeof value !== 'object' || value === null) return value;
  if (depth >= maxDepth) return null;
  if (Array.isArray(value)) return value.map((entry) => mapTexts(entry, replace, depth + 1));
  // fromEntries defines properties and never assigns them, so a "__proto__" stays an ordinary name.
  return Object.fromEntries(
    Object.entries(value).map(([name, entry]) => [
      replace(name),
      mapTexts(entry, replace, depth + 1),
    ]),
  );
};
