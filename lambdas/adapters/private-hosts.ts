import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

/** Hosts that may have addresses of a private network. */
export interface PrivateHosts {
  /** @param hostname as a URL has it */
  includes(hostname: string): boolean;
  /** Whether an address is one that such a host may have, though it is not on the internet. */
  allows(address: string): boolean;
}

/**
 * Ranges of private networks. A VPC may use the shared ones as well (Amazon VPC User Guide, "VPC
 * CIDR blocks").
 */
const privateRanges: readonly string[] = ['private', 'uniqueLocal', 'carrierGradeNat'];

/**
 * Where a cloud's own services answer within a private range: the metadata of an EC2 instance is at
 * fd00:ec2::254 (Amazon EC2 User Guide, "Access instance metadata").
 */
const ownServices = ipaddr.IPv6.parseCIDR('fd00:ec2::/32');

const isPrivateAddress = (address: string): boolean => {
  if (isIP(address) === 0) return false;
  const parsed = ipaddr.process(address);
  if (parsed instanceof ipaddr.IPv4) return privateRanges.includes(parsed.range());
  const isOwn = parsed.match(ownServices) || parsed.zoneId !== undefined;
  return !isOwn && privateRanges.includes(parsed.range());
};

const matches = (pattern: string, host: string): boolean =>
  pattern.startsWith('*.')
    ? host.endsWith(pattern.slice(1)) && host.length > pattern.length - 1
    : host === pattern;

/**
 * The hosts that may be private: a name, or `*.` and a name for every host below it. Names only,
 * since a certificate is for a name; what is loopback, link-local or reserved stays closed to them
 * as well.
 */
export const createPrivateHosts = (names: readonly string[]): PrivateHosts => {
  const patterns = names.map((name) => name.toLowerCase());
  return {
    includes: (hostname) => {
      const host = hostname.toLowerCase().replace(/\.$/, '');
      return isIP(host) === 0 && patterns.some((pattern) => matches(pattern, host));
    },
    allows: isPrivateAddress,
  };
};

/** No host may be private. */
export const noPrivateHosts: PrivateHosts = createPrivateHosts([]);
