import { describe, expect, it } from 'vitest';
import type { Row, Rows } from '../../local/progress.ts';
import {
  interruptionText,
  rejectionText,
  report,
  uncertaintiesIn,
} from '../../local/run-report.ts';

const row = (more: Partial<Row>): Row => ({
  provider: 'gamma',
  startedAt: 0,
  says: 'pending',
  checks: 1,
  ...more,
});

const rowsOf = (...rows: readonly Row[]): Rows =>
  new Map(rows.map((one, index) => [String(index), one]));

const notStarted = (problem: string): Row =>
  row({
    requestId: 'order-7',
    outcome: { detailType: 'Generation Not Started', files: [], problem },
  });

describe('the end of a run', () => {
  it('tells what the provider warned of, which has left the screen by then', () => {
    const text = report(
      rowsOf(row({ generationId: 'gen-1', warnings: 'the theme is not known' })),
      (key) => key,
      '/elsewhere/events.jsonl',
    );
    expect(text).toContain(
      'Nothing was saved.\n\nThe provider warned:\n  gen-1: the theme is not known\n\nEvents: /elsewhere/events.jsonl\n',
    );
  });

  it('says plainly where to look when nobody knows whether something was started, and only then', () => {
    expect(
      uncertaintiesIn(
        rowsOf(notStarted('StartUncertain: the answer was lost'), notStarted('Unauthorized: no')),
      ),
    ).toEqual([
      'nobody knows whether order-7 was started: look for it at Gamma: if it is there, follow it with npm start -- gamma <its id>; ' +
        'if not, repeat the command with a --request-id other than order-7',
    ]);
  });

  it('that was interrupted tells how to go on with what was started here', () => {
    const saved = row({
      generationId: 'gen-0',
      requestId: 'order-1',
      outcome: { detailType: 'Generation Archived', files: [] },
    });
    const text = interruptionText(
      rowsOf(
        saved,
        row({ generationId: 'gen-1' }),
        row({ generationId: 'gen-2', requestId: 'order-2' }),
        row({ requestId: 'order-3' }),
      ),
    );
    expect(text.trimEnd().split('\n')).toEqual([
      'interrupted: 3 of 4 generations are still open; what is saved stays',
      '  gamma gen-2: go on with npm start -- gamma gen-2',
      expect.stringMatching(
        /^ {2}gamma order-3: it may have been started: .* --request-id order-3 /,
      ),
    ]);
  });

  it('lists what was wrong with the trigger', () => {
    const problems = [
      { field: 'request.inputText', message: 'is missing' },
      { field: '', message: 'must be a JSON object' },
    ];
    expect(rejectionText(problems)).toBe(
      'it was not accepted:\n  request.inputText: is missing\n  the event: must be a JSON object\n',
    );
  });
});
