import type { ApiKeys } from '../contract/ports.ts';

/** Shortest API key that is searched for in answers: a shorter one would match by accident. */
const shortestRedactedKey = 8;

/** A provider that echoes the key in an error must not bring it into an event or a log. */
export const withoutKey = (text: string, apiKey: string): string =>
  apiKey.length < shortestRedactedKey ? text : text.replaceAll(apiKey, '[API key]');

/** The value of a JSON text, or `undefined` where it is none. */
export const parseJson = (text: string): { body: unknown } | undefined => {
  try {
    return { body: JSON.parse(text) as unknown };
  } catch {
    return undefined;
  }
};

/** The API key, why there is none, or that it could not be read now. */
export const readKey = async (apiKeys: ApiKeys, provider: string, credential: string, fresh: boolean) => {
  try {
    return await apiKeys.read(provider, credential, fresh);
  } catch (error) {
    const name = error instanceof Error ? error.name : 'unknown error';
    return { failed: `the API key "${provider}/${credential}" could not be read: ${name}` };
  }
};
