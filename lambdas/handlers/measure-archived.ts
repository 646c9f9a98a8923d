import type { Copy } from '../contract/copy-state.ts';
import type { Measure } from '../contract/ports.ts';

/**
 * Measures a copy that succeeded. Executions that fail are counted where Step Functions tells of
 * their end.
 */
export const measureArchived = (measure: Measure, { next, result }: Copy): void => {
  if (next !== 'succeed' || result === undefined) return;
  const { detailType, detail } = result;
  const { provider, artifacts = [], timing } = detail;
  measure(
    { Outcomes: 1 },
    { provider, outcome: detailType === 'Generation Archived' ? 'Archived' : 'PartiallyArchived' },
  );
  measure(
    {
      TimeToArchive: (Date.parse(timing.endedAt) - Date.parse(timing.requestedAt)) / 1000,
      ArchivedBytes: artifacts.reduce((sum, { bytes }) => sum + bytes, 0),
    },
    { provider },
  );
};
