import { AsyncLocalStorage } from 'node:async_hooks';
import { Readable } from 'node:stream';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SFNClient } from '@aws-sdk/client-sfn';

/** A request of an SDK client, before it would go out. */
export interface AwsRequest {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** The answer of a service. */
export interface AwsAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer | string;
}

/**
 * One service, as far as the functions use it. @throws what a network would: the SDK then tries
 * again, as on AWS
 */
export type AwsService = (request: AwsRequest) => Promise<AwsAnswer>;

/** The services of one run. */
export interface AwsServices {
  readonly s3: AwsService;
  readonly secrets: AwsService;
  readonly stepFunctions: AwsService;
  readonly events: AwsService;
}

/**
 * Which run the code belongs to that is running. The clients are one for all runs: they are costly
 * to make.
 */
export const runningServices = new AsyncLocalStorage<AwsServices>();

/** Tries of one request: the SDK's default. Without its pauses, which would be real time. */
const maxTries = 3;

const retryStrategy = {
  mode: 'standard',
  acquireInitialRetryToken: async () => ({ getRetryCount: () => 0, getRetryDelay: () => 0 }),
  refreshRetryTokenForRetry: async (
    token: { getRetryCount(): number },
    { errorType }: { errorType: string },
  ) => {
    const count = token.getRetryCount() + 1;
    if (errorType === 'CLIENT_ERROR' || count >= maxTries) throw new Error('no further try');
    return { getRetryCount: () => count, getRetryDelay: () => 0 };
  },
  recordSuccess: () => undefined,
};

interface SdkRequest {
  readonly method: string;
  readonly path: string;
  readonly query?: Readonly<Record<string, string | string[] | null>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

const bytesOf = (body: unknown): Buffer => {
  if (body === undefined) return Buffer.alloc(0);
  if (typeof body === 'string') return Buffer.from(body);
  if (body instanceof Uint8Array) return Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  throw new Error('a request of the SDK has a body of another kind than the functions send');
};

const handlerOf = (name: keyof AwsServices) => ({
  metadata: { handlerProtocol: 'http/1.1' },
  handle: async ({ method, path, query = {}, headers, body: sent }: SdkRequest) => {
    const services = runningServices.getStore();
    if (services === undefined) throw new Error('an SDK client is used outside of a run');
    const answer = await services[name]({
      method,
      path,
      query: Object.fromEntries(
        Object.entries(query).map(([key, value]) => [key, String(value ?? '')]),
      ),
      headers: Object.fromEntries(
        Object.entries(headers).map(([key, value]) => [key.toLowerCase(), value]),
      ),
      body: bytesOf(sent),
    });
    const bytes = Buffer.from(answer.body ?? '');
    const length = method === 'HEAD' ? {} : { 'content-length': String(bytes.length) };
    const body = Readable.from(bytes.length === 0 ? [] : [bytes]);
    return {
      response: { statusCode: answer.status, headers: { ...length, ...answer.headers }, body },
    };
  },
  updateHttpClientConfig: () => undefined,
  httpHandlerConfigs: () => ({}),
});

const configOf = (name: keyof AwsServices) =>
  ({
    region: 'eu-west-1',
    credentials: { accessKeyId: 'none', secretAccessKey: 'none' },
    requestHandler: handlerOf(name),
    retryStrategy,
  }) as unknown as { region: string };

/** The SDK's own clients, whose requests end in this process. */
export const clients = {
  s3: new S3Client({ ...configOf('s3'), forcePathStyle: true }),
  secrets: new SecretsManagerClient(configOf('secrets')),
  stepFunctions: new SFNClient(configOf('stepFunctions')),
  events: new EventBridgeClient(configOf('events')),
};

/** A connection that breaks: Node's error, which the SDK knows as one that passes. */
export const brokenConnection = (): Error =>
  Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });

/** An error of a service with a JSON protocol. */
export const jsonError = (status: number, code: string): AwsAnswer => ({
  status,
  headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-errortype': code },
  body: JSON.stringify({ __type: code, message: 'made for the test' }),
});

/** An answer of a service with a JSON protocol. */
export const jsonAnswer = (value: unknown): AwsAnswer => ({
  status: 200,
  headers: { 'content-type': 'application/x-amz-json-1.1' },
  body: JSON.stringify(value),
});

/** The operation of a JSON protocol, for example `StartExecution`, and its input. */
export const jsonCall = ({
  headers,
  body,
}: AwsRequest): { operation: string; input: Record<string, unknown> } => ({
  operation: headers['x-amz-target']?.split('.')[1] ?? '',
  input: JSON.parse(body.toString('utf8')) as Record<string, unknown>,
});
