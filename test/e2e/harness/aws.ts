import { Agent } from 'node:https';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { IAMClient } from '@aws-sdk/client-iam';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SQSClient } from '@aws-sdk/client-sqs';
import { target } from './cdk.ts';
import type { Emulator } from './emulator.ts';

/** An access key of a user who is not the administrator. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** The clients of whoever runs the tests: the account's administrator. */
export const createAws = ({ endpoint, certificate }: Emulator) => {
  const httpsAgent = new Agent({ ca: certificate, keepAlive: true, maxSockets: 40 });
  const options = {
    endpoint,
    region: target.region,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    requestHandler: { httpsAgent, socketAcquisitionWarningTimeout: 60_000 },
  };
  return {
    cloudFormation: new CloudFormationClient(options),
    logs: new CloudWatchLogsClient(options),
    events: new EventBridgeClient(options),
    iam: new IAMClient(options),
    lambda: new LambdaClient(options),
    s3: new S3Client({ ...options, forcePathStyle: true }),
    secrets: new SecretsManagerClient(options),
    stepFunctions: new SFNClient(options),
    sqs: new SQSClient(options),
    /** Clients of a user with permissions of its own. */
    of: (credentials: Credentials) => ({
      events: new EventBridgeClient({ ...options, credentials }),
      s3: new S3Client({ ...options, credentials, forcePathStyle: true }),
    }),
    close: () => httpsAgent.destroy(),
  };
};

/** See {@link createAws}. */
export type Aws = ReturnType<typeof createAws>;
