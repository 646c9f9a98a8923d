import {
  GetSecretValueCommand,
  InternalServiceError,
  ResourceNotFoundException,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import { createApiKeys } from '../../lambdas/adapters/secrets.ts';

const client = new SecretsManagerClient({ region: 'eu-west-1' });
const secretsManager = mockClient(client);
const keys = () => createApiKeys({ client, secretPrefix: 'generation-archiver' });

describe('API keys in Secrets Manager', () => {
  beforeEach(() => {
    secretsManager.reset();
  });

  it('are read by provider and credential', async () => {
    secretsManager
      .on(GetSecretValueCommand, { SecretId: 'generation-archiver/gamma/team-b' })
      .resolves({ SecretString: 'sk-one' });
    expect(await keys().read('gamma', 'team-b', false)).toEqual({ found: true, apiKey: 'sk-one' });
  });

  it('are kept in memory, and read again when the provider has refused one', async () => {
    secretsManager
      .on(GetSecretValueCommand)
      .resolvesOnce({ SecretString: 'sk-old' })
      .resolves({ SecretString: 'sk-new' });
    const apiKeys = keys();
    const read = async (fresh: boolean) =>
      (await apiKeys.read('gamma', 'default', fresh)) as { apiKey: string };
    expect((await read(false)).apiKey).toBe('sk-old');
    expect((await read(false)).apiKey).toBe('sk-old');
    expect((await read(true)).apiKey).toBe('sk-new');
    expect((await read(false)).apiKey).toBe('sk-new');
    expect(secretsManager.commandCalls(GetSecretValueCommand)).toHaveLength(2);
  });

  it('that are missing are answered with the command that stores them', async () => {
    secretsManager
      .on(GetSecretValueCommand)
      .rejects(new ResourceNotFoundException({ message: 'none', $metadata: {} }));
    expect(await keys().read('gamma', 'default', false)).toEqual({
      found: false,
      message:
        'there is no secret generation-archiver/gamma/default; store the API key with: ' +
        'aws secretsmanager create-secret --name generation-archiver/gamma/default --secret-string "$GAMMA_API_KEY"',
    });
  });

  it('that are found again after they were stored are not remembered as missing', async () => {
    secretsManager
      .on(GetSecretValueCommand)
      .rejectsOnce(new ResourceNotFoundException({ message: 'none', $metadata: {} }))
      .resolves({ SecretString: 'sk-one' });
    const apiKeys = keys();
    expect((await apiKeys.read('gamma', 'default', false)).found).toBe(false);
    expect((await apiKeys.read('gamma', 'default', false)).found).toBe(true);
  });

  it.each(['', '{"key":"sk"}', 'two words'])(
    'that are unusable (%j) say so without showing what is stored',
    async (text) => {
      secretsManager.on(GetSecretValueCommand).resolves({ SecretString: text });
      const answer = await keys().read('gamma', 'default', false);
      expect(answer).toMatchObject({
        found: false,
        message: expect.stringContaining('holds no usable API key') as string,
      });
      expect(JSON.stringify(answer)).not.toContain('two words');
    },
  );

  it('cannot be read while the service is down: that is thrown with its own name', async () => {
    secretsManager
      .on(GetSecretValueCommand)
      .rejects(new InternalServiceError({ message: 'down', $metadata: {} }));
    await expect(keys().read('gamma', 'default', false)).rejects.toThrow(InternalServiceError);
  });
});
