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
  readonly region?: string;
  readonly profile?: string;
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

const watch = (client: Pick<SFNClient, 'middlewareStack'>, service: string, tally: Tally): void => {
  client.middlewareStack.add(
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
  /** Made when it is first used: most commands use few of them. */
  const lazily = <Client extends object>(service: string, make: () => Client): (() => Client) => {
    let made: Client | undefined;
    return () => {
      if (made !== undefined) return made;
      made = make();
      watch(made as unknown as Pick<SFNClient, 'middlewareStack'>, service, tally);
      return made;
    };
  };
  const cloudFormation = lazily('cloudformation', () => new CloudFormationClient(options));
  const cloudWatch = lazily('cloudwatch', () => new CloudWatchClient(options));
  const logs = lazily('logs', () => new CloudWatchLogsClient(options));
  const events = lazily('events', () => new EventBridgeClient(options));
  const lambda = lazily('lambda', () => new LambdaClient(options));
  const secrets = lazily('secretsmanager', () => new SecretsManagerClient(options));
  const stepFunctions = lazily('states', () => new SFNClient(options));
  // The SHA-256 of what is fetched is compared anyway; a link needs no header of the SDK's own.
  const s3 = lazily(
    's3',
    () => new S3Client({ ...options, responseChecksumValidation: 'WHEN_REQUIRED' }),
  );
  // The environment says where requests go, not an output of the stack.
  const sqs = lazily('sqs', () => new SQSClient({ ...options, useQueueUrlAsEndpoint: false }));
  return {
    get cloudFormation() {
      return cloudFormation();
    },
    get cloudWatch() {
      return cloudWatch();
    },
    get logs() {
      return logs();
    },
    get events() {
      return events();
    },
    get lambda() {
      return lambda();
    },
    get s3() {
      return s3();
    },
    get secrets() {
      return secrets();
    },
    get stepFunctions() {
      return stepFunctions();
    },
    get sqs() {
      return sqs();
    },
    tally,
  };
};

/** See {@link createClients}. */
export type Clients = ReturnType<typeof createClients>;
