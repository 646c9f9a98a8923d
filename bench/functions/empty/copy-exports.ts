import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';

/** What any function costs that reads a secret and writes to S3. */
export const clients = [new S3Client(), new SecretsManagerClient()];

export const handler = async (): Promise<void> => undefined;
