import { SecretsProvider } from '@aws-lambda-powertools/parameters/secrets';
import {
  ResourceNotFoundException,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { apiKeyOf } from '../contract/api-key.ts';
import { secretName } from '../contract/environment.ts';
import type { ApiKeys } from '../contract/ports.ts';

/**
 * Seconds that a key is kept in memory. A rotated key is noticed sooner: the provider refuses the
 * old one, and the next check reads the secret afresh.
 */
const cacheSeconds = 300;

const storeCommand = (name: string, provider: string): string =>
  `aws secretsmanager create-secret --name ${name} --secret-string "$${provider.toUpperCase().replaceAll('-', '_')}_API_KEY"`;

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
        const apiKey = apiKeyOf(typeof secret === 'string' ? secret : '');
        if (apiKey !== undefined) return { found: true, apiKey };
        const command = `aws secretsmanager put-secret-value --secret-id ${name} --secret-string "…"`;
        return {
          found: false,
          message: `the secret ${name} holds no usable API key (plain text, or JSON with "apiKey"); store it with: ${command}`,
        };
      } catch (error) {
        const cause = error instanceof Error ? error.cause : undefined;
        if (!(cause instanceof ResourceNotFoundException))
          throw cause instanceof Error ? cause : error;
        return {
          found: false,
          message: `there is no secret ${name}; store the API key with: ${storeCommand(name, provider)}`,
        };
      }
    },
  };
};
