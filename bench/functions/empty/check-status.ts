import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';

/** What any function costs that reads a secret. */
export const client = new SecretsManagerClient();

export const handler = async (): Promise<void> => undefined;
