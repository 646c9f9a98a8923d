import type { OpenDownload } from '../../contract/ports.ts';
import type { DownloadStep } from './download-steps.ts';
import type { FileInfo } from './download-verdict.ts';

/** What one connection came to. */
export interface BodyEnd {
  /** Bytes of the file that are here now. */
  readonly offset: number;
  /**
   * `broken`: go on from `offset`. `tooLong`: the server sent more than it announced, so nothing of
   * it can be trusted. `tooLarge`: the file is over the limit.
   */
  readonly fault?: { readonly kind: 'broken' | 'tooLong' | 'tooLarge'; readonly reason: string };
}

/**
 * Yields a body's chunks and closes the connection. A break is an answer, not an exception; lengths
 * are compared here, because a transfer that ends with its connection ends without any error.
 *
 * @param from byte of the file with which the body starts
 * @param announces whether a `begin` comes first
 */
export async function* readBody(
  download: OpenDownload,
  options: {
    readonly from: number;
    readonly announces: boolean;
    readonly info: FileInfo;
    readonly maxBytes: number;
  },
): AsyncGenerator<DownloadStep, BodyEnd> {
  const { from, announces, info, maxBytes } = options;
  const { host, totalBytes } = info;
  let offset = from;
  try {
    if (announces) yield { kind: 'begin', offset: from, info };
    for await (const bytes of download.body) {
      offset += bytes.length;
      if (totalBytes !== undefined && offset > totalBytes) {
        return {
          offset,
          fault: {
            kind: 'tooLong',
            reason: `${host} sent more than the ${totalBytes} bytes that it announced`,
          },
        };
      }
      if (offset > maxBytes) {
        return {
          offset,
          fault: {
            kind: 'tooLarge',
            reason: `the file is longer than the limit of ${maxBytes} bytes`,
          },
        };
      }
      yield { kind: 'chunk', bytes };
    }
  } catch {
    return { offset, fault: { kind: 'broken', reason: `the connection to ${host} broke off` } };
  } finally {
    download.close();
  }
  if (totalBytes === undefined || offset === totalBytes) return { offset };
  return { offset, fault: { kind: 'broken', reason: `${host} ended the transfer early` } };
}
