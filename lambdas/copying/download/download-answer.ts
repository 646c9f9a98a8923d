import type { Problem } from '../../contract/error-codes.ts';
import type { DownloadOutcome, OpenDownload } from '../../contract/ports.ts';
import { parseRetryAfter } from '../../polling/retry-after.ts';
import {
  compressionOf,
  isChunked,
  isOtherVersion,
  isWrapped,
  lengthOfUnsatisfied,
  partOf,
  validatorOf,
  wholeNumber,
} from './answer-headers.ts';
import type { DownloadVerdict, FileInfo, Position } from './download-verdict.ts';

/**
 * Statuses with which file hosts answer for a signed link that has expired; 400 is Google's and an
 * expired AWS session's.
 */
const expiredStatuses = new Set([400, 401, 403, 404, 410]);

/** Statuses with which file hosts answer while a file is still on its way: "accepted", "no content". */
const notYetStatuses = new Set([202, 204]);

/** Statuses of the 4xx that pass by themselves: time-out, "too early", too many requests. */
const passingStatuses = new Set([408, 425, 429]);

/** Statuses that answer the headers of a request for a part: they say nothing about the file. */
const noRangeStatuses = new Set([304, 412, 417, 501]);

/**
 * Headers with which a firewall before a host says that it has stopped a request (Cloudflare, Detect a
 * Challenge Page response; AWS WAF, CAPTCHA and Challenge action behavior; Vercel, Response headers). It
 * says nothing of the link: one that is fresh is stopped as well.
 */
const firewallHeaders = ['cf-mitigated', 'x-amzn-waf-action', 'x-vercel-mitigated'] as const;

/** Headers in which hosts give the reason of an error as a word (Azure Storage, Status and error codes). */
const reasonHeaders = ['x-ms-error-code', 'x-vercel-error'] as const;

/** What a host says in a word, such as `AuthenticationFailed`. */
const wordOf = (headers: OpenDownload['headers']): string => {
  const word = reasonHeaders.map((name) => headers[name]).find((value) => value !== undefined);
  return word !== undefined && /^[A-Za-z_]{1,64}$/.test(word) ? ` (${word})` : '';
};

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
  // Compressed, a part has another length than its range.
  const isPlain = wholeNumber(headers['content-length']) === part.last - part.first + 1;
  if (compressionOf(headers) !== undefined && !isPlain)
    return startOver('compresses what it sends');
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
  if (status === 206 && isWrapped(headers))
    return { kind: 'startOver', reason: `${host} wraps the parts that it sends` };
  if (status === 206) return isResumed ? restOfFile(download, at) : unaskedPart(download);
  if (status === 416 && isResumed) return noSuchRange(download, at);
  const reason = `${host} answered ${status}${wordOf(headers)}`;
  if (isResumed && noRangeStatuses.has(status))
    return { kind: 'startOver', reason: `${reason} to a request for the rest of the file` };
  const retryAfterSeconds = parseRetryAfter(headers['retry-after'], now, headers['date']);
  if (status >= 500 || passingStatuses.has(status))
    return { kind: 'retry', reason, retryAfterSeconds };
  const noFile = (problem: Problem): DownloadVerdict => ({
    kind: 'noFile',
    problem,
    retryAfterSeconds,
  });
  const message = `${reason} to the download link`;
  if (firewallHeaders.some((name) => headers[name] !== undefined))
    return noFile({
      code: 'DownloadFailed',
      message: `${message}: a firewall before it stopped the request`,
    });
  const isExpired = expiredStatuses.has(status) || notYetStatuses.has(status);
  return noFile({ code: isExpired ? 'ExportLinkExpired' : 'DownloadFailed', message });
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
