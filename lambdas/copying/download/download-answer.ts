import type { Problem } from '../../contract/error-codes.ts';
import type { DownloadOutcome, OpenDownload } from '../../contract/ports.ts';
import { parseRetryAfter } from '../../polling/retry-after.ts';
import {
  compressionOf,
  isChunked,
  isOtherVersion,
  lengthOfUnsatisfied,
  partOf,
  validatorOf,
  wholeNumber,
} from './answer-headers.ts';

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
   * transfer that ends with the connection looks the same whole and cut, and so does a part of a
   * file whose length is not told.
   */
  readonly hasEndMark: boolean;
  /** The byte behind the part that the answer is, where it is one: it need not be the file's end. */
  readonly partEnd?: number;
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
  | {
      readonly kind: 'startOver';
      readonly reason: string;
      /** The server says that no byte follows, and not how many there are. */
      readonly hasNoMore?: true;
    }
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

/** The file from its first byte, as an answer of 200 has it. */
const fullFile = (download: OpenDownload): DownloadVerdict => {
  const { headers, host } = download;
  const totalBytes = isChunked(headers) ? undefined : wholeNumber(headers['content-length']);
  const info: FileInfo = {
    host,
    contentType: headers['content-type'],
    contentEncoding: compressionOf(headers),
    validator: validatorOf(headers),
    totalBytes,
    hasEndMark: isChunked(headers) || totalBytes !== undefined,
  };
  return { kind: 'body', from: 0, info, download };
};

/**
 * A 206 though nothing but the whole was asked for: some hosts and caches answer so. It may be all
 * of the file, or its begin, which is then gone on with.
 */
const unaskedPart = (download: OpenDownload): DownloadVerdict => {
  const { headers, host } = download;
  const part = partOf(headers);
  if (part !== undefined && part.first > 0)
    return { kind: 'startOver', reason: `${host} sent a part that was not asked for` };
  const info: FileInfo = {
    host,
    contentType: headers['content-type'],
    contentEncoding: compressionOf(headers),
    validator: validatorOf(headers),
    totalBytes: part?.totalBytes,
    hasEndMark: part?.totalBytes !== undefined,
    ...(part === undefined ? {} : { partEnd: part.last + 1 }),
  };
  return { kind: 'body', from: 0, info, download };
};

const restOfFile = (download: OpenDownload, at: Position): DownloadVerdict => {
  const { headers, host } = download;
  const startOver = (reason: string): DownloadVerdict => ({
    kind: 'startOver',
    reason: `${host} ${reason}`,
  });
  const part = partOf(headers);
  if (part?.first !== at.offset) return startOver('sent another range than was asked for');
  const totalBytes = part.totalBytes ?? at.totalBytes;
  if (at.totalBytes !== undefined && totalBytes !== at.totalBytes)
    return startOver('serves a file of another length now');
  if (isOtherVersion(headers, at.validator)) return startOver('serves another version now');
  if (compressionOf(headers) !== undefined) return startOver('compresses what it sends');
  const info: FileInfo = {
    host,
    contentType: headers['content-type'],
    validator: at.validator,
    totalBytes,
    hasEndMark: totalBytes !== undefined,
    partEnd: part.last + 1,
  };
  return { kind: 'body', from: at.offset, info, download };
};

/** The connection broke after the last byte and before the end mark: all of it may be here. */
const noSuchRange = ({ headers, host }: OpenDownload, at: Position): DownloadVerdict => {
  const total = lengthOfUnsatisfied(headers);
  if (total === at.offset && (at.totalBytes ?? total) === total) return { kind: 'whole', host };
  const reason = `${host} has no byte ${at.offset} in this file (any more)`;
  return { kind: 'startOver', reason, ...(total === undefined ? { hasNoMore: true } : {}) };
};

const judgeStatus = (download: OpenDownload, at: Position, now: number): DownloadVerdict => {
  const { status, host, headers } = download;
  const isResumed = at.offset > 0;
  // 203: a proxy on the way says that it may have changed something (RFC 9110, 15.3.4). The bytes
  // and the length tell whether it has.
  if (status === 200 || status === 203) return fullFile(download);
  if (status === 206) return isResumed ? restOfFile(download, at) : unaskedPart(download);
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
