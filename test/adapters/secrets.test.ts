import {
  GetSecretValueCommand,
  InternalServiceError,
  ResourceNotFoundException,
  SecretsManagerClient,
  SecretsManagerServiceException,
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

  it.each([
    [Buffer.from('sk-bytes\n'), 'sk-bytes'],
    [Buffer.from('\uFEFFsk-utf16\r\n', 'utf16le'), 'sk-utf16'],
    [Buffer.from('\uFEFFsk-swapped', 'utf16le').swap16(), 'sk-swapped'],
  ])('that are stored as bytes are read: %j', async (bytes, apiKey) => {
    secretsManager.on(GetSecretValueCommand).resolves({ SecretBinary: bytes });
    expect(await keys().read('gamma', 'default', false)).toEqual({ found: true, apiKey });
  });

  const unreadable = [
    [
      'is scheduled for deletion',
      'InvalidRequestException',
      "You can't perform this operation on the secret because it was marked for deletion.",
      'aws secretsmanager restore-secret --secret-id generation-archiver/gamma/default',
    ],
    [
      'has no current version',
      'ResourceNotFoundException',
      "Secrets Manager can't find the specified secret value for staging label: AWSCURRENT",
      'aws secretsmanager put-secret-value --secret-id generation-archiver/gamma/default',
    ],
    [
      'is encrypted with a key that the role may not use',
      'AccessDeniedException',
      'Access to KMS is not allowed',
      'aws secretsmanager update-secret --secret-id generation-archiver/gamma/default --kms-key-id alias/aws/secretsmanager',
    ],
    [
      'may not be read',
      'AccessDeniedException',
      'User: arn:aws:sts::111122223333:assumed-role/r/f is not authorized to perform: secretsmanager:GetSecretValue',
      'aws secretsmanager get-resource-policy --secret-id generation-archiver/gamma/default',
    ],
    [
      'is encrypted with a key that is disabled',
      'DecryptionFailure',
      "Secrets Manager can't decrypt the protected secret text using the provided KMS key.",
      'aws kms enable-key --key-id',
    ],
    [
      'has a name that is none',
      'ValidationException',
      'Invalid name. Must be a valid name containing alphanumeric characters',
      'check secretPrefix',
    ],
    [
      'is in another state',
      'InvalidRequestException',
      'The secret is managed by another service',
      'aws secretsmanager describe-secret --secret-id generation-archiver/gamma/default',
    ],
  ] as const;

  it.each(unreadable)(
    'of which the secret %s are missing, with the command that mends it',
    async (_, name, message, command) => {
      secretsManager
        .on(GetSecretValueCommand)
        .rejects(
          new SecretsManagerServiceException({ name, message, $fault: 'client', $metadata: {} }),
        );
      const answer = await keys().read('gamma', 'default', false);
      expect(answer).toEqual({ found: false, message: expect.stringContaining(command) as string });
      expect(JSON.stringify(answer)).not.toContain('111122223333');
    },
  );

  it('that are found again after they were stored are not remembered as missing', async () => {
    secretsManager
      .on(GetSecretValueCommand)
      .rejectsOnce(new ResourceNotFoundException({ message: 'none', $metadata: {} }))
      .resolves({ SecretString: 'sk-one' });
    const apiKeys = keys();
    expect((await apiKeys.read('gamma', 'default', false)).found).toBe(false);
    expect((await apiKeys.read('gamma', 'default', false)).found).toBe(true);
  });

  it.each(['', '{"apiKey":7}', 'two words', '$GAMMA_API_KEY'])(
    'that are unusable (%j) say so without showing what is stored',
    async (text) => {
      secretsManager.on(GetSecretValueCommand).resolves({ SecretString: text });
      const answer = await keys().read('gamma', 'default', false);
      expect(answer).toMatchObject({
        found: false,
        message: expect.stringContaining('holds no usable API key') as string,
      });
      expect(JSON.stringify(answer)).not.toMatch(/two words|\$GAMMA/);
    },
  );

  it('cannot be read while the service is down: that is thrown with its own name', async () => {
    secretsManager
      .on(GetSecretValueCommand)
      .rejects(new InternalServiceError({ message: 'down', $metadata: {} }));
    await expect(keys().read('gamma', 'default', false)).rejects.toThrow(InternalServiceError);
  });
});
