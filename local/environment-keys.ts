import { readApiKey } from '../lambdas/contract/api-key.ts';
import type { ApiKeys } from '../lambdas/contract/ports.ts';

/** Variables by name, as in `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>;

const asVariable = (text: string): string => text.toUpperCase().replaceAll(/[^A-Z0-9]/g, '_');

/**
 * The variable that holds an API key: `GAMMA_API_KEY`, and `GAMMA_API_KEY_TEAM_A` for the
 * credential `team-a`.
 */
export const keyVariable = (provider: string, credential: string): string =>
  `${asVariable(provider)}_API_KEY${credential === 'default' ? '' : `_${asVariable(credential)}`}`;

/** The variable that holds the address of a provider's API: `DUOMI_BASE_URL`. */
export const baseUrlVariable = (provider: string): string => `${asVariable(provider)}_BASE_URL`;

/** Why there is no key, and the command that stores one. */
export const missingKeyMessage = (provider: string, credential: string): string => {
  const variable = keyVariable(provider, credential);
  const which = credential === 'default' ? '' : ` (credential "${credential}")`;
  const remedy = `export ${variable}='<your key>', or with the line ${variable}=<your key> in .env`;
  return `there is no API key for ${provider}${which}; store it with: ${remedy}`;
};

/** Why what stands in the variable is no key; nothing of it is quoted. */
const unusableKeyMessage = (provider: string, credential: string, problem: string): string => {
  const variable = keyVariable(provider, credential);
  const remedy = `export ${variable}='<your key>', or with the line ${variable}=<your key> in .env`;
  return `${variable} holds no usable API key: it ${problem}; store it with: ${remedy}`;
};

/**
 * API keys from the environment: never from the command line, which other users of the machine can
 * read.
 */
export const createEnvironmentKeys = (environment: Environment): ApiKeys => ({
  read: async (provider, credential) => {
    const text = environment[keyVariable(provider, credential)];
    if (text === undefined || text === '')
      return { found: false, message: missingKeyMessage(provider, credential) };
    const read = readApiKey(text);
    return 'apiKey' in read
      ? { found: true, apiKey: read.apiKey }
      : { found: false, message: unusableKeyMessage(provider, credential, read.problem) };
  },
});
