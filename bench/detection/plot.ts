import type { Cell, Fare } from './lengths.ts';

/** Size of one panel and of what is around its axes, in pixels. */
const panel = { width: 300, height: 270, left: 52, right: 14, top: 34, bottom: 42 };

const columns = 3;

/**
 * Both axes are logarithmic: from the cheapest and quickest to the dearest and slowest that
 * appears.
 */
const costs = { from: 0.05, to: 60 };
const lags = { from: 1, to: 150 };

interface Mark {
  readonly label: string;
  readonly colour: string;
  readonly shape: 'circle' | 'square' | 'triangle';
  of(cell: Cell): Fare | undefined;
}

const other =
  (name: string) =>
  (cell: Cell): Fare | undefined =>
    cell.others.find((fare) => fare.name === name);

const marks: readonly Mark[] = [
  {
    label: 'Generation Archiver (Gamma)',
    colour: '#c2410c',
    shape: 'circle',
    of: ({ archiver }) => archiver,
  },
  {
    label: 'Job poller, 5 s',
    colour: '#1d4ed8',
    shape: 'square',
    of: other('Step Functions job poller, 5 s'),
  },
  {
    label: 'Job poller, 30 s',
    colour: '#60a5fa',
    shape: 'square',
    of: other('Step Functions job poller, 30 s'),
  },
  {
    label: 'Delay of 60 s',
    colour: '#64748b',
    shape: 'square',
    of: other('delay of 60 s, then each 60 s'),
  },
  {
    label: 'Durable function, 5 s',
    colour: '#047857',
    shape: 'triangle',
    of: other('durable function, 5 s'),
  },
  {
    label: 'Durable function, default',
    colour: '#34d399',
    shape: 'triangle',
    of: other('durable function, default strategy'),
  },
];

const scale = (value: number, { from, to }: { from: number; to: number }): number =>
  Math.log(value / from) / Math.log(to / from);

const number = (value: number): string => value.toFixed(1);

const shapeAt = ({ shape, colour }: Mark, x: number, y: number): string => {
  switch (shape) {
    case 'circle':
      return `<circle cx="${number(x)}" cy="${number(y)}" r="6" fill="${colour}"/>`;
    case 'square':
      return `<rect x="${number(x - 5)}" y="${number(y - 5)}" width="10" height="10" fill="${colour}"/>`;
    case 'triangle':
      return `<path d="M${number(x)} ${number(y - 6)}l6 11h-12z" fill="${colour}"/>`;
  }
};

const text = (x: number, y: number, content: string, more = ''): string =>
  `<text x="${number(x)}" y="${number(y)}" ${more}>${content}</text>`;

const drawPanel = (cell: Cell, column: number, row: number): string => {
  const left = column * panel.width + panel.left;
  const top = row * panel.height + panel.top;
  const width = panel.width - panel.left - panel.right;
  const height = panel.height - panel.top - panel.bottom;
  const x = (dollars: number): number => left + scale(dollars, costs) * width;
  const y = (seconds: number): number =>
    top + height - scale(Math.max(seconds, lags.from), lags) * height;
  const grid = [
    ...[0.1, 1, 10].map((dollars) => {
      const line = `<path d="M${number(x(dollars))} ${top}v${height}" class="grid"/>`;
      return line + text(x(dollars), top + height + 15, `$${dollars}`, 'text-anchor="middle"');
    }),
    ...[1, 3, 10, 30, 100].map((seconds) => {
      const line = `<path d="M${left} ${number(y(seconds))}h${width}" class="grid"/>`;
      return line + text(left - 7, y(seconds) + 4, `${seconds} s`, 'text-anchor="end"');
    }),
  ];
  const points = marks.flatMap((mark) => {
    const fare = mark.of(cell);
    return fare?.dollarsPerThousand === undefined
      ? []
      : [shapeAt(mark, x(fare.dollarsPerThousand), y(fare.meanLagSeconds))];
  });
  const heading = text(
    left,
    top - 10,
    `job of ${Math.round(cell.nominalSeconds / 60)} min`,
    'class="heading"',
  );
  const frame = `<rect x="${left}" y="${top}" width="${width}" height="${height}" class="frame"/>`;
  const label = text(
    left + width / 2,
    top + height + 32,
    'cost of 1,000 generations',
    'text-anchor="middle"',
  );
  return [frame, ...grid, heading, label, ...points.toReversed()].join('\n');
};

const drawLegend = (column: number, row: number): string => {
  const left = column * panel.width + panel.left;
  const top = row * panel.height + panel.top + 6;
  const lines = marks.map(
    (mark, index) =>
      shapeAt(mark, left, top + index * 24) + text(left + 16, top + index * 24 + 4, mark.label),
  );
  const note = [
    'left is cheaper, down is quicker;',
    'mean lag, uniform lengths ±15 %,',
    'logarithmic axes, prices of us-east-1',
  ];
  return [
    ...lines,
    ...note.map((line, index) => text(left - 6, top + marks.length * 24 + 14 + index * 16, line)),
  ].join('\n');
};

/** Cost against lag, one panel per job length, as an SVG document. */
export const drawPlot = (cells: readonly Cell[]): string => {
  const shown = cells.filter(
    ({ provider, distribution }) => provider === 'gamma' && distribution === 'uniform',
  );
  const rows = Math.ceil((shown.length + 1) / columns);
  const size = { width: columns * panel.width, height: rows * panel.height };
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${size.width}" height="${size.height}" viewBox="0 0 ${size.width} ${size.height}" role="img">`,
    '<title>Cost of checking against detection lag, for generations of five lengths</title>',
    '<style>text{font:12px system-ui,sans-serif;fill:#334155}.heading{font-weight:600;fill:#0f172a}',
    '.grid{stroke:#e2e8f0;fill:none}.frame{stroke:#94a3b8;fill:#ffffff}</style>',
    `<rect width="${size.width}" height="${size.height}" fill="#ffffff"/>`,
    ...shown.map((cell, index) => drawPanel(cell, index % columns, Math.floor(index / columns))),
    drawLegend(shown.length % columns, Math.floor(shown.length / columns)),
    '</svg>',
    '',
  ].join('\n');
};
