import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createMeasure } from '../../lambdas/adapters/metrics.ts';
import { dimensionNames, metricUnits } from '../../lambdas/contract/metrics.ts';
import { keptOutput, type KeptOutput } from '../support/kept-output.ts';

let output: KeptOutput;
beforeEach(() => {
  output = keptOutput();
});
afterEach(() => {
  vi.restoreAllMocks();
});

describe('a measurement', () => {
  it('is one line in the embedded metric format, by archiver and provider', () => {
    createMeasure('Decks-Archiver')(
      { UnusableAnswers: [0, 0, 1], DetectionLag: 1.5 },
      { provider: 'duomi' },
    );
    expect(output.lines()).toEqual([
      {
        _aws: {
          Timestamp: expect.any(Number) as number,
          CloudWatchMetrics: [
            {
              Namespace: 'GenerationArchiver',
              Dimensions: [['service', 'provider']],
              Metrics: [
                { Name: 'UnusableAnswers', Unit: 'Count' },
                { Name: 'DetectionLag', Unit: 'Seconds' },
              ],
            },
          ],
        },
        service: 'Decks-Archiver',
        provider: 'duomi',
        UnusableAnswers: [0, 0, 1],
        DetectionLag: 1.5,
      },
    ]);
  });

  it('has the dimensions that it was given, and none of the one before it', () => {
    const measure = createMeasure('Decks-Archiver');
    measure({ Outcomes: 1 }, { provider: 'gamma', outcome: 'Archived' });
    measure({ InternalFailures: 1 });
    const [first, second] = output.lines();
    expect(first).toMatchObject({ provider: 'gamma', outcome: 'Archived', Outcomes: 1 });
    expect(first).toMatchObject({
      _aws: { CloudWatchMetrics: [{ Dimensions: [['service', 'provider', 'outcome']] }] },
    });
    expect(second).toMatchObject({
      _aws: { CloudWatchMetrics: [{ Dimensions: [['service']] }] },
      InternalFailures: 1,
    });
    expect(second).not.toHaveProperty('provider');
  });

  it('of nothing writes nothing', () => {
    createMeasure('Decks-Archiver')({ UnusableAnswers: [] }, { provider: 'gamma' });
    expect(output.lines()).toEqual([]);
  });

  it('stays in one line for as many checks as a minute can hold', () => {
    createMeasure('Decks-Archiver')(
      { UnusableAnswers: Array.from({ length: 61 }, () => 0) },
      { provider: 'gamma' },
    );
    expect(output.lines()).toHaveLength(1);
  });

  it('never bears the name of a dimension, which the format could not tell apart', () => {
    const dimensions = new Set<string>(Object.values(dimensionNames));
    expect(Object.keys(metricUnits).filter((name) => dimensions.has(name))).toEqual([]);
  });
});
