import * as z from 'zod';

/**
 * What may stand in a header: printable ASCII without spaces. A key with a line break would
 * otherwise forge a header.
 */
const headerSafe = /^[\x21-\x7e]{1,4096}$/;

/**
 * How keys begin that name themselves: Gamma's and Perceptis's, in their documentation's examples.
 */
const keyBeginning = /^sk-(?:gamma|live)-/;

/**
 * Whether a text is an API key, as far as its beginning tells. Who puts one where a name belongs
 * must not find it in every event.
 */
export const looksLikeApiKey = (text: string): boolean => keyBeginning.test(text);

/** How keys and headers with keys begin, whoever's they are. */
const possibleBeginning = /^\s*(?:sk[-_]|chr_|bearer\b|basic\b|x-api-key\b)/i;

/** Whether a text that is no name may be an API key, so that no message repeats it. */
export const mayBeApiKey = (text: string): boolean => possibleBeginning.test(text);

const jsonFormSchema = z.looseObject({ apiKey: z.string() });

const fromJson = (text: string): string | undefined => {
  try {
    return jsonFormSchema.parse(JSON.parse(text)).apiKey.trim();
  } catch {
    return undefined;
  }
};

/**
 * Reads the API key out of a secret's text: the key itself, or a JSON object with `apiKey`. Space
 * around it, which an editor or `echo` leaves, is dropped.
 *
 * @returns `undefined` where the text is neither
 */
export const apiKeyOf = (text: string): string | undefined => {
  const trimmed = text.trim();
  const key = trimmed.startsWith('{') ? fromJson(trimmed) : trimmed;
  return key !== undefined && headerSafe.test(key) ? key : undefined;
};
