import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createCopyExports } from '../../lambdas/handlers/copy-exports.ts';
import { ready, startCopyWorld, type CopyWorld } from '../support/copy-world.ts';
import { pdf } from '../support/decks.ts';
import { keptLog, keptMeasurements } from '../support/fake-world.ts';
import { file } from '../support/file-server.ts';
import { memoryStore } from '../support/memory-store.ts';
import { virtualClock } from '../support/virtual-clock.ts';

let world: CopyWorld;
beforeEach(async () => {
  world = await startCopyWorld();
});
afterEach(async () => world.server.close());

/** An answer of a provider that asks to be left alone for a while. */
const busy = (retryAfterSeconds: number) => ({
  status: { kind: 'throttled', message: 'busy' } as const,
  retryAfterSeconds,
});

describe('the copy function', () => {
  it('answers with what the machine does next, and the event to announce', async () => {
    world.provider(ready([{ url: world.server.script('/deck', file(pdf())) }]));
    expect(await world.copy()).toMatchObject({
      next: 'succeed',
      result: { detailType: 'Generation Archived' },
    });
  });

  it('goes on from what an earlier invocation returned', async () => {
    const { bucket } = world.store;
    const stored = {
      1: {
        bucket,
        key: 'gamma/gen-1/presentation.pdf',
        uri: 's3://decks/gamma/gen-1/presentation.pdf',
        format: 'pdf' as const,
        contentType: 'application/pdf',
        bytes: 2,
        sha256: 'ab',
        crc32: 'AAAAAA==',
      },
    };
    world.store.plant('gamma/gen-1/presentation.pdf', pdf());
    world.provider(ready([{ url: `${world.server.origin}/never` }]));
    const { result } = await world.copy({ progress: { stored, failed: {} } });
    // The manifest tells what lies in the bucket, not what an earlier invocation remembers.
    expect(result?.detail.artifacts).toMatchObject([{ bytes: 2000 }]);
    expect(world.server.seen).toEqual([]);
  });

  describe('keeps time back at its end:', () => {
    it.each([
      { what: 'a minute and a half of a long invocation', minutes: 15, within: 809, beyond: 811 },
      { what: 'a quarter of a short one', minutes: 2 / 3, within: 29, beyond: 31 },
    ])('$what', async ({ minutes, within, beyond }) => {
      const invocation = {
        remainingMilliseconds: minutes * 60_000,
        // Before its deadline the machine would wait.
        generation: { deadline: '2026-11-20T10:02:00.000Z' },
      };
      world.provider(busy(beyond));
      expect((await world.copy(invocation)).next).toBe('fail');
      expect(world.clock.slept).toEqual([]);
      world.provider(busy(within), ready([]));
      expect((await world.copy(invocation)).next).toBe('succeed');
      expect(world.clock.slept).toEqual([within]);
    });
  });

  it('measures what it archived, and what the provider answered on the way', async () => {
    world.provider(
      { kind: 'throttled', message: 'busy' },
      ready([{ url: world.server.script('/deck', file(pdf())) }]),
    );
    await world.copy();
    expect(world.measurements).toEqual([
      { provider: 'gamma', UnusableAnswers: [1, 0], Throttles: 1 },
      { provider: 'gamma', outcome: 'Archived', Outcomes: 1 },
      { provider: 'gamma', TimeToArchive: 121.05, ArchivedBytes: 2000 },
    ]);
  });

  it('counts a part of a generation as that, and leaves failures to the end of the execution', async () => {
    world.provider(ready([{ url: world.server.script('/deck', file(pdf())) }], { partial: true }));
    await world.copy();
    expect(world.measurements).toContainEqual({
      provider: 'gamma',
      outcome: 'PartiallyArchived',
      Outcomes: 1,
    });
    world.measurements.length = 0;
    world.provider({ kind: 'failed', said: 'failed', message: 'no', details: {} });
    await world.copy();
    expect(world.measurements).toEqual([{ provider: 'gamma', UnusableAnswers: [0] }]);
  });

  it('refuses an input that the machine cannot have sent', async () => {
    const clock = virtualClock();
    const copy = createCopyExports({
      objects: memoryStore(),
      ask: async () => {
        throw new Error('not asked');
      },
      askLink: async () => {
        throw new Error('not asked');
      },
      openLink: async () => {
        throw new Error('not opened');
      },
      clock,
      random: () => 0.5,
      log: keptLog().log,
      measure: keptMeasurements().measure,
      keyPrefix: '',
    });
    await expect(
      copy({ generation: {} }, { getRemainingTimeInMillis: () => 1000 }),
    ).rejects.toThrow(/generation/);
  });
});
