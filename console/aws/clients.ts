import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SQSClient } from '@aws-sdk/client-sqs';

/** Where the caller's credentials and region come from, beyond the SDK's own default chain. */
export interface ClientOptions {
  readonly region?: string | undefined;
  readonly profile?: string | undefined;
}

/** What the clients did. */
export interface Tally {
  /** Requests by action, attempts included. */
  readonly counts: Map<string, number>;
  /** AWS's clock less this machine's, in milliseconds, at the last answer. */
  skew: number | undefined;
}

/** Commands whose permission is named otherwise (Service Authorization Reference). */
const renamed: Readonly<Record<string, string>> = {
  's3:HeadObject': 's3:GetObject',
  's3:ListObjectsV2': 's3:ListBucket',
  's3:GetBucketLifecycleConfiguration': 's3:GetLifecycleConfiguration',
  'lambda:Invoke': 'lambda:InvokeFunction',
};

const failedActions = new WeakMap<object, string>();

/** The IAM action of the request that an error came from. */
export const actionOf = (error: object): string | undefined => failedActions.get(error);

const dateIn = (response: unknown): number | undefined => {
  const headers: unknown = Reflect.get(Object(response), 'headers');
  const date: unknown = Reflect.get(Object(headers), 'date');
  return typeof date === 'string' ? Date.parse(date) : undefined;
};

/** A client whose requests are counted, under the prefix that its actions have in IAM. */
const watched = <Client>(service: string, client: Client, tally: Tally): Client => {
  const { middlewareStack } = client as Pick<SFNClient, 'middlewareStack'>;
  middlewareStack.add(
    (next, context) => async (args) => {
      const command = `${service}:${String(context['commandName']).replace(/Command$/, '')}`;
      const action = renamed[command] ?? command;
      tally.counts.set(action, (tally.counts.get(action) ?? 0) + 1);
      try {
        const answered = await next(args);
        const date = dateIn(answered.response);
        if (date !== undefined) tally.skew = date - Date.now();
        return answered;
      } catch (error) {
        if (typeof error === 'object' && error !== null) failedActions.set(error, action);
        throw error;
      }
    },
    { step: 'deserialize', name: 'tally', priority: 'high' },
  );
  return client;
};

/**
 * The clients of the caller: credentials, region and endpoint from the environment and the
 * configuration files, as with every tool of AWS. Throttled requests are tried again with pauses.
 */
export const createClients = ({ region, profile }: ClientOptions) => {
  const options = {
    ...(region === undefined ? {} : { region }),
    ...(profile === undefined ? {} : { profile }),
    maxAttempts: 6,
  };
  const tally: Tally = { counts: new Map(), skew: undefined };
  const watch = <Client>(service: string, client: Client) => watched(service, client, tally);
  return {
    cloudFormation: watch('cloudformation', new CloudFormationClient(options)),
    cloudWatch: watch('cloudwatch', new CloudWatchClient(options)),
    logs: watch('logs', new CloudWatchLogsClient(options)),
    events: watch('events', new EventBridgeClient(options)),
    lambda: watch('lambda', new LambdaClient(options)),
    secrets: watch('secretsmanager', new SecretsManagerClient(options)),
    stepFunctions: watch('states', new SFNClient(options)),
    // The SHA-256 of what is fetched is compared anyway; a link needs no header of the SDK's own.
    s3: watch('s3', new S3Client({ ...options, responseChecksumValidation: 'WHEN_REQUIRED' })),
    // The environment says where requests go, not an output of the stack.
    sqs: watch('sqs', new SQSClient({ ...options, useQueueUrlAsEndpoint: false })),
    tally,
  };
};

/** See {@link createClients}. */
export type Clients = ReturnType<typeof createClients>;
