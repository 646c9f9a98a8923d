import type { Generation } from '../../contract/generation.ts';
import { ownField } from '../../contract/own-field.ts';
import type { LinkStatus, Report, Trouble } from '../../polling/status.ts';
import type { JsonAnswer } from '../provider-answer.ts';
import type { Provider } from '../provider.ts';
import type { Registry } from '../registry.ts';
import { isHttpLink } from '../translating/http-link.ts';
import { createExchange, type ExchangeOptions, type KeyedRequest } from './exchange.ts';

/** What is needed to ask any deployed provider. */
export interface AskOptions extends ExchangeOptions {
  /** The providers of the deployment. */
  readonly registry: Pick<Registry, 'providerNamed'>;
  /**
   * Learn how it stands, and no more: a deck that comes inside its status is not read. For status
   * checks, in little memory.
   */
  readonly skims?: boolean;
}

/**
 * Asks a provider for one generation's status: key, request, answer, translation. Everything that
 * can go wrong on the way is a status, not an exception.
 *
 * @param fresh read the API key past the cache
 */
export type AskProvider = (
  generation: Pick<Generation, 'provider' | 'generationId' | 'credential'>,
  fresh: boolean,
) => Promise<Report>;

/**
 * Asks a provider for the link of one file of a generation, as {@link AskProvider} asks for the
 * status.
 *
 * @param linkId what the status names in place of a link
 */
export type AskLink = (
  generation: Pick<Generation, 'provider' | 'credential'>,
  linkId: string,
  fresh: boolean,
) => Promise<Report<LinkStatus>>;

/** What is asked, in the provider's own terms. */
interface Question<Status> extends KeyedRequest {
  readonly provider: Provider;
  readonly read: (answer: JsonAnswer) => Status;
}

const unavailable = (message: string): Report<Trouble> => ({
  status: { kind: 'unavailable', code: 'ProviderUnavailable', message },
});

const unexpected = (message: string): Report<Trouble> => ({
  status: { kind: 'unavailable', code: 'UnexpectedResponse', message },
});

const createAsk = (options: ExchangeOptions) => {
  const exchange = createExchange(options);
  return async <Status>({
    read,
    ...keyed
  }: Question<Status>): Promise<Report<Status | Trouble>> => {
    const { provider } = keyed;
    const { title } = provider;
    const exchanged = await exchange(keyed);
    if (exchanged.kind === 'keyUnread') return unavailable(exchanged.message);
    if (exchanged.kind === 'keyMissing')
      return { status: { kind: 'refused', code: 'CredentialMissing', message: exchanged.message } };
    if (exchanged.kind === 'unanswered')
      return unavailable(`${title} could not be reached: ${exchanged.reason}`);

    const { answer } = exchanged;
    const rateLimits = provider.readRateLimits?.(answer.headers);
    const timing = { ...exchanged.timing, ...(rateLimits === undefined ? {} : { rateLimits }) };
    const { status, page } = answer;
    if (page !== undefined && status >= 200 && status < 300)
      return { ...unexpected(`${title} answered ${status} with no JSON, but ${page}`), ...timing };
    return { status: read(answer), ...timing };
  };
};

/** See {@link AskProvider}. */
export const createAskProvider = (options: AskOptions): AskProvider => {
  const ask = createAsk(options);
  return async ({ provider: name, generationId, credential }, fresh) => {
    const provider = options.registry.providerNamed(name);
    const { isEnough } = provider;
    const skim = options.skims === true && isEnough !== undefined ? { enough: isEnough } : {};
    return ask({
      provider,
      credential,
      fresh,
      request: (base) => ({ ...provider.statusRequest({ ...base, generationId }), ...skim }),
      read: (answer) => provider.readStatus(answer),
    });
  };
};

/** Statuses that say where what was asked for is, once (RFC 9110, 15.4). */
const elsewhereStatuses = [302, 303, 307] as const;

/**
 * The link to which a request for a link is redirected: where a file is, APIs say as well in this way.
 * One on the API's own host is none: what lies there wants the key, which no download carries.
 */
const redirectedLink = (
  { status, headers }: JsonAnswer,
  baseUrl: string,
): LinkStatus | undefined => {
  const { location = '' } = headers;
  const isElsewhere = elsewhereStatuses.some((code) => code === status) && isHttpLink(location);
  return isElsewhere && new URL(location).host !== new URL(baseUrl).host
    ? { kind: 'link', url: location }
    : undefined;
};

/** See {@link AskLink}. */
export const createAskLink = (options: AskOptions): AskLink => {
  const ask = createAsk(options);
  return async ({ provider: name, credential }, linkId, fresh) => {
    const provider = options.registry.providerNamed(name);
    const { links } = provider;
    const { baseUrl } = ownField(options.settings, name) ?? {};
    if (links === undefined)
      throw new Error(`${provider.title} names a link to ask for, but no address to ask at`);
    return ask({
      provider,
      credential,
      fresh,
      request: (base) => links.request({ ...base, linkId }),
      read: (answer) => {
        const status = links.read(answer);
        const isNone = status.kind === 'unavailable' && baseUrl !== undefined;
        return (isNone ? redirectedLink(answer, baseUrl) : undefined) ?? status;
      },
    });
  };
};
