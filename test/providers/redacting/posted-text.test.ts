import { describe, expect, it } from 'vitest';
import { postedEraser } from '../../../lambdas/providers/redacting/posted-text.ts';

const prompt =
  'Quarterly numbers of Project Umbra for the board: revenue of Straße 17 rose to 48213 euros, “strictly” confidential';

const request = {
  inputText: prompt,
  textMode: 'generate',
  exportAs: 'pptx',
  numCards: 12,
  textOptions: { tone: 'Sober', audience: 'Board of Halberd Ltd' },
  slides: [
    {
      template_slide_id: 'tmpl_8812',
      slide_data: { 'Name of the client': 'Halberd', price: 1250 },
    },
  ],
};

const erase = postedEraser(request);

const inHex = (sign: string, byte: number): string => `${sign}${byte.toString(16)}`;

const escaped = (text: string): string => JSON.stringify(JSON.stringify(text));

describe('what was posted, in the text of an error', () => {
  it.each([
    ['whole', prompt],
    ['in capitals', prompt.toUpperCase()],
    ['in small letters', prompt.toLowerCase()],
    ['cut at its end', `${prompt.slice(0, 40)}…`],
    ['cut at its beginning', `...${prompt.slice(15)}`],
    ['cut within words', prompt.slice(3, 38)],
    ['escaped for JSON', escaped(prompt)],
    ['escaped for a URL', encodeURIComponent(prompt)],
    ['escaped for a URL twice', encodeURIComponent(encodeURIComponent(prompt))],
    ['escaped for a form', encodeURIComponent(prompt).replaceAll('%20', '+')],
    ['escaped for HTML', prompt.replaceAll('U', '&#85;').replaceAll(' ', '&nbsp;')],
    ['as a single word of it', 'Umbra'],
    ['as a word in capitals', 'UMBRA'],
    ['as a part of a word', 'Quarterl'],
    ['in one word with others', 'ProjectUmbra'],
    ['with unseen characters', 'Um\u00ADb\u200Bra'],
    ['with accents apart', 'Straße'.normalize('NFD')],
    ['as a number', '48213'],
    ['as a short text of it', 'Sober'],
    ['as an id', 'tmpl_8812'],
    ['as the name of a field of its own', 'Name of the client'],
  ])('is not repeated %s', (_, told) => {
    const text = erase(`inputText "${told}" is too long`);
    expect(text).toContain('inputText');
    expect(text).toContain('is too long');
    expect(text).toContain('[…]');
    for (const word of [
      'Umbra',
      'Quarterl',
      'revenue',
      'Straße',
      'STRASSE',
      '48213',
      'Sober',
      '8812',
      'client',
    ])
      expect(text.toLowerCase()).not.toContain(word.toLowerCase());
  });

  it.each([
    'Invalid API key',
    'numCards must be between 1 and 75',
    'exportAs must be one of pdf, pptx, png',
    'Failed to generate text. Check your inputs and try again.',
    'Insufficient credits remaining',
    'textMode: expected one of generate, condense, preserve',
    'body.slides.0.slide_data: field required',
    'Internal server error',
    '',
  ])('is nothing of the words in which errors are told: %s', (text) => {
    expect(erase(text)).toBe(text);
  });

  it('is not repeated where each of its words is one of errors', () => {
    const common = postedEraser({ prompt: 'Make the text of the next page too long for us' });
    expect(common('prompt "the text of the next page" is not allowed')).toBe(
      'prompt "[…]" is not allowed',
    );
  });

  it('is not repeated where it is written without spaces', () => {
    const japanese = postedEraser({ content: '秘密の計画について説明してください' });
    expect(japanese('content 「秘密の計画」 is not allowed')).toBe(
      'content 「[…]」 is not allowed',
    );
  });

  const foreign = 'Проект «Север» увольняет сотрудников в Müllerstraße';
  const ofForeign = postedEraser({ prompt: foreign });
  const bytes = [...Buffer.from(foreign)];
  const points = (write: (hex: string) => string): string =>
    foreign.replaceAll(/[^ -~]/gu, (letter) => write((letter.codePointAt(0) ?? 0).toString(16)));
  const json = points((hex) => String.raw`\u${hex.padStart(4, '0')}`);

  it.each([
    ['percent-encoded and cut within a character', encodeURIComponent(foreign).slice(0, 100)],
    ['percent-encoded and cut within a byte', encodeURIComponent(foreign).slice(0, 98)],
    [
      'wholly percent-encoded and cut',
      bytes
        .map((byte) => inHex('%', byte))
        .join('')
        .slice(0, -60),
    ],
    ['percent-encoded in Latin-1', 'M%FCllerstra%DFe'],
    ['percent-encoded as characters', points((hex) => `%u${hex.padStart(4, '0')}`)],
    ['escaped for JSON and cut within an escape', json.slice(0, -4)],
    ['as code points in braces', points((hex) => String.raw`\u{${hex}}`)],
    ['as long code points', points((hex) => String.raw`\U${hex.padStart(8, '0')}`)],
    ['as the bytes of Python', bytes.map((byte) => inHex(String.raw`\x`, byte)).join('')],
    [
      'in octal digits',
      bytes
        .map((byte) => (byte < 128 ? String.fromCharCode(byte) : `\\${byte.toString(8)}`))
        .join(''),
    ],
    [
      'in quoted-printable',
      bytes
        .map((byte) => (byte < 128 ? String.fromCharCode(byte) : inHex('=', byte).toUpperCase()))
        .join(''),
    ],
    ['as UTF-8 that was read as Latin-1', Buffer.from(foreign).toString('latin1')],
    ['in base64', Buffer.from(foreign).toString('base64')],
    ['in base64 for URLs, cut', Buffer.from(foreign).toString('base64url').slice(0, 70)],
    ['in hexadecimal digits', Buffer.from(foreign).toString('hex')],
    ['without accents', 'Mullerstrasse'],
    ['without umlauts', 'MUELLERSTRASSE'],
  ])('is not repeated %s', (_, told) => {
    const text = ofForeign(`prompt "${told}" is too long`);
    expect(text).toMatch(/^prompt "[^"]*\[…\][^"]*" is too long$/);
    expect(text.replace(/[^\p{L}\p{N}]/gu, '')).toMatch(/^prompt\p{L}{0,3}istoolong$/u);
  });

  it('is not repeated within a sentence without spaces', () => {
    const japanese = postedEraser({ content: '秘密の計画について説明してください' });
    expect(japanese('内容秘密の計画は許可されません')).toBe('内容[…]は許可されません');
  });

  it('is looked for in a text of any length, of which the beginning is told', () => {
    expect(erase(`${'x '.repeat(3000)}Umbra`)).not.toContain('Umbra');
  });

  it('does not blank a text for short words', () => {
    const short = postedEraser({ inputText: 'a to is of', textMode: 'generate', content: 'no' });
    expect(short('the title is missing, add one to go on')).toBe(
      'the title is missing, add one to go on',
    );
  });
});
