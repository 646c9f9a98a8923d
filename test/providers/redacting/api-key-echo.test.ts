import { describe, expect, it } from 'vitest';
import { apiKeyEraser } from '../../../lambdas/providers/redacting/api-key-echo.ts';

const key = 'sk-gamma-ab/CD+ef=0123456789';

const erase = (text: string, apiKey = key): string => apiKeyEraser(apiKey)?.erase(text) ?? text;

const inHtml = (text: string): string =>
  text.replaceAll(/./gsu, (character) => `&#${character.codePointAt(0) ?? 0};`);

const escapedFully = (text: string): string =>
  text.replaceAll(
    /./gsu,
    (character) => `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`,
  );

const base64 = (text: string): string => Buffer.from(text).toString('base64');

const spellings: [string, string][] = [
  ['as it is', key],
  ['in capitals', key.toUpperCase()],
  ['in small letters', key.toLowerCase()],
  ['escaped for a URL', encodeURIComponent(key)],
  ['escaped for a URL in small letters', encodeURIComponent(key).toLowerCase()],
  ['escaped for a URL twice', encodeURIComponent(encodeURIComponent(key))],
  ['escaped in full for a URL', Buffer.from(key).toString('hex').replaceAll(/../g, '%$&')],
  ["with JSON's slashes", key.replaceAll('/', String.raw`\/`)],
  ["with JSON's slashes in a text in a text", key.replaceAll('/', String.raw`\\\/`)],
  ["with JSON's escape of a dash", key.replaceAll('-', String.raw`\u002d`)],
  ["with JSON's escape in capitals", key.replaceAll('-', String.raw`\u002D`)],
  ['escaped in full for JSON', escapedFully(key)],
  ['escaped for JavaScript', key.replaceAll('-', String.raw`\x2d`)],
  ['escaped for HTML', inHtml(key)],
  ['escaped for HTML by names', key.replaceAll('/', '&sol;').replaceAll('+', '&plus;')],
  ['escaped for HTML in hexadecimal', key.replaceAll('/', '&#x2F;')],
  ['in hexadecimal', Buffer.from(key).toString('hex')],
  ['in base64', base64(key)],
  ['in base64 with a colon', base64(`${key}:`)],
  ['in base64 after a user name', base64(`user:${key}`)],
  ['in base64 after another user name', base64(`me:${key}`)],
  ['in base64 after a name and before a text', base64(`api:${key}\nX: 1`)],
  ['in base64 for URLs', Buffer.from(`u:${key}`).toString('base64url')],
  ['in base64 that is escaped', encodeURIComponent(base64(`user:${key}`))],
  ['cut short', key.slice(0, 20)],
];

describe('an API key that comes back', () => {
  it.each(spellings)('is taken out %s', (_, spelled) => {
    const erased = erase(`Invalid key "${spelled}" given`);
    expect(erased).toContain('Invalid key "');
    expect(erased).toContain('[API key]');
    expect(erased).toMatch(/ given$/);
    expect(erased).not.toContain(spelled.slice(4, -4));
  });

  it.each([
    'Invalid API key',
    'sk-gamma- is how keys begin',
    'sk-gamma-0123456789 is the key of somebody else',
    base64('user:another-key-altogether'),
  ])('is not seen where it is not: %s', (text) => {
    expect(erase(text)).toBe(text);
  });

  it('is taken out of text around it without a gap', () => {
    expect(erase(`a=${key}&b=1`)).toMatch(/^a=\[API key\]/);
  });

  it('is not searched for where it is too short to be told from other text', () => {
    expect(apiKeyEraser('short')).toBeUndefined();
  });

  it('is taken out where it is very long', () => {
    const long = `eyJ${'x1Y2'.repeat(500)}end`;
    expect(erase(`key ${long}!`, long)).toBe('key [API key]!');
  });

  it.each([
    ['backslashes', '\\'],
    ['percent signs', '%25'],
    ['ampersands', '&amp;'],
    ['its own beginning', 'sk-gamma-ab'],
    ['base64', 'c2st'],
  ])(
    'is searched for in a long text of %s, which would take hours if the work grew faster',
    (_, part) => {
      const text = part.repeat(500_000 / part.length);
      expect(erase(`${text} ${key}`)).toBe(`${text} [API key]`);
    },
  );
});
