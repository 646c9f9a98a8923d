import { describe, expect, it } from 'vitest';
import { BlockedAddress } from '../../lambdas/adapters/addresses.ts';
import { networkReason } from '../../lambdas/adapters/network-errors.ts';

const withCode = (code: string): Error =>
  Object.assign(new Error(`${code} https://files.example.com/secret`), { code });

describe('why a request got no answer', () => {
  it.each([
    ['ENOTFOUND', 'host name not found'],
    ['EAI_AGAIN', 'host name could not be looked up'],
    ['ECONNREFUSED', 'connection refused'],
    ['ECONNRESET', 'connection reset'],
    ['UND_ERR_CONNECT_TIMEOUT', 'connection timed out'],
    ['UND_ERR_RES_CONTENT_LENGTH_MISMATCH', 'the transfer ended early'],
    ['CERT_HAS_EXPIRED', 'no secure connection (CERT_HAS_EXPIRED)'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'no secure connection (DEPTH_ZERO_SELF_SIGNED_CERT)'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'no secure connection (ERR_TLS_CERT_ALTNAME_INVALID)'],
    ['HPE_INVALID_CONSTANT', 'the answer is not valid HTTP'],
    ['HPE_HEADER_OVERFLOW', 'headers of the answer too large'],
    ['UND_ERR_HEADERS_OVERFLOW', 'headers of the answer too large'],
    ['ESOMETHING', 'failed (ESOMETHING)'],
  ])('is told in words: %s', (code, reason) => {
    expect(networkReason(withCode(code))).toBe(reason);
  });

  it('is told though the parser of undici names no code', () => {
    const error = Object.assign(new Error('secret'), { name: 'HTTPParserError' });
    expect(networkReason(error)).toBe('the answer is not valid HTTP');
  });

  it('is that of the first address where all were tried', () => {
    expect(
      networkReason(new AggregateError([withCode('ECONNREFUSED'), withCode('ENETUNREACH')])),
    ).toBe('connection refused');
  });

  it('is the block where the address is not public', () => {
    expect(networkReason(new BlockedAddress('10.0.0.1 is not on the public internet'))).toBe(
      '10.0.0.1 is not on the public internet',
    );
  });

  it('never quotes a message, which may hold a link', () => {
    expect(networkReason(new TypeError('https://files.example.com/secret'))).toBe(
      'failed (TypeError)',
    );
    expect(networkReason('https://files.example.com/secret')).toBe('failed (unknown error)');
  });
});
