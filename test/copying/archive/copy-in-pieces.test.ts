import { crc32 } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Copy, CopyProgress } from '../../../lambdas/contract/copy-state.ts';
import { crc32Text } from '../../../lambdas/copying/upload/checksums.ts';
import { singleWriteBytes, usualPartBytes } from '../../../lambdas/copying/upload/file-writer.ts';
import {
  ready,
  startCopyWorld,
  type CopyWorld,
  type Invocation,
} from '../../support/copy-world.ts';
import { pdf, pptx, sha256, zip } from '../../support/decks.ts';
import { file, status, type FileOptions } from '../../support/file-server.ts';

let world: CopyWorld;
beforeEach(async () => {
  world = await startCopyWorld();
});
afterEach(async () => world.server.close());

const key = 'gamma/gen-1/presentation.zip';
const deck = zip(60_000_000);
/** Full parts that bytes of an upload are. */
const partsOf = (bytes: number): number => 1 + (bytes - singleWriteBytes) / usualPartBytes;

/** Each part that is sent takes this long, so that an invocation of 900 s gets through a few. */
const slowUpload = (secondsPerPart: number): void => {
  world.store.before = (call) => {
    if (call.startsWith('uploadPart')) world.clock.advance(secondsPerPart);
  };
};

const offer = (options: FileOptions = {}): void => {
  world.provider(
    ready([{ url: world.server.script('/deck.zip', file(deck, options)) }], { title: 'Plan' }),
  );
};

/** Invokes as the machine does, until the copy says something else than `more`. */
const untilDone = async (
  invocation: Invocation = {},
): Promise<{ last: Copy; progress: CopyProgress[] }> => {
  const progress: CopyProgress[] = [];
  for (let round = 1; round <= 20; round += 1) {
    const last = await world.copy({ ...invocation, progress: progress.at(-1) });
    if (last.next !== 'more') return { last, progress };
    if (last.progress === undefined) throw new Error('more without progress');
    progress.push(last.progress);
  }
  throw new Error('a copy without an end');
};

const resumes = () => world.server.seen.map(({ headers }) => headers.range);

describe('a file that takes longer than one invocation', () => {
  it('goes on at a part boundary in the next one, and is whole in the end', async () => {
    slowUpload(200);
    offer();
    const { last, progress } = await untilDone();
    expect(last.result?.detailType).toBe('Generation Archived');
    expect(last.result?.detail.artifacts).toMatchObject([
      { bytes: deck.length, sha256: sha256(deck) },
    ]);
    expect(progress.length).toBeGreaterThanOrEqual(1);
    const [open] = progress.map((step) => step.open);
    expect(open).toMatchObject({
      file: '1',
      key,
      validator: '"v1"',
      totalBytes: deck.length,
      format: 'zip',
      fileName: 'Plan',
    });
    expect(Number.isInteger(partsOf(open?.bytes ?? 1))).toBe(true);
    expect(resumes().slice(0, 2)).toEqual([undefined, `bytes=${open?.bytes}-`]);
    expect(world.store.bodyOf(key).equals(deck)).toBe(true);
    expect(world.store.openUploads()).toEqual([]);
    expect(JSON.stringify(progress)).not.toContain(world.server.origin);
  });

  it('is whole where an invocation was cut off after sending parts that nobody knows of', async () => {
    slowUpload(200);
    offer();
    const { progress } = await world.copy();
    const { bytes = 0, uploadId = '' } = progress?.open ?? {};
    const unknown = deck.subarray(bytes, bytes + 6_000_000);
    await world.store.uploadPart(
      key,
      uploadId,
      partsOf(bytes) + 1,
      unknown,
      crc32Text(crc32(unknown)),
    );
    world.store.before = () => undefined;
    expect((await world.copy({ progress })).next).toBe('succeed');
    expect(resumes()).toEqual([undefined, `bytes=${bytes}-`]);
    expect(world.store.bodyOf(key).equals(deck)).toBe(true);
  });

  it.each([
    [
      'is gone',
      (): void => {
        world.store.listParts = async () => undefined;
      },
    ],
    [
      'lacks a part',
      (): void => {
        const listParts = world.store.listParts.bind(world.store);
        world.store.listParts = async (...args) => (await listParts(...args))?.slice(1);
      },
    ],
    [
      'has a part of another length',
      (): void => {
        const listParts = world.store.listParts.bind(world.store);
        world.store.listParts = async (...args) =>
          (await listParts(...args))?.map((part) => ({ ...part, bytes: part.bytes + 1 }));
      },
    ],
  ])('starts over where its upload %s', async (_, damage) => {
    slowUpload(200);
    offer();
    const { progress } = await world.copy();
    damage();
    world.store.before = () => undefined;
    expect((await world.copy({ progress })).next).toBe('succeed');
    expect(resumes()).toEqual([undefined, undefined]);
    expect(world.store.bodyOf(key).equals(deck)).toBe(true);
  });

  it('starts over where the file has changed, and comes to an end', async () => {
    slowUpload(200);
    offer();
    const first = await world.copy();
    const changed = zip(20_000_000, 'other.png', 9);
    world.server.script('/deck.zip', file(changed, { etag: '"v2"' }));
    const last = await world.copy({ progress: first.progress });
    expect(last.result?.detail.artifacts).toMatchObject([{ sha256: sha256(changed) }]);
    expect(world.store.openUploads()).toEqual([]);
  });

  it.each([
    ['gives no validator', { etag: null }],
    ['knows no ranges', { ranges: false }],
  ])('fails where its server %s, instead of beginning for ever', async (_, options) => {
    slowUpload(300);
    offer(options);
    const { last } = await untilDone();
    expect(last.result).toMatchObject({
      detailType: 'Generation Not Archived',
      detail: { error: { code: 'DownloadFailed' } },
    });
    expect(last.result?.detail.error?.message).toContain(
      'could not be copied in the time of one invocation',
    );
    expect(world.store.openUploads()).toEqual([]);
    expect([...world.store.stored.keys()]).toEqual([]);
  });

  it('is hashed in an invocation of its own where the time is short', async () => {
    slowUpload(200);
    offer();
    const first = await world.copy();
    world.store.before = () => undefined;
    // 900 ms of work: enough for the rest of the file here, too little to read 60 MB back.
    const second = await world.copy({ progress: first.progress, remainingMilliseconds: 1200 });
    expect(second).toMatchObject({
      next: 'more',
      progress: { open: { bytes: deck.length, totalBytes: deck.length } },
    });
    const requests = world.server.seen.length;
    const third = await world.copy({ progress: second.progress, remainingMilliseconds: 1200 });
    expect(third.result?.detail.artifacts).toMatchObject([{ sha256: sha256(deck) }]);
    expect(world.server.seen).toHaveLength(requests);
    expect(world.store.openUploads()).toEqual([]);
  });

  it('keeps what is there where a host asks for patience beyond every invocation', async () => {
    slowUpload(200);
    offer();
    const first = await world.copy();
    world.server.script('/deck.zip', status(503, { 'retry-after': '3600' }));
    const last = await world.copy({ progress: first.progress });
    expect(last).toMatchObject({
      next: 'more',
      waitSeconds: 3600,
      progress: { open: { bytes: first.progress?.open?.bytes } },
    });
  });

  it('is given up six hours after the deadline', async () => {
    slowUpload(200);
    offer();
    const last = await world.copy({ generation: { deadline: '2026-11-20T04:10:00.000Z' } });
    expect(last).toMatchObject({
      next: 'fail',
      result: { detail: { error: { code: 'DownloadFailed' } } },
    });
    expect(world.store.openUploads()).toEqual([]);
  });

  it('is given up with its upload where the provider changes its mind', async () => {
    slowUpload(200);
    offer();
    const first = await world.copy();
    world.provider({ kind: 'pending', said: 'processing' });
    const again = await world.copy({ progress: first.progress });
    expect(again).toMatchObject({ next: 'checkAgain', progress: first.progress });
    world.provider({ kind: 'failed', said: 'failed', message: 'deleted', details: {} });
    expect((await world.copy({ progress: first.progress })).next).toBe('fail');
    expect(world.store.openUploads()).toEqual([]);
  });
});

describe('several files that take longer than one invocation', () => {
  beforeEach(() => {
    const decks = [1, 2, 3].map((seed) => ({
      path: `/${seed}`,
      variant: String(seed),
      bytes: pptx(5000, seed),
    }));
    world.provider(
      ready(
        decks.map(({ path, variant, bytes }) => ({
          url: world.server.script(path, file(bytes)),
          variant,
        })),
      ),
    );
  });

  it('are each fetched once, also when all is to be fetched anew', async () => {
    world.store.before = (call) => {
      if (/^put .*presentation/.test(call)) world.clock.advance(500);
    };
    const { last, progress } = await untilDone({ generation: { refresh: true } });
    expect(last.result?.detail.artifacts).toHaveLength(3);
    expect(progress.map(({ stored }) => Object.keys(stored))).toEqual([['1', '2']]);
    expect(world.server.seen.map(({ path }) => path)).toEqual(['/1', '/2', '/3']);
  });

  it('keep what failed for good', async () => {
    world.server.script('/1', status(200, {}, 'nothing'));
    world.store.before = (call) => {
      if (/^put .*presentation/.test(call)) world.clock.advance(900);
    };
    const { last, progress } = await untilDone();
    expect(progress[0]).toMatchObject({
      failed: { 1: { code: 'ExportInvalid' } },
      stored: { 2: {} },
    });
    expect(last.result?.detailType).toBe('Generation Partially Archived');
    expect(last.result?.detail.artifacts?.map(({ variant }) => variant)).toEqual(['2', '3']);
  });
});

describe('a small file that does not arrive in time', () => {
  it('is waited for in the machine where the host asks for longer', async () => {
    world.provider(
      ready([{ url: world.server.script('/slow', status(503, { 'retry-after': '3000' })) }]),
    );
    expect(await world.copy()).toMatchObject({
      next: 'more',
      waitSeconds: 3000,
    });
  });

  it('gets an invocation of its own where it had not', async () => {
    world.provider(
      ready([
        { url: world.server.script('/first', file(pdf())), variant: '1' },
        {
          url: world.server.script('/second', status(503, { 'retry-after': '700' }), file(pdf())),
          variant: '2',
        },
      ]),
    );
    world.store.before = (call) => {
      if (/^put .*presentation-1/.test(call)) world.clock.advance(300);
    };
    const { last, progress } = await untilDone();
    expect(progress).toHaveLength(1);
    expect(last.result?.detailType).toBe('Generation Archived');
  });
});
