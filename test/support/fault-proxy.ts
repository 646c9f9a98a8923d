import {
  createServer,
  request as send,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import { closed, listening } from './listening.ts';

/** S3's names for what a request asks for. */
export type Operation =
  | 'HeadObject'
  | 'GetObject'
  | 'PutObject'
  | 'CreateMultipartUpload'
  | 'UploadPart'
  | 'CompleteMultipartUpload'
  | 'AbortMultipartUpload'
  | 'ListParts'
  | 'Other';

/** What happens to a request in place of what it asks for. */
export type Fault =
  /** Never reaches the server; S3's error answers. */
  | { readonly kind: 'refuse'; readonly status: number; readonly code: string }
  /** Never reaches the server, and nothing answers. */
  | { readonly kind: 'hang' }
  /** Never reaches the server: the connection breaks. */
  | { readonly kind: 'cut' }
  /** The server does what it is asked for, and its answer is lost on the way back. */
  | { readonly kind: 'loseAnswer' };

/** A request that came through. */
export interface ProxiedRequest {
  readonly operation: Operation;
  readonly path: string;
}

/** A proxy in front of an S3 server that makes trouble. */
export interface FaultProxy {
  readonly endpoint: string;
  /** Operations in the order in which they arrived. */
  readonly seen: Operation[];
  /** The next requests for this operation meet these faults, one after the other. */
  inject(operation: Operation, ...faults: readonly Fault[]): void;
  /**
   * Told of every request, before it is passed on and when its answer is here; what it holds goes
   * no further.
   */
  watch: (moment: 'asked' | 'answered', request: ProxiedRequest) => 'pass' | 'hold';
  close(): Promise<void>;
}

const operationOf = ({ method = '', url = '' }: IncomingMessage): Operation => {
  const { pathname, searchParams: query } = new URL(url, 'http://127.0.0.1');
  const isObject = /^\/[^/]+\/./.test(pathname);
  const inUpload = query.has('uploadId');
  switch (`${method}${inUpload ? ' of upload' : ''}`) {
    case 'HEAD':
      return isObject ? 'HeadObject' : 'Other';
    case 'GET':
      return isObject ? 'GetObject' : 'Other';
    case 'GET of upload':
      return 'ListParts';
    case 'PUT':
      return isObject ? 'PutObject' : 'Other';
    case 'PUT of upload':
      return 'UploadPart';
    case 'POST':
      return query.has('uploads') ? 'CreateMultipartUpload' : 'Other';
    case 'POST of upload':
      return 'CompleteMultipartUpload';
    case 'DELETE of upload':
      return 'AbortMultipartUpload';
    default:
      return 'Other';
  }
};

const errorBody = (code: string): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>injected</Message><RequestId>1</RequestId></Error>`;

/**
 * Starts a proxy in front of an S3 server. Signatures stay good: they are over the host that the
 * client named.
 */
export const startFaultProxy = async (upstream: string): Promise<FaultProxy> => {
  const faults = new Map<Operation, Fault[]>();
  const seen: Operation[] = [];

  const passOn = (
    request: IncomingMessage,
    response: ServerResponse,
    proxied: ProxiedRequest,
    losesAnswer: boolean,
  ): void => {
    const { method, headers } = request;
    const { hostname, port } = new URL(upstream);
    const onward = send({ hostname, port, path: proxied.path, method, headers }, (answer) => {
      if (proxy.watch('answered', proxied) === 'hold') return;
      if (losesAnswer) {
        answer.resume().on('end', () => response.destroy());
        return;
      }
      response.writeHead(answer.statusCode ?? 502, answer.rawHeaders);
      answer.pipe(response);
    });
    onward.on('error', () => response.destroy());
    request.pipe(onward);
    request.on('error', () => onward.destroy());
    response.on('close', () => onward.destroy());
  };

  const server = createServer((request, response) => {
    const operation = operationOf(request);
    seen.push(operation);
    const proxied = { operation, path: request.url ?? '' };
    if (proxy.watch('asked', proxied) === 'hold') return;
    const fault = faults.get(operation)?.shift();
    switch (fault?.kind) {
      case undefined:
      case 'loseAnswer':
        passOn(request, response, proxied, fault !== undefined);
        break;
      case 'refuse':
        request.resume().on('end', () => {
          response
            .writeHead(fault.status, { 'content-type': 'application/xml' })
            .end(errorBody(fault.code));
        });
        break;
      case 'hang':
        request.resume();
        break;
      case 'cut':
        request.destroy();
        break;
    }
  });
  const port = await listening(server);

  const proxy: FaultProxy = {
    endpoint: `http://127.0.0.1:${port}`,
    seen,
    inject: (operation, ...more) => {
      faults.set(operation, [...(faults.get(operation) ?? []), ...more]);
    },
    watch: () => 'pass',
    close: async () => closed(server),
  };
  return proxy;
};
