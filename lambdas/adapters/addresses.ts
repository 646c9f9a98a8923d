import { lookup, type LookupAddress, type LookupAllOptions } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { noPrivateHosts, type PrivateHosts } from './private-hosts.ts';

/** Whether an IP address belongs to the public internet. */
export type IsPublicAddress = (address: string) => boolean;

/** Finds the addresses of a name, as `dns.lookup` of Node.js does. */
export type ResolveName = (
  hostname: string,
  options: LookupAllOptions,
  callback: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

/** Which connections are made. */
export interface ConnectOptions {
  /** Connects to any address, over `http:` as well: for tests against a local server only. */
  readonly allowInsecureSources: boolean;
  readonly isPublicAddress: IsPublicAddress;
  /** Hosts that may have private addresses; default: none. */
  readonly privateHosts?: PrivateHosts;
  /** Default: the system's own. */
  readonly resolveName?: ResolveName;
  /** A certificate (PEM) that is trusted in place of the public authorities; for tests. */
  readonly certificateAuthority?: string;
}

/**
 * A connection that was not made, because the host's address is not public. Its message names the
 * host, nothing else.
 */
export class BlockedAddress extends Error {
  override readonly name = 'BlockedAddress';
}

/**
 * Time for name lookup, TCP and TLS together, in milliseconds; a host that needs longer is down.
 */
export const connectTimeoutMilliseconds = 10_000;

/** Whether a host may be connected to at an address. */
type MayConnect = (hostname: string, address: string) => boolean;

/**
 * Resolves a name as `dns.lookup` does, and fails where any of its addresses may not be connected to.
 * All are checked, not only the one that is used: a name with a public and a private address is an attack
 * or a mistake, and never a download host.
 */
const guardedLookup =
  (mayConnect: MayConnect, resolveName: ResolveName): LookupFunction =>
  (hostname, options, callback) => {
    resolveName(hostname, { ...options, all: true }, (error, addresses) => {
      if (error !== null) return callback(error, '');
      if (
        addresses.length === 0 ||
        addresses.some(({ address }) => !mayConnect(hostname, address))
      ) {
        return callback(
          new BlockedAddress(`the address of ${hostname} is not on the public internet`),
          '',
        );
      }
      if (options.all === true) return callback(null, addresses);
      const [first] = addresses;
      return callback(null, first?.address ?? '', first?.family);
    });
  };

/** A host as it is connected to: an IPv6 address stands in brackets in a URL only. */
export const plainHost = (hostname: string): string => hostname.replace(/^\[(.*)\]$/, '$1');

/** What keeps connections to public addresses, and to private ones of the hosts that may have them. */
export interface AddressGuard {
  /** Why a host that is an address itself is not connected to: Node.js looks up names only. */
  refusalOf(hostname: string): BlockedAddress | undefined;
  /** For `net.connect` and `tls.connect`: the addresses that pass. */
  readonly lookup: { readonly lookup?: LookupFunction };
}

/**
 * The check happens on the very addresses that are connected to, so a name that resolves
 * differently a moment later (DNS rebinding) gains nothing.
 */
export const addressGuard = ({
  allowInsecureSources,
  isPublicAddress,
  privateHosts = noPrivateHosts,
  resolveName = lookup,
}: ConnectOptions): AddressGuard => {
  if (allowInsecureSources) return { refusalOf: () => undefined, lookup: {} };
  const mayConnect: MayConnect = (hostname, address) =>
    isPublicAddress(address) || (privateHosts.includes(hostname) && privateHosts.allows(address));
  return {
    refusalOf: (hostname) => {
      const address = plainHost(hostname);
      return isIP(address) !== 0 && !isPublicAddress(address)
        ? new BlockedAddress(`${address} is not on the public internet`)
        : undefined;
    },
    lookup: { lookup: guardedLookup(mayConnect, resolveName) },
  };
};
