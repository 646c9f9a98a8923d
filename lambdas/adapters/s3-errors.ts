import { S3ServiceException } from '@aws-sdk/client-s3';
import { ArchiverError } from '../contract/error-codes.ts';
import { remedyOf } from './s3-remedies.ts';

const statusOf = (error: unknown): number | undefined =>
  error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined;

/**
 * Nothing is stored under that key, or the upload is gone. A missing bucket is another matter:
 * nothing can be stored at all.
 */
export const isMissing = (error: unknown): boolean =>
  error instanceof S3ServiceException && statusOf(error) === 404 && error.name !== 'NoSuchBucket';

/** The caller may not do it; or the object is not there, and the caller may not know that. */
export const isDenied = (error: unknown): boolean => statusOf(error) === 403;

/**
 * The object that a write was to replace is gone: what `If-Match` meets when it was deleted (Amazon
 * S3, Conditional writes).
 */
export const isObjectGone = (error: unknown): boolean =>
  isMissing(error) && error instanceof Error && error.name === 'NoSuchKey';

/**
 * Another object is there than the condition of the write says (Amazon S3, Conditional writes:
 * 412).
 */
export const isPreconditionFailed = (error: unknown): boolean =>
  error instanceof S3ServiceException &&
  (statusOf(error) === 412 || error.name === 'PreconditionFailed');

/** S3's names for a write that met another one under way. */
const concurrentWrites: readonly string[] = ['ConditionalRequestConflict', 'OperationAborted'];

/**
 * Another write to the same key was under way at the same moment (Amazon S3, Conditional writes:
 * 409). A PutObject may be sent again; the parts of an upload have to be uploaded anew (Amazon S3
 * API Reference, CompleteMultipartUpload, `If-None-Match`). An error without a body has no name but
 * its status.
 */
export const isConcurrentWrite = (error: unknown): boolean =>
  error instanceof S3ServiceException &&
  (concurrentWrites.includes(error.name) ||
    (statusOf(error) === 409 && /^(409|Unknown.*|Conflict)$/.test(error.name)));

/**
 * What S3 refused, as `StorageFailed`: the error's name and status, and what to do. The text of an
 * S3 error may quote request details that do not belong in an event, so it is not repeated.
 *
 * @param action what was tried, for example `PutObject`
 */
export const storageFailed = (action: string, key: string, error: unknown): ArchiverError => {
  const status = statusOf(error);
  const name = error instanceof Error ? error.name : 'unknown error';
  const code = status === undefined ? name : `${name}, HTTP ${status}`;
  const remedy = remedyOf(error);
  return new ArchiverError(
    'StorageFailed',
    `S3 ${action} of "${key}" failed: ${code}${remedy === undefined ? '' : `; ${remedy}`}`,
    { cause: error },
  );
};
