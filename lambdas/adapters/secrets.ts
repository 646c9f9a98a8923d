import { SecretsProvider } from '@aws-lambda-powertools/parameters/secrets';
import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { readApiKey } from '../contract/api-key.ts';
import { secretName } from '../contract/environment.ts';
import type { ApiKeys } from '../contract/ports.ts';
import { secretProblem } from './secret-problems.ts';
import { secretText } from './secret-text.ts';

/**
 * Seconds that a key is kept in memory. A rotated key is noticed sooner: the provider refuses the
 * old one, and the next check reads the secret afresh.
 */
const cacheSeconds = 300;

/** The keys in Secrets Manager, cached in memory. */
export const createApiKeys = ({
  client,
  secretPrefix,
}: {
  client: SecretsManagerClient;
  secretPrefix: string;
}): ApiKeys => {
  const secrets = new SecretsProvider({ awsSdkV3Client: client });
  return {
    read: async (provider, credential, fresh) => {
      const name = secretName(secretPrefix, provider, credential);
      try {
        const secret = await secrets.get(name, { maxAge: cacheSeconds, forceFetch: fresh });
        const read = readApiKey(secretText(secret));
        if ('apiKey' in read) return { found: true, apiKey: read.apiKey };
        const command = `aws secretsmanager put-secret-value --secret-id ${name} --secret-string "…"`;
        return {
          found: false,
          message: `the secret ${name} holds no usable API key (plain text, or JSON with "apiKey"): it ${read.problem}; store it with: ${command}`,
        };
      } catch (error) {
        const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
        const message = secretProblem(cause, name, provider);
        if (message === undefined) throw cause;
        return { found: false, message };
      }
    },
  };
};
