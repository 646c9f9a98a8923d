import * as z from 'zod';

/** What may stand in a header: printable ASCII without spaces. A key with a line break would otherwise forge a header. */
const headerSafe = /^[\x21-\x7e]{1,4096}$/;

const jsonFormSchema = z.looseObject({ apiKey: z.string() });

const fromJson = (text: string): string | undefined => {
  try {
    return jsonFormSchema.parse(JSON.parse(text)).apiKey.trim();
  } catch {
    return undefined;
  }
};

/**
 * Reads the API key out of a secret's text: the key itself, or a JSON object with `apiKey`. Space around it, which an editor or
 * `echo` leaves, is dropped.
 *
 * @returns `undefined` where the text is neither
 */
export const apiKeyOf = (text: string): string | undefined => {
  const trimmed = text.trim();
  const key = trimmed.startsWith('{') ? fromJson(trimmed) : trimmed;
  return key !== undefined && headerSafe.test(key) ? key : undefined;
};
