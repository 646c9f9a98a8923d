import { isIP } from 'node:net';
import { isPublicAddress } from '../lambdas/adapters/link-rules.ts';
import { parseUrl } from '../lambdas/contract/parse-url.ts';
import type { Provider } from '../lambdas/providers/provider.ts';
import { baseUrlVariable } from './environment-keys.ts';
import type { Environment } from './environment-keys.ts';

/** What is said about the address of an API. */
export interface AddressOptions {
  readonly baseUrl?: string;
  readonly allowInsecure: boolean;
}

/** Whether the address itself says that it is on this machine or in a private network. */
const isPrivate = ({ hostname }: URL): boolean => {
  const host = hostname.replace(/^\[(.*)\]$/, '$1');
  return host === 'localhost' || (isIP(host) !== 0 && !isPublicAddress(host));
};

/** What is wrong with an address; it is told without what may be a password or a token in it. */
const problemOf = (baseUrl: string, allowInsecure: boolean): string | undefined => {
  const url = parseUrl(baseUrl);
  if (url === undefined || !['https:', 'http:'].includes(url.protocol))
    return 'the address of the API is none: use one that begins with https://';
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '')
    return `the address of the API at ${url.host} has more than a path: leave user name, password, query and fragment out`;
  if (allowInsecure) return undefined;
  if (url.protocol !== 'https:')
    return `the address ${baseUrl} is not encrypted: use https:, or --allow-insecure`;
  if (isPrivate(url))
    return `the address ${baseUrl} is not on the public internet: for a test on this machine, add --allow-insecure`;
  return undefined;
};

/**
 * The address of the API, where it is not the published one.
 *
 * @param fail ends in what is wrong
 */
export const baseUrlOf = (
  { name, title, baseUrl: published }: Provider,
  { baseUrl: named, allowInsecure }: AddressOptions,
  environment: Environment,
  fail: (message: string) => never,
): string | undefined => {
  const variable = baseUrlVariable(name);
  const baseUrl = named ?? environment[variable] ?? '';
  if (baseUrl === '' && published === undefined)
    fail(
      `${title} publishes no address of its API, so name yours: --base-url https://… or ${variable}=https://… in .env`,
    );
  if (baseUrl === '') return undefined;
  const problem = problemOf(baseUrl, allowInsecure);
  return problem === undefined ? baseUrl.replace(/\/+$/, '') : fail(problem);
};
