import * as fc from 'fast-check';
import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { finalTableOf, tableOf } from '../../local/progress-table.ts';
import type { Outcome, Row, Rows } from '../../local/progress.ts';

const row = (more: Partial<Row>): Row => ({
  provider: 'gamma',
  generationId: 'abc',
  startedAt: 0,
  says: 'pending',
  checks: 3,
  ...more,
});

const rowsOf = (...rows: readonly Row[]): Rows =>
  new Map(rows.map((one, index) => [String(index), one]));

const ended = (problem: string): Pick<Row, 'outcome'> => ({
  outcome: { detailType: 'Generation Failed', files: [], problem },
});

const saved: Outcome = {
  detailType: 'Generation Archived',
  files: [
    { key: 'slidespeak/a/presentation-variant-1.pptx', bytes: 34_567, sha256: 'ab'.repeat(32) },
    { key: 'slidespeak/a/presentation-variant-2.pptx', bytes: 1_234_567, sha256: 'ab'.repeat(32) },
  ],
};

/** The widths of terminals that people have. */
const columns = fc.integer({ min: 40, max: 300 });

const hostile = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 120 }),
  fc
    .array(
      fc.constantFrom(
        '発表資料',
        '👩‍👩‍👧‍👦',
        '🇩🇪',
        '👍🏽',
        'e\u0301\u0323',
        '\u001B[31mred\u001B[0m',
        '\u001B[2J',
        '\u001B]8;;https://example.com\u0007link\u001B]8;;\u0007',
        'a\nb',
        '\t',
        '\u202E',
        '한국어',
        'नमस्ते',
        'word ',
      ),
      { maxLength: 40 },
    )
    .map((parts) => parts.join('')),
);

const anyRow: fc.Arbitrary<Row> = fc
  .record({
    provider: fc.constantFrom('gamma', 'chronicle', 'slidespeak', 'a-provider-of-my-own-house'),
    generationId: fc.stringMatching(/^[A-Za-z0-9._-]{1,200}$/),
    says: hostile,
    progress: fc.option(fc.double({ min: 0, max: 1, noNaN: true }), { nil: undefined }),
    checks: fc.nat(20_000),
    problem: fc.option(hostile, { nil: undefined }),
    files: fc.boolean(),
  })
  .map(({ progress, problem, files, ...more }) =>
    row({
      ...more,
      ...(progress === undefined ? {} : { progress }),
      ...(problem === undefined
        ? {}
        : {
            outcome: {
              detailType: 'Generation Partially Archived',
              files: files ? saved.files : [],
              problem,
            },
          }),
    }),
  );

/** Columns that a line takes where every part of a joined emoji is drawn by itself. */
const mostColumns = (line: string): number =>
  Array.from(line, (part) => stringWidth(part)).reduce((sum, width) => sum + width, 0);

describe('the table in a terminal', () => {
  it('fits its width and its height, whatever is said and however wide the characters are', () => {
    fc.assert(
      fc.property(
        fc.array(anyRow, { minLength: 1, maxLength: 6 }),
        columns,
        fc.integer({ min: 2, max: 40 }),
        (all, width, height) => {
          const rows = rowsOf(...all);
          const table = tableOf(rows, 1_000_000, { columns: width, rows: height });
          expect(table.length).toBeLessThan(height);
          const whole = finalTableOf(rows, 1_000_000, width);
          for (const line of [...table, ...whole]) {
            expect(Math.max(stringWidth(line), mostColumns(line))).toBeLessThan(width);
            expect(line).not.toMatch(/\p{Cc}/u);
          }
          expect(whole.filter((line) => /^[·✓✗] /.test(line))).toHaveLength(all.length);
        },
      ),
      { numRuns: 60 },
    );
  });

  it.each([40, 60, 80, 100, 120, 200, 300])(
    'draws a percentage as a bar in %i columns',
    (width) => {
      const [line = ''] = tableOf(rowsOf(row({ provider: 'slidespeak', progress: 0.42 })), 0, {
        columns: width,
        rows: 24,
      });
      const drawn = /(?<full>█+)(?<rest>░+) +42 %/.exec(line)?.groups;
      const [full = 0, rest = 0] = [drawn?.['full']?.length, drawn?.['rest']?.length];
      expect(full + rest).toBeGreaterThanOrEqual(4);
      expect(full).toBe(Math.round(0.42 * (full + rest)));
    },
  );

  it.each([
    [0, '░░░░░░░░░░   0 %'],
    [0.5, '█████░░░░░  50 %'],
    [1, '██████████ 100 %'],
  ])('draws %f as %s', (progress, drawn) => {
    const table = tableOf(rowsOf(row({ progress })), 0, { columns: 120, rows: 24 });
    expect(table.join('')).toContain(`pending ${drawn}`);
  });

  it('draws no bar for what has ended', () => {
    const rows = rowsOf(row({ progress: 0.9, outcome: saved }));
    expect(tableOf(rows, 0, { columns: 120, rows: 24 }).join('')).not.toMatch(/[█░]/);
  });

  it('keeps its columns, and both ends of an id that is too long', () => {
    const id = `generation-${'0'.repeat(180)}-the-end`;
    const table = tableOf(rowsOf(row({}), row({ generationId: id })), 0, { columns: 80, rows: 24 });
    expect(new Set(table.map((line) => line.indexOf('pending'))).size).toBe(1);
    expect(table[1]).toMatch(/generation-0+….*-the-end {2}pending/);
  });

  it('shows what is still open where there are more generations than lines', () => {
    const rows = rowsOf(
      ...Array.from({ length: 30 }, (_, index) =>
        row({ generationId: `g${index}`, ...(index < 20 ? { outcome: saved } : {}) }),
      ),
    );
    const table = tableOf(rows, 0, { columns: 80, rows: 12 });
    expect(table).toHaveLength(11);
    expect(table.filter((line) => line.startsWith('·'))).toHaveLength(10);
    expect(table.at(-1)).toBe('… 20 more; 20 of 30 ended');
    expect(finalTableOf(rows, 0, 80).filter((line) => /^[·✓]/.test(line))).toHaveLength(30);
  });

  it('leaves nothing of a problem out in the end: it goes on below its line', () => {
    const problem =
      'Unauthorized: Gamma refused the key: store a valid one and send the event again';
    const lines = finalTableOf(rowsOf(row(ended(problem)), row({ outcome: saved })), 0, 60);
    const text = lines.map((line) => line.trim()).join(' ');
    expect(text).toContain(problem);
    expect(text).toContain(
      'presentation-variant-1.pptx 34.6 kB, presentation-variant-2.pptx 1.23 MB',
    );
    expect(lines.length).toBeGreaterThan(4);
  });

  it('stays on one line where there is room', () => {
    const rows = rowsOf(row({ provider: 'slidespeak', outcome: saved }));
    expect(finalTableOf(rows, 0, 160)).toHaveLength(1);
    expect(finalTableOf(rows, 0, 100).length).toBeGreaterThan(1);
  });
});
