/** The text of a key in a JSON object, or why there is none. */
export type KeyInJson = { readonly text: string } | { readonly problem: string };

/** Names of fields that hold a key, without case, dashes and underscores; a prefix may come before. */
const keyName =
  /(?:apikey|apitoken|accesstoken|accesskey|secretkey|key|token|secret|password|value)$/;

const plain = (name: string): string => name.toLowerCase().replaceAll(/[^a-z0-9]/g, '');

const objectOf = (text: string): object | undefined => {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
};

/**
 * Finds the key in JSON: the field `apiKey`; else the one that is named like a key (`api_key`,
 * `GAMMA_API_KEY`, `token`); else the only text there is.
 */
export const keyInJson = (text: string): KeyInJson => {
  const value = objectOf(text);
  if (value === undefined) return { problem: 'begins like JSON, but is none' };
  const texts = Object.entries(value).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string' && entry[1].trim() !== '',
  );
  const own = texts.find(([name]) => name === 'apiKey');
  if (own !== undefined) return { text: own[1] };
  for (const candidates of [
    texts.filter(([name]) => plain(name).endsWith('apikey')),
    texts.filter(([name]) => keyName.test(plain(name))),
    texts,
  ]) {
    const different = new Set(candidates.map(([, candidate]) => candidate));
    const [only] = different;
    if (different.size === 1 && only !== undefined) return { text: only };
    if (different.size > 1) break;
  }
  return {
    problem:
      texts.length === 0
        ? 'is JSON without a text in it: name the field "apiKey"'
        : 'is JSON in which several fields may be the key: name it "apiKey"',
  };
};
