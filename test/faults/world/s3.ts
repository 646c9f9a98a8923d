import { crc32 } from 'node:zlib';
import { claimsFolder } from '../../../lambdas/contract/keys.ts';
import { crc32Text } from '../../../lambdas/copying/upload/checksums.ts';
import { crcTwinOf } from '../../support/crc-twin.ts';
import type { S3Operation } from '../fault-case.ts';
import { brokenConnection, type AwsAnswer, type AwsRequest, type AwsService } from './aws.ts';
import type { FaultBook } from './fault-book.ts';
import type { Witness } from './witness.ts';

/** An object as the bucket keeps it. */
export interface StoredObject {
  readonly body: Buffer;
  readonly etag: string;
  readonly headers: Readonly<Record<string, string>>;
}

interface Upload {
  readonly key: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly parts: Map<number, { readonly body: Buffer; readonly etag: string }>;
}

/** A bucket behind S3's own protocol. */
export interface Bucket {
  readonly service: AwsService;
  readonly objects: ReadonlyMap<string, StoredObject>;
  /** Somebody else deletes an object. */
  remove(key: string): void;
  openUploads(): number;
}

/** S3's smallest part, but the last (Amazon S3 User Guide, "Multipart upload limits"). */
const smallestPart = 5 * 1024 * 1024;

const sum = (body: Buffer): string => crc32Text(crc32(body));

const xml = (
  status: number,
  text: string,
  headers: Readonly<Record<string, string>> = {},
): AwsAnswer => ({
  status,
  headers: { 'content-type': 'application/xml', ...headers },
  body: `<?xml version="1.0" encoding="UTF-8"?>${text}`,
});

const element = (name: string, content: string): string => `<${name}>${content}</${name}>`;

const quoted = (etag: string): string => etag.replaceAll('"', '&quot;');

const refusal = (status: number, code: string): AwsAnswer =>
  xml(status, element('Error', element('Code', code) + element('Message', 'made for the test')));

const operationOf = ({ method, query }: AwsRequest): S3Operation => {
  const inUpload = 'uploadId' in query;
  switch (method) {
    case 'HEAD':
      return 'HeadObject';
    case 'GET':
      return inUpload ? 'ListParts' : 'GetObject';
    case 'PUT':
      return inUpload ? 'UploadPart' : 'PutObject';
    case 'POST':
      return inUpload ? 'CompleteMultipartUpload' : 'CreateMultipartUpload';
    case 'DELETE':
      return 'AbortMultipartUpload';
    default:
      throw new Error(`the copy function has no business with ${method}`);
  }
};

/** What is kept beside the bytes. */
const describing = (headers: AwsRequest['headers']): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).filter(([name]) =>
      /^(content-type|content-disposition|x-amz-tagging|x-amz-meta-.*)$/.test(name),
    ),
  );

const others = 'written by somebody else';

/** See {@link Bucket}. Conditions and checksums are kept as S3 keeps them. */
export const createBucket = (
  faults: FaultBook,
  witness: Witness,
  written: () => void = () => undefined,
): Bucket => {
  const objects = new Map<string, StoredObject>();
  const uploads = new Map<string, Upload>();
  let serial = 0;
  const nextId = (): number => (serial += 1);

  const meetsCondition = (
    key: string,
    { 'if-none-match': absent, 'if-match': etag }: AwsRequest['headers'],
  ): boolean => {
    const there = objects.get(key);
    if (absent !== undefined) return there === undefined;
    return etag === undefined || there?.etag === etag;
  };
  const store = (key: string, body: Buffer, headers: Readonly<Record<string, string>>): string => {
    const etag = `"etag-${nextId()}"`;
    objects.set(key, { body, etag, headers });
    witness.exposed(`metadata of ${key}`, JSON.stringify(headers));
    if (!key.startsWith(claimsFolder(''))) written();
    return etag;
  };
  const headOf = ({ body, etag, headers }: StoredObject): Record<string, string> => ({
    ...Object.fromEntries(Object.entries(headers).filter(([name]) => name !== 'x-amz-tagging')),
    etag,
    'content-length': String(body.length),
    'x-amz-checksum-crc32': sum(body),
    'x-amz-checksum-type': 'FULL_OBJECT',
  });

  const complete = (key: string, upload: Upload | undefined, request: AwsRequest): AwsAnswer => {
    if (upload === undefined) return refusal(404, 'NoSuchUpload');
    const listed = request.body.toString('utf8').matchAll(/<PartNumber>(\d+)<\/PartNumber>/g);
    const named = Array.from(listed, ([, number]) => Number(number));
    const bodies = named.map((number) => upload.parts.get(number)?.body);
    if (bodies.length === 0 || bodies.some((body) => body === undefined))
      return refusal(400, 'InvalidPart');
    const parts = bodies.flatMap((body) => body ?? []);
    if (parts.slice(0, -1).some((body) => body.length < smallestPart))
      return refusal(400, 'EntityTooSmall');
    const body = Buffer.concat(parts);
    if (request.headers['x-amz-checksum-crc32'] !== sum(body)) return refusal(400, 'BadDigest');
    if (!meetsCondition(key, request.headers)) return refusal(412, 'PreconditionFailed');
    uploads.delete(request.query['uploadId'] ?? '');
    const etag = store(key, body, upload.headers);
    return xml(
      200,
      element('CompleteMultipartUploadResult', element('Key', key) + element('ETag', quoted(etag))),
    );
  };

  const listParts = (upload: Upload | undefined): AwsAnswer => {
    if (upload === undefined) return refusal(404, 'NoSuchUpload');
    const parts = [...upload.parts]
      .toSorted(([one], [other]) => one - other)
      .map(([number, { body, etag }]) =>
        element(
          'Part',
          [
            element('PartNumber', String(number)),
            element('ETag', quoted(etag)),
            element('Size', String(body.length)),
            element('ChecksumCRC32', sum(body)),
          ].join(''),
        ),
      );
    return xml(200, element('ListPartsResult', parts.join('') + element('IsTruncated', 'false')));
  };

  const answer = (operation: S3Operation, key: string, request: AwsRequest): AwsAnswer => {
    const { headers, query, body } = request;
    const found = objects.get(key);
    const upload = uploads.get(query['uploadId'] ?? '');
    switch (operation) {
      case 'HeadObject':
        return found === undefined ? { status: 404 } : { status: 200, headers: headOf(found) };
      case 'GetObject':
        return found === undefined
          ? refusal(404, 'NoSuchKey')
          : { status: 200, headers: headOf(found), body: found.body };
      case 'PutObject':
        if (headers['x-amz-checksum-crc32'] !== sum(body)) return refusal(400, 'BadDigest');
        if (!meetsCondition(key, headers)) return refusal(412, 'PreconditionFailed');
        return {
          status: 200,
          headers: { etag: store(key, Buffer.from(body), describing(headers)) },
        };
      case 'CreateMultipartUpload': {
        const id = `upload-${nextId()}`;
        uploads.set(id, { key, headers: describing(headers), parts: new Map() });
        return xml(
          200,
          element('InitiateMultipartUploadResult', element('Key', key) + element('UploadId', id)),
        );
      }
      case 'UploadPart': {
        if (upload === undefined) return refusal(404, 'NoSuchUpload');
        if (headers['x-amz-checksum-crc32'] !== sum(body)) return refusal(400, 'BadDigest');
        const etag = `"part-${nextId()}"`;
        upload.parts.set(Number(query['partNumber']), { body: Buffer.from(body), etag });
        return { status: 200, headers: { etag } };
      }
      case 'ListParts':
        return listParts(upload);
      case 'CompleteMultipartUpload':
        return complete(key, upload, request);
      case 'AbortMultipartUpload':
        uploads.delete(query['uploadId'] ?? '');
        return { status: 204 };
    }
  };

  /** What lies under a prefix: there are few objects in a case. */
  const list = (prefix: string): AwsAnswer => {
    const keys = [...objects.keys()].filter((key) => key.startsWith(prefix)).toSorted();
    const contents = keys.map((key) => element('Contents', element('Key', key)));
    return xml(
      200,
      element('ListBucketResult', contents.join('') + element('IsTruncated', 'false')),
    );
  };

  /** Something else writes other bytes of the same length and CRC-32. */
  const plantTwin = (operation: S3Operation, key: string, { body, query }: AwsRequest): void => {
    const parts = [...(uploads.get(query['uploadId'] ?? '')?.parts ?? [])]
      .toSorted(([one], [other]) => one - other)
      .map(([, part]) => part.body);
    const whole = operation === 'PutObject' ? Buffer.from(body) : Buffer.concat(parts);
    // A text that JSON cannot be any more would be no manifest to anybody.
    if (whole.length < 20 || key.endsWith('.json')) return;
    store(key, crcTwinOf(whole), { 'content-type': 'application/octet-stream' });
  };

  const service: AwsService = async (request) => {
    if (request.query['list-type'] !== undefined) return list(request.query['prefix'] ?? '');
    const key = decodeURIComponent(request.path.split('/').slice(2).join('/'));
    const operation = operationOf(request);
    const fault = faults.meet('s3', (one) => one.operation === operation, operation);
    if (fault === undefined) return answer(operation, key, request);
    witness.saw('storage trouble');
    const { how } = fault;
    // A claim is a word among functions: nobody else writes it, and what S3 takes, it keeps.
    const isClaim = key.startsWith(claimsFolder(''));
    if (isClaim && (how === 'plant' || how === 'twin' || how === 'corrupt' || how === 'vanish'))
      return answer(operation, key, request);
    if (typeof how === 'object') {
      // Amazon S3 API Reference, CompleteMultipartUpload: on a 409, the parts must be uploaded again.
      if (operation === 'CompleteMultipartUpload' && how.status === 409)
        uploads.delete(request.query['uploadId'] ?? '');
      return request.method === 'HEAD' ? { status: how.status } : refusal(how.status, how.code);
    }
    if (how === 'reset') throw brokenConnection();
    if (how === 'twin') plantTwin(operation, key, request);
    if (how === 'plant') store(key, Buffer.from(others), { 'content-type': 'text/plain' });
    const answered = answer(operation, key, request);
    if (how === 'loseAnswer') throw brokenConnection();
    const stored = objects.get(key);
    if (how === 'vanish') objects.delete(key);
    // What S3 takes, it keeps; what this tries is the archiver's own look at a file, and nobody
    // looks at a manifest.
    if (how === 'corrupt' && stored !== undefined && !key.endsWith('manifest.json')) {
      objects.set(key, {
        ...stored,
        body: Buffer.concat([stored.body.subarray(0, -1), Buffer.from('?')]),
      });
    }
    return answered;
  };

  return {
    service,
    objects,
    remove: (key) => {
      if (objects.delete(key)) witness.saw('storage trouble');
    },
    openUploads: () => uploads.size,
  };
};
