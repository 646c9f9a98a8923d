const quotes: readonly (readonly [string, string])[] = [
  ['"', '"'],
  ["'", "'"],
  ['`', '`'],
  ['“', '”'],
  ['‘', '’'],
  ['„', '“'],
  ['”', '”'],
  ['«', '»'],
  ['»', '«'],
  ['‹', '›'],
  ['″', '″'],
  ['&quot;', '&quot;'],
  [String.raw`\"`, String.raw`\"`],
];

/** A text in JSON: what stands in it may be escaped. */
const jsonText = (text: string): string | undefined => {
  if (!text.startsWith('"')) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'string' ? value.trim() : undefined;
  } catch {
    return undefined;
  }
};

/** A text without one pair of quotation marks around it, of any language or tool. */
export const withoutQuotes = (text: string): string => {
  const json = jsonText(text);
  if (json !== undefined && json !== '') return json;
  const pair = quotes.find(
    ([open, close]) =>
      text.length > open.length + close.length &&
      text.startsWith(open) &&
      text.endsWith(close) &&
      // Two texts are not one.
      !text.slice(open.length, -close.length).includes(close),
  );
  return pair === undefined ? text : text.slice(pair[0].length, -pair[1].length).trim();
};
