import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readApiKey } from '../../lambdas/contract/api-key.ts';

const key = 'sk-gamma-0123456789';

const { understood, unusable } = JSON.parse(
  readFileSync(new URL('../fixtures/usage/api-keys.json', import.meta.url), 'utf8'),
) as {
  understood: readonly (readonly [string, string])[];
  unusable: readonly (readonly [string, string, string])[];
};

describe('the text of a secret', () => {
  it.each(understood)('is understood with %s', (_, text) => {
    expect(readApiKey(text.replaceAll('<key>', key))).toEqual({ apiKey: key });
  });

  it.each(unusable)('that is %s is named, and not quoted', (_, text, named) => {
    const read = readApiKey(text);
    expect(read).toEqual({ problem: expect.stringContaining(named) as string });
    expect(JSON.stringify(read)).not.toMatch(/hush|sk-gamma|GAMMA|aHVz|ключ/);
  });

  it.each([
    JSON.stringify({ SecretString: JSON.stringify({ apiKey: key }) }),
    JSON.stringify(JSON.stringify({ token: `Bearer ${key}` })),
  ])('is understood through every layer: %s', (text) => {
    expect(readApiKey(text)).toEqual({ apiKey: key });
  });

  it.each([`["${key}"]`, `<key>${key}</key>`, JSON.stringify({ apiKey: `["${key}"]` })])(
    'is no key where it is a document: %s',
    (text) => {
      expect(readApiKey(text)).toEqual({ problem: expect.stringMatching(/JSON|markup/) as string });
    },
  );

  it.each(['abcKEY==', 'sk_live_key=abc', 'chr_a=b=', 'aGVsbG8gd29ybGQ=', 'key', 'a.b-c~d/e+f'])(
    'is itself where it looks like something else: %s',
    (text) => {
      expect(readApiKey(text)).toEqual({ apiKey: text });
    },
  );
});
