import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import { parseUrl } from '../contract/parse-url.ts';
import { noPrivateHosts, type PrivateHosts } from './private-hosts.ts';

/**
 * What {@link checkLink} found. The reason is for people and names the host at most, never the
 * link.
 */
export type LinkCheck =
  | { readonly allowed: true; readonly url: URL }
  | { readonly allowed: false; readonly reason: string };

/** What may be followed beyond what every redirect may lead to. */
export interface LinkRules {
  /** Lets `http:`, every port and every host through: for tests against a local server only. */
  readonly allowInsecureSources: boolean;
  /** Hosts that may be private; default: none. */
  readonly privateHosts?: PrivateHosts | undefined;
}

/** Longest link that is followed, in characters: what servers commonly take for a request line. */
export const maxLinkLength = 16_384;

/**
 * Ports below this one belong to system services (mail, databases, remote shells), never to a
 * download host, except 443.
 */
const firstUnprivilegedPort = 1024;

/**
 * Names that never lead to the public internet (RFC 6761, RFC 6762, RFC 8375, and the cloud's own
 * `.internal`).
 */
const privateNames = [
  'localhost',
  'local',
  'internal',
  'intranet',
  'lan',
  'home.arpa',
  'corp',
  'private',
  'test',
  'invalid',
];

/**
 * Networks of IPv6 that the internet routes (RFC 4291, section 2.4): everything else is special in
 * some way.
 */
const globalIpv6 = ipaddr.IPv6.parseCIDR('2000::/3');

/**
 * The well-known prefix behind which an IPv6-only network shows the IPv4 internet (RFC 6052,
 * section 2.1).
 */
const nat64 = ipaddr.IPv6.parseCIDR('64:ff9b::/96');

const isPublicIpv6 = (address: ipaddr.IPv6): boolean => {
  if (address.zoneId !== undefined) return false;
  if (address.isIPv4MappedAddress()) return address.toIPv4Address().range() === 'unicast';
  if (address.match(nat64))
    return new ipaddr.IPv4(address.toByteArray().slice(-4)).range() === 'unicast';
  return address.match(globalIpv6) && address.range() === 'unicast';
};

/**
 * Whether an IP address belongs to the public internet. Private, loopback, link-local, shared
 * (carrier-grade NAT), multicast, reserved, benchmarking and documentation addresses do not, nor do
 * the tunnels that carry an IPv4 address inside (6to4, Teredo, IPv4-compatible). IPv4-mapped and
 * NAT64 addresses are judged by the IPv4 address in them.
 *
 * @param address an address in its usual spelling, IPv4 or IPv6, without brackets; anything else is
 *   not public
 */
export const isPublicAddress = (address: string): boolean => {
  if (isIP(address) === 0) return false;
  const parsed = ipaddr.parse(address);
  return parsed instanceof ipaddr.IPv6 ? isPublicIpv6(parsed) : parsed.range() === 'unicast';
};

const refused = (reason: string): LinkCheck => ({ allowed: false, reason });

const isPrivateName = (host: string): boolean =>
  !host.includes('.') || privateNames.some((name) => host === name || host.endsWith(`.${name}`));

/** `[::1]` is `::1` to everything but a URL; a final dot only says that the name is complete. */
const plainHost = (url: URL): string => url.hostname.replace(/^\[(.*)\]$/, '$1').replace(/\.$/, '');

/**
 * Whether a download link (or the target of a redirect) may be followed at all: an absolute
 * `https:` link without credentials, on port 443 or an unprivileged one (providers that a customer
 * hosts use such), to a host that is not by its own spelling private. Numeric spellings of an
 * address (`0x7f.1`, `2130706433`) are understood as the URL Standard does. The addresses behind a
 * name are checked elsewhere, at the moment of connecting.
 */
export const checkLink = (
  link: string,
  { allowInsecureSources, privateHosts = noPrivateHosts }: LinkRules,
): LinkCheck => {
  if (link.length > maxLinkLength)
    return refused(`the link is longer than ${maxLinkLength} characters`);
  const url = parseUrl(link);
  if (url === undefined) return refused('it is not an absolute link');
  if (url.protocol !== 'https:' && !(allowInsecureSources && url.protocol === 'http:')) {
    return refused(`its scheme is "${url.protocol.slice(0, 20)}", and only https is allowed`);
  }
  if (url.username !== '' || url.password !== '')
    return refused('it carries a user name or a password');
  if (allowInsecureSources) return { allowed: true, url };

  const host = plainHost(url);
  const isPrivate =
    isIP(host) === 0 ? isPrivateName(host) && !privateHosts.includes(host) : !isPublicAddress(host);
  if (isPrivate) return refused(`its host "${host}" is not on the public internet`);
  // The default port of https reads as an empty string.
  const isReservedPort = url.port !== '' && Number(url.port) < firstUnprivilegedPort;
  return isReservedPort
    ? refused(`its port ${url.port} is reserved for other services`)
    : { allowed: true, url };
};
