import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { simulatedProviders } from '../../local/simulator/index.ts';
import { drawRecording } from '../../tools/recording/drawing.ts';
import { spansOf } from '../../tools/recording/spans.ts';

describe('what stood where in a recording', () => {
  it('is told once for as long as it stays, and again where it comes back', () => {
    const frames = [
      { at: 0, lines: ['$ npm start'] },
      { at: 100, lines: ['$ npm start', 'waiting'] },
      { at: 300, lines: ['$ npm start', 'archived'] },
      { at: 400, lines: ['$ npm start', ''] },
      { at: 500, lines: ['$ npm start', 'archived'] },
    ];
    expect(spansOf(frames, 900)).toEqual([
      { line: 0, text: '$ npm start', from: 0, to: 900 },
      { line: 1, text: 'waiting', from: 100, to: 300 },
      { line: 1, text: 'archived', from: 300, to: 400 },
      { line: 1, text: 'archived', from: 500, to: 900 },
    ]);
  });

  it('is nothing where nothing was shown', () => {
    expect(spansOf([], 100)).toEqual([]);
  });
});

describe('the drawing of a recording', () => {
  const svg = drawRecording(
    [
      { line: 0, text: '$ npm start', from: 0, to: 1000 },
      { line: 1, text: 'a <b> & c', from: 250, to: 500 },
      { line: 1, text: '✓ archived', from: 500, to: 1000 },
    ],
    { columns: 40, rows: 5 },
    1000,
    'A run',
  );
  const texts = svg.match(/<text .*<\/text>/g) ?? [];

  it('shows each text in its time, and has no script', () => {
    expect(texts).toHaveLength(3);
    expect(texts[0]).not.toContain('<animate');
    expect(texts[1]).toContain('keyTimes="0;0.25;0.5" values="hidden;visible;hidden"');
    expect(texts[2]).toContain('keyTimes="0;0.5" values="hidden;visible"');
    expect(svg).not.toContain('<script');
  });

  it('shows the end where nothing moves', () => {
    expect(texts.map((text) => text.includes(' visibility="hidden"'))).toEqual([
      false,
      true,
      false,
    ]);
  });

  it('keeps its characters and its columns', () => {
    expect(texts[1]).toContain('a\u00A0&lt;b&gt;\u00A0&amp;\u00A0c<');
    expect(texts[1]).toContain('textLength="75.6"');
    expect(texts[2]).toMatch(/<tspan fill="#\w+">✓<\/tspan>/);
  });
});

describe('the recording on the page', () => {
  it('is of every provider of the demonstration, from its beginning to its end', () => {
    const svg = readFileSync('docs/npm-start.svg', 'utf8').replaceAll('\u00A0', ' ');
    const atTheEnd = (svg.match(/<text [^>]*>.*<\/text>/g) ?? []).filter(
      (text) => !text.includes('visibility="hidden"'),
    );
    for (const provider of simulatedProviders)
      expect(atTheEnd.some((text) => text.includes(` ${provider} `))).toBe(true);
    expect(atTheEnd.join('')).toContain('Saved and verified:');
    expect(svg).toContain('$ npm start');
  });
});
