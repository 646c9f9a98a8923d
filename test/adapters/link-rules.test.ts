import { describe, expect, it } from 'vitest';
import { checkLink, isPublicAddress, maxLinkLength } from '../../lambdas/adapters/link-rules.ts';
import {
  allowedLinks,
  privateAddresses,
  publicAddresses,
  refusedLinks,
} from '../fixtures/links/hostile.ts';

const strict = { allowInsecureSources: false };

describe('the addresses that are connected to', () => {
  it.each(publicAddresses)('%s is on the public internet', (address) => {
    expect(isPublicAddress(address)).toBe(true);
  });

  it.each(privateAddresses)('%s is not', (address) => {
    expect(isPublicAddress(address)).toBe(false);
  });
});

describe('the links that are followed', () => {
  it.each(allowedLinks)('%s', (link) => {
    expect(checkLink(link, strict)).toMatchObject({ allowed: true });
  });

  it.each(refusedLinks)('not %s, because %s', (link, reason) => {
    expect(checkLink(link, strict)).toEqual({
      allowed: false,
      reason: expect.stringContaining(reason),
    });
  });

  it('are the same when a hundred thousand were looked at before', () => {
    // What is compiled once it is hot must not judge otherwise than what was interpreted.
    for (let index = 0; index < 100_000; index += 1)
      checkLink('https://files.example.com/deck.pdf', strict);
    for (const link of allowedLinks)
      expect(checkLink(link, strict)).toMatchObject({ allowed: true });
  });

  it('not one of more characters than a server takes', () => {
    const link = `https://files.example.com/${'a'.repeat(maxLinkLength)}`;
    expect(checkLink(link, strict)).toEqual({
      allowed: false,
      reason: `the link is longer than ${maxLinkLength} characters`,
    });
  });

  it('tell of a refusal without its path and query', () => {
    const check = checkLink('https://10.0.0.1/secret-path?token=secret', strict);
    expect(JSON.stringify(check)).not.toContain('secret');
  });

  it('include a local server only where insecure sources are allowed', () => {
    const insecure = { allowInsecureSources: true };
    expect(checkLink('http://127.0.0.1:8080/deck.pdf', insecure)).toMatchObject({ allowed: true });
    expect(checkLink('http://user:pass@127.0.0.1/deck.pdf', insecure)).toMatchObject({
      allowed: false,
    });
    expect(checkLink('file:///etc/passwd', insecure)).toMatchObject({ allowed: false });
  });
});
