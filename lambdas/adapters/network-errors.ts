import { ownField } from '../contract/own-field.ts';
import { BlockedAddress } from './addresses.ts';

/**
 * What the network's error codes mean to a person. Codes of Node.js ("Common system errors", "TLS"),
 * of its HTTP parser and of undici ("Errors"), and those that `connection.ts` and `exchange.ts` add.
 */
const meanings: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'connection reset',
  EPIPE: 'connection reset',
  HUNG_UP: 'connection closed by the other side',
  UND_ERR_SOCKET: 'connection closed by the other side',
  UND_ERR_CLOSED: 'connection closed',
  ENOTFOUND: 'host name not found',
  EAI_AGAIN: 'host name could not be looked up',
  EHOSTUNREACH: 'host unreachable',
  ENETUNREACH: 'network unreachable',
  ETIMEDOUT: 'connection timed out',
  UND_ERR_CONNECT_TIMEOUT: 'connection timed out',
  UND_ERR_HEADERS_TIMEOUT: 'no answer in time',
  UND_ERR_BODY_TIMEOUT: 'the transfer stalled',
  HPE_HEADER_OVERFLOW: 'headers of the answer too large',
  UND_ERR_HEADERS_OVERFLOW: 'headers of the answer too large',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'the transfer ended early',
};

const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string'
    ? error.code
    : undefined;

/** Codes of a connection that ended before there was an answer. */
const closedCodes: readonly (string | undefined)[] = [
  'ECONNRESET',
  'EPIPE',
  'HUNG_UP',
  'UND_ERR_SOCKET',
];

/** Whether the host ended the connection, as it may with one that was kept. */
export const isClosedByOtherSide = (error: unknown): boolean => closedCodes.includes(codeOf(error));

/** Several addresses tried in vain come as one error that holds each. */
const firstCause = (error: unknown): unknown =>
  error instanceof AggregateError && error.errors.length > 0 ? error.errors[0] : error;

const isTlsCode = (code: string): boolean =>
  /^(ERR_TLS|ERR_SSL|EPROTO|CERT_|DEPTH_|UNABLE_TO|SELF_SIGNED|INVALID_CA|HOSTNAME_)/.test(code);

/** Both parsers are llhttp. That of undici names a code for some faults only. */
const isParserError = (error: unknown, code: string | undefined): boolean =>
  code?.startsWith('HPE_') === true || (error instanceof Error && error.name === 'HTTPParserError');

/**
 * A few words for why a request got no answer. Messages of the errors themselves are never passed
 * on: they may quote a link.
 */
export const networkReason = (error: unknown): string => {
  if (error instanceof BlockedAddress) return error.message;
  const code = codeOf(error) ?? codeOf(firstCause(error));
  const meaning = code === undefined ? undefined : ownField(meanings, code);
  if (meaning !== undefined) return meaning;
  if (isParserError(error, code)) return 'the answer is not valid HTTP';
  if (code === undefined)
    return `failed (${error instanceof Error ? error.name : 'unknown error'})`;
  if (isTlsCode(code)) return `no secure connection (${code})`;
  return `failed (${code})`;
};
