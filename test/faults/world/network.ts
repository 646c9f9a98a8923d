import { networkReason } from '../../../lambdas/adapters/network-errors.ts';
import { maxAnswerBytes, type AskApi, type DownloadOutcome, type OpenLink } from '../../../lambdas/contract/ports.ts';
import { checkLink } from '../../../lambdas/copying/link-rules.ts';
import type { DownloadBehaviour, Saying } from '../../../local/simulator/index.ts';
import type { FaultCase } from '../fault-case.ts';
import { withLargeBody } from '../kinds/api.ts';
import type { Captured } from './captured-response.ts';
import type { FaultBook } from './fault-book.ts';
import { contentOf, sha256 } from './files.ts';
import type { ProviderHost } from './provider-host.ts';
import type { Timeline } from './timeline.ts';
import type { Witness } from './witness.ts';

/** As the adapters have them: the limit on a status request, and on a silence within a download; milliseconds. */
const requestLimit = 10_000;
const idleLimit = 30_000;

const maxRedirects = 5;

const chunkBytes = 256 * 1024;

/** What the network is made of. */
export interface NetworkOptions {
  readonly faultCase: FaultCase;
  readonly host: ProviderHost;
  readonly faults: FaultBook;
  readonly clock: Timeline;
  readonly witness: Witness;
}

const reasonOf = (code: string): string => networkReason(Object.assign(new Error(code), { code }));

/** What an answer allows the archiver to say afterwards. */
const sawAnswer = (options: NetworkOptions, { status, end }: Captured, said: Saying | undefined, isNoise: boolean): void => {
  const { witness, faultCase } = options;
  if (end !== 'whole' || isNoise) witness.saw('garbled answer');
  if (status !== undefined) witness.saw(`answer ${status}`);
  if (status !== undefined && status >= 500) witness.saw('provider down');
  if (status === 429 || status === 408) witness.saw('provider down');
  if (status !== undefined && (status < 200 || status > 299)) witness.saw('error answer');
  if (said === undefined || status !== 200) return;
  // Chronicle offers no links that could be missing.
  const isLinkMissing = said.says === 'completed' && said.linkMissing === true && faultCase.provider !== 'chronicle';
  if (isLinkMissing || said.says === 'truncated') witness.saw('completed without link');
  else if (said.says === 'completed' || said.says === 'partial' || said.says === 'failed') witness.saw(`said ${said.says}`);
  else if (said.says === 'raw') witness.saw('garbled answer');
  else witness.saw('said working');
};

/** How `askApi` of the adapters would see the network: the same outcomes, in virtual time. */
export const createAskApi = (options: NetworkOptions): AskApi => {
  const { faultCase, host, faults, clock, witness } = options;
  return async ({ url, headers }) => {
    const fault = faults.meet('api');
    if (fault?.network !== undefined && fault.network !== 'drips') {
      witness.saw('provider down');
      await clock.sleep(fault.network === 'hangs' ? requestLimit : faultCase.answerSeconds * 1000);
      const reason = fault.network === 'hangs' ? 'timed out after 10 s' : reasonOf(fault.network.error);
      return { reached: false, reason };
    }
    await clock.sleep(faultCase.answerSeconds * 1000);
    const { captured, said } = await host.ask(new URL(url), headers, withLargeBody(fault?.saying));
    const { status, end, body } = captured;
    const drips = fault?.network === 'drips';
    const isTooLong = body.length > maxAnswerBytes;
    sawAnswer(options, captured, said, drips || isTooLong);
    if (drips || end === 'open') await clock.sleep(requestLimit);
    if (status === undefined) {
      witness.saw('provider down');
      return { reached: false, reason: end === 'open' ? 'timed out after 10 s' : reasonOf('UND_ERR_SOCKET') };
    }
    const text = drips || isTooLong || end !== 'whole' ? undefined : body.toString('utf8');
    return { reached: true, answer: { status, headers: captured.headers, text } };
  };
};

/** Seconds from which on a transfer may be too slow for one invocation of the copy. */
const longTransfer = 600;

/** Statuses with which a file host refuses a link. */
const refusedStatuses = [400, 401, 403, 404, 410];

/** How `openLink` of the adapters would see the network: redirects by hand, each held against the rules. */
export const createOpenLink = (options: NetworkOptions & { readonly served: Set<string> }): OpenLink => {
  const { faultCase, host, faults, clock, witness, served } = options;

  async function* bodyOf({ body, end }: Captured): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < body.length; at += chunkBytes) {
      const chunk = body.subarray(at, at + chunkBytes);
      await clock.sleep((chunk.length / faultCase.bandwidth) * 1000);
      yield chunk;
    }
    if (end === 'whole') return;
    if (end === 'open') await clock.sleep(idleLimit);
    throw Object.assign(new Error('the body broke off'), { code: end === 'open' ? 'UND_ERR_BODY_TIMEOUT' : 'UND_ERR_SOCKET' });
  }

  const behaviourOf = (fault: ReturnType<typeof faults.meet<'download'>>): DownloadBehaviour => {
    const [file] = faultCase.files;
    const other = fault?.replace === true && file !== undefined ? { replaceWith: contentOf({ ...file, fill: file.fill + 1 }) } : {};
    return { ...fault?.behaviour, ...other };
  };

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
        const reason = typeof fault.network === 'object' ? reasonOf(fault.network.error) : 'no answer in time';
        return { kind: 'unreachable', reason: `${url.hostname}: ${reason}` };
      }
      const range = resume === undefined ? {} : { range: `bytes=${resume.offset}-`, 'if-range': resume.validator };
      const behaviour = behaviourOf(fault);
      const { captured, content } = host.download(url, range, behaviour);
      const { status = 0, headers, body, end } = captured;
      if (body.length / faultCase.bandwidth > longTransfer) witness.saw('download trouble');
      if (refusedStatuses.includes(status)) witness.saw('link refused');
      if (content !== undefined) served.add(sha256(content));
      if (status === 200 && end === 'whole') served.add(sha256(body));
      const { location } = headers;
      if (status === 302 && location !== undefined) {
        next = new URL(location, url).href;
        continue;
      }
      const download = { status, headers, host: url.hostname, body: bodyOf(captured), close: () => undefined };
      return { kind: 'open', download } satisfies DownloadOutcome;
    }
    return { kind: 'blocked', reason: `it redirects more than ${maxRedirects} times` };
  };
};
