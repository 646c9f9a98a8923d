import type { Series, Widget } from '../../lib/monitoring/dashboard-body.ts';
import { sampleCurve } from './sample-curve.ts';

/** Pixels of a column and of a row of the grid. */
const cell = { width: 50, height: 46 };

/** The console's own colours for series that name none. */
const palette = [
  '#1f77b4',
  '#ff7f0e',
  '#2ca02c',
  '#d62728',
  '#9467bd',
  '#8c564b',
  '#e377c2',
  '#7f7f7f',
  '#bcbd22',
  '#17becf',
];

const points = 48;

const escape = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

const text = (x: number, y: number, content: string, attributes = ''): string =>
  `<text x="${x}" y="${y}" ${attributes}>${escape(content)}</text>`;

const colorOf = ({ color }: Series, index: number): string =>
  color ?? palette[index % palette.length] ?? 'black';

/** A text of so many characters at most. */
const cut = (content: string, length: number): string =>
  content.length > length ? `${content.slice(0, length - 1)}…` : content;

const legend = (series: readonly Series[], width: number, height: number): string => {
  const columns = 3;
  const rows = Math.ceil(series.length / columns);
  return series
    .map((one, index) => {
      const x = 14 + (index % columns) * ((width - 20) / columns);
      const y = height - 10 - (rows - 1 - Math.floor(index / columns)) * 13;
      const look = `class="small"`;
      return `<rect x="${x}" y="${y - 7}" width="8" height="8" fill="${colorOf(one, index)}"/>${text(x + 12, y, cut(one.label, 19), look)}`;
    })
    .join('');
};

const graph = (
  series: readonly Series[],
  stacked: boolean,
  axis: string,
  width: number,
  height: number,
): string => {
  const legendRows = Math.ceil(series.length / 3);
  const plot = { left: 30, top: 46, right: width - 14, bottom: height - 24 - legendRows * 13 };
  const tall = plot.bottom - plot.top;
  const curves = series.map((one) => sampleCurve(one, points));
  const below = Array.from({ length: points }, () => 0);
  const levels = curves.map((curve) =>
    curve.map((value, step) => (below[step] = stacked ? (below[step] ?? 0) + value : value)),
  );
  const highest = Math.max(1, ...levels.flat());
  const at = (level: number, step: number): string => {
    const x = plot.left + (step / (points - 1)) * (plot.right - plot.left);
    return `${x.toFixed(1)},${(plot.bottom - (level / highest) * tall).toFixed(1)}`;
  };
  const lines = levels
    .map((level, index) => {
      const [one] = series.slice(index, index + 1);
      if (one === undefined) return '';
      const look = one.isRight ? ' stroke-dasharray="3 3"' : '';
      const line = level.map(at).join(' ');
      const area = `<polygon points="${line} ${plot.right},${plot.bottom} ${plot.left},${plot.bottom}" fill="${colorOf(one, index)}" fill-opacity="0.75"/>`;
      const curve = `<polyline points="${line}" fill="none" stroke="${colorOf(one, index)}" stroke-width="1.6"${look}/>`;
      return stacked ? area : curve;
    })
    // Of a stack the upper areas reach down to the axis: drawn first, the lower ones cover them.
    .toReversed();
  const grid = [0, 0.5, 1].map((part) => {
    const y = plot.bottom - part * tall;
    return `<line x1="${plot.left}" x2="${plot.right}" y1="${y}" y2="${y}" stroke="#e3e6ea"/>`;
  });
  const mark = text(plot.right - 4, plot.top + 10, 'sample', 'class="mark" text-anchor="end"');
  return `${grid.join('')}${lines.join('')}${text(14, plot.top - 8, axis, 'class="small"')}${mark}${legend(series, width, height)}`;
};

const numbers = (series: readonly Series[], width: number): string =>
  series
    .map((one, index) => {
      const x = 14 + (index % 2) * (width / 2);
      const y = 72 + Math.floor(index / 2) * 66;
      const isQuiet = sampleCurve(one, points).at(-1) === 0;
      const shown = one.label.startsWith('Dollars')
        ? (0.42 - index * 0.04).toFixed(2)
        : String(isQuiet ? 0 : 870 - index * 18);
      return `${text(x, y, shown, 'class="number"')}${text(x, y + 17, cut(one.label, 30), 'class="small"')}`;
    })
    .join('') + text(width - 18, 20, 'sample', 'class="mark" text-anchor="end"');

const alarms = (names: readonly string[], width: number): string => {
  const columns = 6;
  return names
    .map((name, index) => {
      const x = 14 + (index % columns) * ((width - 20) / columns);
      const y = 36 + Math.floor(index / columns) * 32;
      const look = `rx="4" fill="#e7f4e8" stroke="#2c8a3d"`;
      return `<rect x="${x}" y="${y}" width="${(width - 20) / columns - 8}" height="25" ${look}/>${text(x + 8, y + 17, cut(name, 29), 'class="small"')}`;
    })
    .join('');
};

const drawn = ({ x, y, width, height, shown }: Widget): string => {
  const size = { width: width * cell.width - 8, height: height * cell.height - 8 };
  const frame = `<rect width="${size.width}" height="${size.height}" rx="6" fill="white" stroke="#c9ced6"/>`;
  const open = `<g transform="translate(${x * cell.width + 4} ${y * cell.height + 4})">`;
  switch (shown.kind) {
    case 'text':
      return `${open}${text(6, 28, shown.text, 'class="heading"')}</g>`;
    case 'alarms':
      return `${open}${frame}${text(14, 22, shown.title, 'class="title"')}${alarms(shown.alarms, size.width)}</g>`;
    case 'numbers':
      return `${open}${frame}${text(14, 22, shown.title, 'class="title"')}${numbers(shown.series, size.width)}</g>`;
    case 'graph': {
      const { title, series, stacked, axis } = shown;
      return `${open}${frame}${text(14, 22, title, 'class="title"')}${graph(series, stacked, axis, size.width, size.height)}</g>`;
    }
  }
};

const style = [
  'text { font-family: Helvetica, Arial, sans-serif; fill: #16191f; }',
  '.heading { font-size: 20px; font-weight: bold; }',
  '.title { font-size: 13px; font-weight: bold; }',
  '.small { font-size: 10px; fill: #545b64; }',
  '.number { font-size: 28px; }',
  '.mark { font-size: 10px; font-style: italic; fill: #98a1ad; }',
].join(' ');

/**
 * Draws a dashboard from its definition, with invented curves that say so. The same definition
 * always gives the same picture.
 */
export const drawDashboard = (widgets: readonly Widget[]): string => {
  const width = 24 * cell.width;
  const height = Math.max(...widgets.map((widget) => widget.y + widget.height)) * cell.height + 24;
  const note =
    'Drawn from the definition of the dashboard. Curves and numbers are samples, not measurements.';
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-size="12">`,
    `<style>${style}</style>`,
    `<rect width="${width}" height="${height}" fill="#f2f3f3"/>`,
    ...widgets.map(drawn),
    text(width / 2, height - 9, note, 'class="mark" text-anchor="middle"'),
    '</svg>',
    '',
  ].join('\n');
};
