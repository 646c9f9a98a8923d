import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { networkReason } from '../../../lambdas/adapters/network-errors.ts';
import { readText } from '../../../lambdas/adapters/response-text.ts';
import { unpacked } from '../../../lambdas/adapters/unpack.ts';
import { maxAnswerBytes, type Clock } from '../../../lambdas/contract/ports.ts';
import type { Coding, Saying } from '../../../local/simulator/index.ts';
import type { FaultCase } from '../fault-case.ts';
import type { Captured } from './captured-response.ts';
import type { FaultBook } from './fault-book.ts';
import type { SeenPost } from './observed.ts';
import type { ProviderHost } from './provider-host.ts';
import type { Timeline } from './timeline.ts';
import type { Witness } from './witness.ts';

/** What the network is made of. */
export interface NetworkOptions {
  readonly faultCase: FaultCase;
  readonly host: ProviderHost;
  readonly faults: FaultBook;
  readonly clock: Timeline;
  readonly witness: Witness;
  /** Gets every POST, in the order of their answers. */
  readonly posts: SeenPost[];
}

/** An error's code as the adapters word it. */
export const reasonOf = (code: string): string =>
  networkReason(Object.assign(new Error(code), { code }));

const packers: Readonly<Record<Coding, (body: Buffer) => Buffer>> = {
  gzip: (body) => gzipSync(body),
  deflate: (body) => deflateSync(body),
  br: (body) => brotliCompressSync(body),
};

/** The text of an answer as the adapters read it: behind the proxy of the case, where it has one. */
export const textOf = async (
  { body, headers }: Pick<Captured, 'body' | 'headers'>,
  { faultCase: { coding } }: Pick<NetworkOptions, 'faultCase'>,
): Promise<string | undefined> => {
  const sent = coding === undefined ? body : packers[coding](body);
  const bytes = (async function* () {
    yield sent;
  })();
  const plain = unpacked(coding ?? headers['content-encoding'], bytes);
  return readText(plain, { maxBytes: maxAnswerBytes, enough: undefined });
};

/** What an HTTP status allows the archiver to say afterwards. */
export const sawStatus = ({ witness }: Pick<NetworkOptions, 'witness'>, status: number): void => {
  witness.saw(`answer ${status}`);
  if (status >= 500 || status === 429 || status === 408) witness.saw('provider down');
  if (status < 200 || status > 299) witness.saw('error answer');
};

/** Whether something in between answers: its status is nobody's reason. */
export const isForeign = (said: Saying | undefined): boolean =>
  said?.says === 'http' && said.instead !== undefined;

/** What an answer about a generation allows it to say. */
export const sawAnswer = (
  options: NetworkOptions,
  { status, end }: Captured,
  said: Saying | undefined,
  isNoise: boolean,
): void => {
  const { witness, faultCase } = options;
  if (end !== 'whole' || isNoise) witness.saw('garbled answer');
  if (isForeign(said)) witness.saw('error answer');
  else if (status !== undefined) sawStatus(options, status);
  if (said === undefined || status !== 200) return;
  // Chronicle offers no links that could be missing.
  const isLinkMissing =
    said.says === 'completed' && said.linkMissing === true && faultCase.provider !== 'chronicle';
  if (said.says === 'completed' && said.unfinished === true) witness.saw('said partial');
  if (isLinkMissing || said.says === 'truncated') witness.saw('completed without link');
  else if (said.says === 'completed' || said.says === 'partial' || said.says === 'failed')
    witness.saw(`said ${said.says}`);
  else if (said.says === 'raw') witness.saw('garbled answer');
  else witness.saw('said working');
};

/** Who asks. */
export interface Caller {
  readonly clock: Clock;
  /** Milliseconds that one request may take. */
  readonly limit: number;
  /** The execution that it is for; empty where it is for none. */
  readonly execution: string;
  /** What the provider said to it last. */
  said?: Saying;
}
