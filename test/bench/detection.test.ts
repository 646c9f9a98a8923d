import { describe, expect, it } from 'vitest';
import { simulateDay } from '../../bench/detection/day.ts';
import { deploy } from '../../bench/detection/deployment.ts';
import { worstHistory } from '../../bench/detection/history.ts';
import { measureLengths } from '../../bench/detection/lengths.ts';
import { drawPlot } from '../../bench/detection/plot.ts';
import {
  gammaOnOneKey,
  chronicleOnOneKey,
  outage,
  quietKeyBesideCrowd,
} from '../../bench/detection/shared-keys.ts';
import { everyProvider } from '../../tools/every-provider.ts';

const deployment = deploy(everyProvider);
const cells = await measureLengths(deployment, 60);
const of = (provider: string) => cells.filter((cell) => cell.provider === provider);
const dollars = (fare: { readonly dollarsPerThousand?: number }): number =>
  fare.dollarsPerThousand ?? 0;

describe('the schedule, simulated', () => {
  // A sample of 60 scatters by a tenth around the figures of the bench.
  it('finds jobs of up to 3 minutes within 2.5 s and longer ones within 0.7 % of their length, on average', () => {
    for (const { archiver, allowedLagSeconds } of cells) {
      expect(archiver.meanLagSeconds).toBeLessThan(allowedLagSeconds * 1.2);
    }
  });

  it('costs at most a sixth of a job poller at the same interval from 3 minutes on', () => {
    for (const { archiver, poller } of ['gamma', 'chronicle', 'duomi', 'perceptis']
      .flatMap(of)
      .filter(({ nominalSeconds }) => nominalSeconds >= 180)) {
      expect(dollars(archiver)).toBeLessThan(dollars(poller) / 6);
    }
  });

  it('costs no more than a durable function at the intervals of Duomi and Perceptis', () => {
    for (const { archiver, durable } of [...of('duomi'), ...of('perceptis')]) {
      expect(dollars(archiver)).toBeLessThan(dollars(durable) * 1.01);
    }
  });

  it('goes through five states from the event to the archive', () => {
    expect(of('gamma')[0]?.archiver.transitionsPerGeneration).toBe(5);
    expect(of('duomi')[0]?.archiver.transitionsPerGeneration).toBe(5);
  });

  it('keeps a day of the worst schedule below a quarter of the history that an execution may have', async () => {
    const { events, longestRoundSeconds } = await worstHistory(deployment);
    expect(events).toBeLessThanOrEqual(6000);
    expect(longestRoundSeconds).toBeLessThan(300);
  });

  it('is drawn with a panel per length', () => {
    const plot = drawPlot(cells);
    for (const minutes of [1, 3, 10, 25, 40]) expect(plot).toContain(`job of ${minutes} min`);
    expect(plot).not.toContain('NaN');
  });
});

describe('a key that many generations share', () => {
  it("stays below every limit that Gamma's headers tell of", async () => {
    const crowd = { provider: 'gamma', generations: 2000, lengthSeconds: 120, apartSeconds: 0 };
    const figures = await gammaOnOneKey(deployment, crowd, 0);
    expect(figures).toMatchObject({ archived: 2000, refusedAfterFirstMinute: 0 });
  });

  it('is shared by all where only 429 tells of a limit, and none starves', async () => {
    const figures = await chronicleOnOneKey(deployment, {
      provider: 'chronicle',
      generations: 100,
      lengthSeconds: 300,
      apartSeconds: 0,
    });
    expect(figures.archived).toBe(100);
    expect(figures.maxLagSeconds).toBeLessThan(3600);
    // One crowd scatters by a half around the share of the bench's five, which is below 0.1.
    expect(figures.refused / figures.requests).toBeLessThan(0.15);
  });

  it('is asked at its exact pace where two checks may run at a time', async () => {
    const figures = await chronicleOnOneKey(deployment, {
      provider: 'chronicle',
      generations: 100,
      lengthSeconds: 300,
      apartSeconds: 0,
      maxConcurrentChecks: 2,
    });
    expect(figures.archived).toBe(100);
    expect(figures.refused / figures.requests).toBeLessThan(0.05);
    expect(figures.p99LagSeconds).toBeLessThan(655);
  });

  it.each([12, 60])(
    'sees few 429 answers where generations start %d s apart',
    async (apartSeconds) => {
      const figures = await chronicleOnOneKey(deployment, {
        provider: 'chronicle',
        generations: 100,
        lengthSeconds: 300,
        apartSeconds,
      });
      expect(figures.archived).toBe(100);
      // One crowd scatters by a third around the share of the bench's five.
      expect(figures.refused / figures.requests).toBeLessThan(0.07);
    },
  );

  it('does not slow down another key', async () => {
    const { alone, beside } = await quietKeyBesideCrowd(deployment);
    expect(Math.abs(beside - alone)).toBeLessThan(4);
  });

  it('sees no stampede after an outage', async () => {
    const figures = await outage(deployment, 200);
    expect(figures.archived).toBe(200);
    expect(figures.firstSecondAfter).toBeLessThan(2 * figures.steadyPerSecond);
    expect(figures.busiestSecondAfter).toBeLessThan(2 * figures.steadyPerSecond);
  });
});

describe('a simulated day', () => {
  it('archives everything and counts what it takes', async () => {
    const day = await simulateDay(deployment, 500);
    expect(day).toMatchObject({ generations: 500, archived: 500 });
    expect(day.stateTransitions).toBeGreaterThanOrEqual(5 * 500);
    expect(day.peakConcurrency).toBeGreaterThan(1);
  });
});
