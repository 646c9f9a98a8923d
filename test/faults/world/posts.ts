import type { JsonObject } from '../../../lambdas/contract/json.ts';
import type { ApiRequest, AskOutcome } from '../../../lambdas/contract/ports.ts';
import { apis } from '../../../local/simulator/apis.ts';
import type { PostKind } from '../fault-case.ts';
import { referenceOf } from '../requests.ts';
import {
  isForeign,
  reasonOf,
  sawStatus,
  textOf,
  type Caller,
  type NetworkOptions,
} from './answers.ts';
import type { Captured } from './captured-response.ts';
import { echoing } from './echoes.ts';
import type { SeenPost } from './observed.ts';
import { providerOf } from './provider-host.ts';
import { wrappedText } from './wrapped.ts';

/** What breaks before there is a connection. */
const unsentErrors = [
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'CERT_HAS_EXPIRED',
  'ERR_TLS_CERT_ALTNAME_INVALID',
];

/**
 * Statuses that say that a request was not carried out (RFC 9110, sections 15.4.8, 15.4.9 and 15.5;
 * RFC 6585 for 429).
 */
const refusals = [
  307, 308, 400, 401, 402, 403, 404, 405, 406, 409, 410, 411, 413, 414, 415, 422, 429, 431,
];

const usableId = /^(?!\.+$)[A-Za-z0-9._-]{1,200}$/;

/** Where each answer holds the id; the last two start nothing. */
const idFields = {
  gamma: 'generationId',
  chronicle: 'generation_id',
  duomi: 'generation_id',
  perceptis: 'job_id',
  alai: '',
  slidespeak: '',
} as const;

type PostRequest = Required<Pick<ApiRequest, 'url' | 'headers' | 'post'>>;

const kindOf = ({ pathname }: URL): PostKind => {
  if (pathname.endsWith('/message')) return 'message';
  return pathname.endsWith('/export') ? 'export' : 'create';
};

const aboutOf = (to: PostKind, body: JsonObject): string => {
  if (to === 'create') return referenceOf(body);
  const about = to === 'message' ? body['content'] : body['exportAs'];
  return typeof about === 'string' ? about : '';
};

const idIn = (url: URL, to: PostKind, text: string): string | undefined => {
  try {
    const id: unknown = Reflect.get(
      Object(JSON.parse(text)),
      to === 'export' ? 'exportId' : idFields[providerOf(url)],
    );
    return typeof id === 'string' && usableId.test(id) ? id : undefined;
  } catch {
    return undefined;
  }
};

/** Those that are certain whoever says so: before the request was passed on, or asking for it elsewhere. */
const certainRefusals = [307, 308, 411, 413, 414, 429, 431];

const fieldsOf = (text: string): object => {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
};

/** Whether the provider itself says it: something in between knows nothing of what was done. */
const isOwnError = (url: URL, status: number, text: string): boolean => {
  const told = fieldsOf(text);
  // A problem of RFC 9457 is none of theirs.
  if (Object.hasOwn(told, 'title')) return false;
  return Object.keys(apis[providerOf(url)].error(status, '')).every((name) =>
    Object.hasOwn(told, name),
  );
};

const isRefusal = (url: URL, status: number, text: string): boolean =>
  certainRefusals.includes(status) || (refusals.includes(status) && isOwnError(url, status, text));

/** @param text of the answer, as the provider sent it */
const fateOf = (
  url: URL,
  to: PostKind,
  outcome: AskOutcome,
  text: string | undefined,
): Pick<SeenPost, 'fate' | 'id'> => {
  if (!outcome.reached) return { fate: outcome.unsent === true ? 'nothing' : 'unknown' };
  const { status } = outcome.answer;
  if (status < 200 || status > 299)
    return { fate: isRefusal(url, status, text ?? '') ? 'nothing' : 'unknown' };
  if (to === 'message') return { fate: 'done' };
  const id = idIn(url, to, text ?? '');
  return id === undefined ? { fate: 'unknown' } : { fate: 'done', id };
};

const withFields = (captured: Captured, fields: JsonObject | undefined): Captured => {
  if (fields === undefined || captured.status === undefined || captured.status > 299)
    return captured;
  const body = { ...(JSON.parse(captured.body.toString('utf8')) as JsonObject), ...fields };
  return { ...captured, body: Buffer.from(JSON.stringify(body)) };
};

/** How `askApi` of the adapters would see the network where it posts. */
export const postTo = async (
  request: PostRequest,
  caller: Caller,
  options: NetworkOptions,
): Promise<AskOutcome> => {
  const { url: address, headers, post } = request;
  const { faultCase, host, faults, witness, posts } = options;
  const { clock, limit, execution } = caller;
  const url = new URL(address);
  const to = kindOf(url);
  const fault = faults.meet('post', (one) => one.to === to, to);
  const { network, echoes } = fault ?? {};
  const saying =
    echoes === undefined ? fault?.saying : echoing(fault?.saying, echoes, { headers, post });

  const timedOut: AskOutcome = { reached: false, reason: `timed out after ${limit / 1000} s` };
  let text: string | undefined;
  const answer = async (): Promise<AskOutcome> => {
    if (typeof network === 'object' && unsentErrors.includes(network.error)) {
      await clock.sleep(faultCase.answerSeconds * 1000);
      return { reached: false, reason: reasonOf(network.error), unsent: true };
    }
    const isDone = fault === undefined || fault.isDone;
    const own = isDone ? withFields(await host.post(url, headers, post), fault?.adds) : undefined;
    const captured = saying === undefined ? own : host.say(url, saying);
    await clock.sleep(
      network === 'hangs' || network === 'drips' ? limit : faultCase.answerSeconds * 1000,
    );
    if (network === 'hangs') return timedOut;
    if (typeof network === 'object') return { reached: false, reason: reasonOf(network.error) };
    const { status, headers: told = {}, body = Buffer.alloc(0), end } = captured ?? {};
    if (status === undefined) return { reached: false, reason: reasonOf('UND_ERR_SOCKET') };
    const isWhole = network === undefined && end === 'whole';
    text = isWhole ? await textOf({ body, headers: told }, options) : undefined;
    if (isForeign(saying)) witness.saw('error answer');
    else sawStatus(options, status);
    return {
      reached: true,
      answer: { status, headers: told, text: wrappedText(text, status, faultCase) },
    };
  };

  const outcome = await answer();
  if (!outcome.reached) witness.saw('provider down');
  posts.push({
    to,
    about: aboutOf(to, post),
    ...fateOf(url, to, outcome, text),
    after: caller.said,
    by: execution,
    at: clock.now(),
  });
  delete caller.said;
  return outcome;
};
