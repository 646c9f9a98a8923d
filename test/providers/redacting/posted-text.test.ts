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
