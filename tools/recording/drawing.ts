import type { Span } from './spans.ts';

/** The size of the terminal that was recorded. */
export interface Size {
  readonly columns: number;
  readonly rows: number;
}

/** Pixels. A character is as wide as monospaced fonts of 14 pixels have it. */
const character = { width: 8.4, height: 19, size: 14 } as const;
const margin = 16;
/** Of the bar with the three buttons. */
const barHeight = 30;

const colours = {
  screen: '#0d1117',
  text: '#c9d1d9',
  saved: '#3fb950',
  lost: '#f85149',
  bar: '#58a6ff',
  quiet: '#8b949e',
} as const;

/** Spaces do not give way: viewers differ over how others are kept. */
const escape = (text: string): string =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll(' ', '\u00A0');

/** What has a colour of its own. */
const coloured: readonly (readonly [RegExp, string])[] = [
  [/^✓/, colours.saved],
  [/^✗/, colours.lost],
  [/[█░]+/, colours.bar],
  [/sha256 [0-9a-f]+…/, colours.quiet],
];

const withColours = (text: string): string => {
  for (const [pattern, colour] of coloured) {
    const match = pattern.exec(text);
    if (match === null) continue;
    const [found] = match;
    const before = text.slice(0, match.index);
    const after = text.slice(match.index + found.length);
    return `${escape(before)}<tspan fill="${colour}">${escape(found)}</tspan>${withColours(after)}`;
  }
  return escape(text);
};

const rounded = (value: number): string => String(Number(value.toFixed(4)));

/** Visible from one moment to another, over and over. */
const timing = ({ from, to }: Span, length: number): string => {
  const steps: [number, string][] = [
    [0, from === 0 ? 'visible' : 'hidden'],
    ...(from === 0 ? [] : [[from / length, 'visible'] as [number, string]]),
    ...(to >= length ? [] : [[to / length, 'hidden'] as [number, string]]),
  ];
  const times = steps.map(([time]) => rounded(time)).join(';');
  const values = steps.map(([, value]) => value).join(';');
  return `<animate attributeName="visibility" calcMode="discrete" dur="${length / 1000}s" repeatCount="indefinite" keyTimes="${times}" values="${values}"/>`;
};

const lineOf = (span: Span, length: number): string => {
  const y = barHeight + margin + (span.line + 0.8) * character.height;
  // Where nothing moves, in an editor or on paper, the last screen is seen.
  const isLast = span.to >= length;
  const isAlways = span.from === 0 && isLast;
  const place = `x="${margin}" y="${rounded(y)}" textLength="${rounded(span.text.length * character.width)}"`;
  const hidden = isLast ? '' : ' visibility="hidden"';
  return `<text ${place}${hidden}>${withColours(span.text)}${isAlways ? '' : timing(span, length)}</text>`;
};

/**
 * A recording as an SVG that plays by itself, without a script.
 *
 * @param length of the recording, milliseconds; it begins anew after that
 */
export const drawRecording = (
  spans: readonly Span[],
  { columns, rows }: Size,
  length: number,
  title: string,
): string => {
  const width = Math.ceil(columns * character.width + 2 * margin);
  const height = Math.ceil(barHeight + rows * character.height + 2 * margin);
  const buttons = ['#ff5f56', '#ffbd2e', '#27c93f'].map(
    (fill, index) => `<circle cx="${22 + index * 18}" cy="17" r="5.5" fill="${fill}"/>`,
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="title">`,
    `<title id="title">${title}</title>`,
    `<rect width="${width}" height="${height}" rx="8" fill="${colours.screen}"/>`,
    ...buttons,
    `<g fill="${colours.text}" font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="${character.size}">`,
    ...spans.map((span) => lineOf(span, length)),
    '</g>',
    '</svg>',
    '',
  ].join('\n');
};
