import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What the stand-in was asked: an action such as `states:ListExecutions`, and its input. */
export interface Asked {
  readonly action: string;
  readonly input: Readonly<Record<string, unknown>>;
}

/** An answer: JSON, XML or bytes; or an error by AWS's name for it. */
export type Answer =
  | { readonly json: object }
  | { readonly xml: string }
  | { readonly bytes: Buffer }
  | { readonly error: string; readonly message?: string; readonly status?: number };

/** Answers requests by their actions; what is not answered fails the test that asks. */
export type Answers = (asked: Asked) => Answer | Promise<Answer>;

/** A server in the place of AWS. */
export interface StandIn {
  /** What an environment needs so that clients speak to it. */
  readonly environment: Readonly<Record<string, string>>;
  readonly asked: Asked[];
  close(): Promise<void>;
}

/** The beginnings of `x-amz-target`, by service. */
const targets: Readonly<Record<string, string>> = {
  AWSStepFunctions: 'states',
  Logs_20140328: 'logs',
  AWSEvents: 'events',
  AmazonSQS: 'sqs',
  secretsmanager: 'secretsmanager',
};

const bodyOf = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
};

const readAsked = (request: IncomingMessage, body: string): Asked => {
  const target = request.headers['x-amz-target'];
  if (typeof target === 'string') {
    const [service = '', action = ''] = target.split('.');
    return {
      action: `${targets[service] ?? service}:${action}`,
      input: JSON.parse(body || '{}') as Record<string, unknown>,
    };
  }
  const query = new URLSearchParams(body);
  const action = query.get('Action');
  if (action !== null)
    return { action: `cloudformation:${action}`, input: Object.fromEntries(query) };
  return { action: `s3:${request.method ?? ''}`, input: { path: request.url ?? '' } };
};

const errorOf = (
  asked: Asked,
  { error, message = error, status = 400 }: Extract<Answer, { error: string }>,
) => {
  const isXml = /^(cloudformation|s3):/.test(asked.action);
  return {
    status,
    type: isXml ? 'text/xml' : 'application/x-amz-json-1.0',
    text: isXml
      ? `<ErrorResponse><Error><Code>${error}</Code><Message>${message}</Message></Error></ErrorResponse>`
      : JSON.stringify({ __type: error, message }),
  };
};

/** Starts a server in the place of AWS, on the loopback address. */
export const startStandIn = async (answers: Answers): Promise<StandIn> => {
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    const answer = async (): Promise<void> => {
      const one = readAsked(request, await bodyOf(request));
      asked.push(one);
      const said = await answers(one);
      if ('error' in said) {
        const { status, type, text } = errorOf(one, said);
        response.writeHead(status, { 'content-type': type }).end(text);
      } else if ('json' in said)
        response
          .writeHead(200, { 'content-type': 'application/x-amz-json-1.0' })
          .end(JSON.stringify(said.json));
      else if ('xml' in said) response.writeHead(200, { 'content-type': 'text/xml' }).end(said.xml);
      else response.writeHead(200, { 'content-length': said.bytes.length }).end(said.bytes);
    };
    answer().catch((error: unknown) => response.writeHead(500).end(String(error)));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    environment: {
      AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`,
      AWS_REGION: 'eu-west-1',
      AWS_ACCESS_KEY_ID: 'of-the-tests',
      AWS_SECRET_ACCESS_KEY: 'of-the-tests',
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
      AWS_CONFIG_FILE: '/nonexistent',
      AWS_SHARED_CREDENTIALS_FILE: '/nonexistent',
    },
    asked,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
};

const member = (fields: Readonly<Record<string, string>>): string =>
  `<member>${Object.entries(fields)
    .map(([name, value]) => `<${name}>${value}</${name}>`)
    .join('')}</member>`;

/** CloudFormation's answer about a stack. */
export const stackXml = (name: string, outputs: Readonly<Record<string, string>>): string =>
  `<DescribeStacksResponse><DescribeStacksResult><Stacks><member><StackName>${name}</StackName><StackStatus>CREATE_COMPLETE</StackStatus><CreationTime>2026-11-26T00:00:00Z</CreationTime><Outputs>${Object.entries(
    outputs,
  )
    .map(([OutputKey, OutputValue]) => member({ OutputKey, OutputValue }))
    .join('')}</Outputs></member></Stacks></DescribeStacksResult></DescribeStacksResponse>`;

/** CloudFormation's list of a stack's resources: type, logical and physical id. */
export const resourcesXml = (resources: readonly (readonly [string, string, string])[]): string =>
  `<ListStackResourcesResponse><ListStackResourcesResult><StackResourceSummaries>${resources
    .map(([ResourceType, LogicalResourceId, PhysicalResourceId]) =>
      member({
        ResourceType,
        LogicalResourceId,
        PhysicalResourceId,
        ResourceStatus: 'CREATE_COMPLETE',
        LastUpdatedTimestamp: '2026-11-26T00:00:00Z',
      }),
    )
    .join('')}</StackResourceSummaries></ListStackResourcesResult></ListStackResourcesResponse>`;
