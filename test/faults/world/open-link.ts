import { maxHeadBytes } from '../../../lambdas/adapters/headers.ts';
import { checkLink } from '../../../lambdas/adapters/link-rules.ts';
import { networkReason } from '../../../lambdas/adapters/network-errors.ts';
import { asPlainFile } from '../../../lambdas/adapters/plain-file.ts';
import { maxRedirects, redirectOf } from '../../../lambdas/adapters/redirects.ts';
import type { DownloadOutcome, OpenLink } from '../../../lambdas/contract/ports.ts';
import { reasonOf, type NetworkOptions } from './answers.ts';
import type { Captured } from './captured-response.ts';
import { sha256 } from './files.ts';

/** As the adapters have it: the limit on a silence within a download, milliseconds. */
const idleLimit = 30_000;

const chunkBytes = 256 * 1024;

/** Seconds from which on a transfer may be too slow for one invocation of the copy. */
const longTransfer = 600;

/** Statuses with which a file host refuses a link. */
const refusedStatuses = [202, 400, 401, 403, 404, 410];

const headBytesOf = (headers: Captured['headers']): number =>
  Object.entries(headers).reduce((sum, [name, value]) => sum + name.length + value.length, 0);

/**
 * How `openLink` of the adapters would see the network: redirects by hand, each held against the
 * rules.
 */
export const createOpenLink = (
  options: NetworkOptions & { readonly served: Set<string> },
): OpenLink => {
  const { faultCase, host, faults, clock, witness, served } = options;

  async function* bodyOf({ body, end }: Captured): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < body.length; at += chunkBytes) {
      const chunk = body.subarray(at, at + chunkBytes);
      await clock.sleep((chunk.length / faultCase.bandwidth) * 1000);
      yield chunk;
    }
    if (end === 'whole') return;
    if (end === 'open') await clock.sleep(idleLimit);
    throw Object.assign(new Error('the body broke off'), {
      code: end === 'open' ? 'UND_ERR_BODY_TIMEOUT' : 'UND_ERR_SOCKET',
    });
  }

  return async ({ url: link, resume }) => {
    let next = link;
    for (let hop = 0; hop <= maxRedirects; hop += 1) {
      const check = checkLink(next, { allowInsecureSources: false });
      if (!check.allowed) return { kind: 'blocked', reason: check.reason };
      const { url } = check;
      const fault = faults.meet('download');
      if (fault !== undefined) witness.saw('download trouble');
      if (fault?.network !== undefined) {
        await clock.sleep(fault.network === 'hangs' ? idleLimit : 1000);
        const reason =
          typeof fault.network === 'object' ? reasonOf(fault.network.error) : 'no answer in time';
        return { kind: 'unreachable', reason: `${url.hostname}: ${reason}` };
      }
      const range =
        resume === undefined
          ? {}
          : { range: `bytes=${resume.offset}-`, 'if-range': resume.validator };
      const { captured, content } = host.download(
        url,
        range,
        fault?.behaviour ?? {},
        fault?.replace === true,
      );
      const { status = 0, headers, body, end } = captured;
      if (body.length / faultCase.bandwidth > longTransfer) witness.saw('download trouble');
      if (refusedStatuses.includes(status)) witness.saw('link refused');
      if (content !== undefined) served.add(sha256(content));
      if (status === 200 && end === 'whole') served.add(sha256(body));
      if (headBytesOf(headers) > maxHeadBytes)
        return { kind: 'unreachable', reason: reasonOf('UND_ERR_HEADERS_OVERFLOW') };
      const redirect = redirectOf({ status, headers }, url);
      if (redirect.kind === 'to') {
        next = redirect.url.href;
        continue;
      }
      const response = { status, headers, body: bodyOf(captured), close: () => undefined };
      try {
        const download = { ...(await asPlainFile(response)), host: url.hostname };
        return { kind: 'open', download } satisfies DownloadOutcome;
      } catch (error) {
        return { kind: 'unreachable', reason: `${url.hostname}: ${networkReason(error)}` };
      }
    }
    return { kind: 'blocked', reason: `it redirects more than ${maxRedirects} times` };
  };
};
