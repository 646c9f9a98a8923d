import type { Problem } from '../../contract/error-codes.ts';
import type { DownloadOutcome, OpenDownload } from '../../contract/ports.ts';
import { parseRetryAfter } from '../../polling/retry-after.ts';

/** How far a download is. */
export interface Position {
  /** Bytes that are safely here. */
  readonly offset: number;
  /**
   * A strong validator of the file that they belong to; without one, a broken download starts over.
   */
  readonly validator?: string | undefined;
  /** Length of the whole file, where the server told. */
  readonly totalBytes?: number | undefined;
}

/** What the head of an answer tells of the file. */
export interface FileInfo extends Omit<Position, 'offset'> {
  /** Host that served it, after redirects. */
  readonly host: string;
  readonly contentType?: string | undefined;
  /** A compression that we did not ask for; absent where the bytes are the file's own. */
  readonly contentEncoding?: string | undefined;
  /**
   * Whether the transfer's own framing shows its end (a length, or chunks with a last one). A
   * transfer that ends with the connection looks the same whole and cut.
   */
  readonly hasEndMark: boolean;
}

/** What to do with an answer. `reason`s are for people and name the host, never the link. */
export type DownloadVerdict =
  /** Read the body: it starts at byte `from` of the file. */
  | {
      readonly kind: 'body';
      readonly from: number;
      readonly info: FileInfo;
      readonly download: OpenDownload;
    }
  /** The server says that the file has no further bytes. */
  | { readonly kind: 'whole'; readonly host: string }
  /** Try again from the first byte: what is here belongs to another version of the file. */
  | { readonly kind: 'startOver'; readonly reason: string }
  /** The link does not work (any more). */
  | { readonly kind: 'deadLink'; readonly problem: Problem }
  /** Trouble that passes. */
  | {
      readonly kind: 'retry';
      readonly reason: string;
      readonly retryAfterSeconds?: number | undefined;
    }
  | { readonly kind: 'fail'; readonly problem: Problem };

/**
 * Statuses with which file hosts answer for a signed link that has expired; 400 is Google's and an
 * expired AWS session's.
 */
const expiredStatuses = new Set([400, 401, 403, 404, 410]);

/** Statuses of the 4xx that pass by themselves: time-out, "too early", too many requests. */
const passingStatuses = new Set([408, 425, 429]);

const wholeNumber = (text = ''): number | undefined =>
  /^\d{1,15}$/.test(text) ? Number(text) : undefined;

/**
 * `Last-Modified` counts as strong if it is older than the answer (RFC 9110, 8.8.2.2); HTTP dates
 * have whole seconds.
 */
const strongDateAgeMilliseconds = 1000;

/**
 * What `If-Range` may carry (RFC 9110, 13.1.5): a strong ETag, or a date that is strong; nothing
 * where ranges are refused.
 */
const validatorOf = (headers: OpenDownload['headers']): string | undefined => {
  if (headers['accept-ranges']?.toLowerCase() === 'none') return undefined;
  const etag = headers['etag'];
  if (etag !== undefined) return /^"[^"]*"$/.test(etag) ? etag : undefined;
  const modified = headers['last-modified'];
  const age = Date.parse(headers['date'] ?? '') - Date.parse(modified ?? '');
  return age >= strongDateAgeMilliseconds ? modified : undefined;
};

const encodingOf = (headers: OpenDownload['headers']): string | undefined => {
  const encoding = headers['content-encoding']?.trim().toLowerCase() ?? '';
  return encoding === '' || encoding === 'identity' ? undefined : encoding.slice(0, 20);
};

const fullFile = (download: OpenDownload): DownloadVerdict => {
  const { headers, host } = download;
  const isChunked = headers['transfer-encoding'] !== undefined;
  const totalBytes = isChunked ? undefined : wholeNumber(headers['content-length']);
  const info: FileInfo = {
    host,
    contentType: headers['content-type'],
    contentEncoding: encodingOf(headers),
    validator: validatorOf(headers),
    totalBytes,
    hasEndMark: isChunked || totalBytes !== undefined,
  };
  return { kind: 'body', from: 0, info, download };
};

/** `Content-Range: bytes 500-999/1000`, or `bytes 500-999/*` (RFC 9110, 14.4). */
const contentRange = /^bytes (\d{1,15})-(\d{1,15})\/(\d{1,15}|\*)$/;

const restOfFile = (download: OpenDownload, at: Position): DownloadVerdict => {
  const { headers, host } = download;
  const startOver = (reason: string): DownloadVerdict => ({
    kind: 'startOver',
    reason: `${host} ${reason}`,
  });
  const [, first, , total] = contentRange.exec(headers['content-range'] ?? '') ?? [];
  if (first === undefined || Number(first) !== at.offset)
    return startOver('sent another range than was asked for');
  const totalBytes = wholeNumber(total) ?? at.totalBytes;
  if (at.totalBytes !== undefined && totalBytes !== at.totalBytes)
    return startOver('serves a file of another length now');
  const etag = headers['etag'];
  const isOther =
    etag !== undefined && at.validator?.startsWith('"') === true && etag !== at.validator;
  if (isOther) return startOver('serves another version now');
  if (encodingOf(headers) !== undefined) return startOver('compresses what it sends');
  const info: FileInfo = {
    host,
    contentType: headers['content-type'],
    validator: at.validator,
    totalBytes,
    hasEndMark: true,
  };
  return { kind: 'body', from: at.offset, info, download };
};

/** A 416 tells the length behind an asterisk in place of a range (RFC 9110, 15.5.17). */
const unsatisfiedRange = /^bytes \*\/(\d{1,15})$/;

const noSuchRange = ({ headers, host }: OpenDownload, at: Position): DownloadVerdict => {
  const total = wholeNumber(unsatisfiedRange.exec(headers['content-range'] ?? '')?.[1]);
  // The connection broke after the last byte and before the end mark: all of it is here.
  if (total === at.offset && (at.totalBytes ?? total) === total) return { kind: 'whole', host };
  return { kind: 'startOver', reason: `${host} has no byte ${at.offset} in this file (any more)` };
};

const judgeStatus = (download: OpenDownload, at: Position, now: number): DownloadVerdict => {
  const { status, host, headers } = download;
  const isResumed = at.offset > 0;
  if (status === 200) return fullFile(download);
  if (status === 206 && isResumed) return restOfFile(download, at);
  if (status === 416 && isResumed) return noSuchRange(download, at);
  const reason = `${host} answered ${status}`;
  if (status >= 500 || passingStatuses.has(status)) {
    return {
      kind: 'retry',
      reason,
      retryAfterSeconds: parseRetryAfter(headers['retry-after'], now),
    };
  }
  const code = expiredStatuses.has(status) ? 'ExportLinkExpired' : 'DownloadFailed';
  return { kind: 'deadLink', problem: { code, message: `${reason} to the download link` } };
};

/**
 * Decides what an answer to a download means. Closes the connection of every answer whose body is
 * not to be read.
 *
 * @param at how far the download was when it was asked for
 * @param now milliseconds since 1970, for a `Retry-After` that is a date
 */
export const judgeDownload = (
  outcome: DownloadOutcome,
  at: Position,
  now: number,
): DownloadVerdict => {
  switch (outcome.kind) {
    case 'blocked':
      return {
        kind: 'fail',
        problem: {
          code: 'DownloadFailed',
          message: `the download link may not be followed: ${outcome.reason}`,
        },
      };
    case 'unreachable':
      return { kind: 'retry', reason: outcome.reason };
    case 'open': {
      const verdict = judgeStatus(outcome.download, at, now);
      if (verdict.kind !== 'body') outcome.download.close();
      return verdict;
    }
  }
};
