import { mkdirSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { manifestSchema } from '../../lambdas/copying/archive/manifest.ts';
import type { FaultProxy, ProxiedRequest } from '../support/fault-proxy.ts';
import { copyEvent } from '../support/function/copy-function.ts';
import { largeDeck } from '../support/large-deck.ts';
import { startFunctionWorld, type FunctionWorld } from './world.ts';

/** One file that goes as one write, and one that goes in three parts. */
const decks = [largeDeck(3_000_000, 1), largeDeck(21_000_000, 2)];
const sums = decks.map((deck) => deck.sha256());
const totalBytes = decks.reduce((sum, { bytes }) => sum + bytes, 0);

const points = 50;

/** Where the process is killed: when so many bytes were downloaded, or at a request to S3. */
type Point =
  | { readonly kind: 'bytes'; readonly bytes: number }
  /**
   * `asked`: before S3 gets the request. `answered`: S3 has done it, and the function does not
   * know.
   */
  | { readonly kind: 'request'; readonly request: number; readonly moment: 'asked' | 'answered' };

/**
 * A number from 0 (included) to 1 (not included) that follows from the seed (mulberry32, first
 * value).
 */
const random = (seed: number): number => {
  let t = (seed + 0x6d_2b_79_f5) | 0;
  t = Math.imul(t ^ (t >>> 15), t | 1);
  t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
  return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
};

/** Half of the points lie in the downloads, the others among the requests to S3. */
const pointOf = (seed: number, requests: number): Point => {
  const place = random(seed * 7919);
  if (seed % 2 === 0) return { kind: 'bytes', bytes: Math.floor(place * totalBytes) };
  return {
    kind: 'request',
    request: 1 + Math.floor(place * requests),
    moment: seed % 4 === 1 ? 'asked' : 'answered',
  };
};

const keyOf = (id: string, file: number): string => `perceptis/${id}/presentation-${file + 1}.pptx`;

let world: FunctionWorld;
/** Requests to S3 that an undisturbed copy makes. */
let requests = 0;
const report: { seed: number; point: Point; storedBefore: number; leftUploads: number }[] = [];

beforeAll(async () => {
  world = await startFunctionWorld();
  const { host, proxy } = world;
  host.watch = (id, bytes) => watched.get(id)?.sent(bytes);
  proxy.watch = (moment, request) =>
    watched.get(idOf(request.path))?.request(moment, request) ?? 'pass';
  host.offer('undisturbed', ...decks);
  const copying = await world.start();
  const { copy } = await copying.copy(copyEvent('undisturbed'));
  expect(copy.next).toBe('succeed');
  await copying.stop();
  requests = proxy.seen.length;
});

afterAll(async () => {
  await world.stop();
  mkdirSync('reports', { recursive: true });
  const leftUploads = report.reduce((sum, each) => sum + each.leftUploads, 0);
  writeFileSync(
    'reports/copy-killed.json',
    `${JSON.stringify({ points: report.length, leftUploads, runs: report }, null, 2)}\n`,
  );
  console.log(
    `killed at ${report.length} points; uploads left to the lifecycle rule: ${leftUploads}`,
  );
});

/** What is to happen at the point of each copy that runs, by the generation's id. */
const watched = new Map<
  string,
  { readonly sent: (bytes: number) => void; readonly request: FaultProxy['watch'] }
>();

const idOf = (path: string): string => path.split('/')[3] ?? '';

/** Runs the copy until its point is reached, and kills it there. */
const copyUntil = async (id: string, point: Point): Promise<void> => {
  const copying = await world.start();
  const numbers = new Map<ProxiedRequest, number>();
  watched.set(id, {
    sent: (bytes) => {
      if (point.kind === 'bytes' && bytes >= point.bytes) copying.kill();
    },
    request: (moment, request) => {
      if (moment === 'asked') numbers.set(request, numbers.size + 1);
      const isReached =
        point.kind === 'request' &&
        point.moment === moment &&
        point.request === numbers.get(request);
      if (isReached) copying.kill();
      return isReached ? 'hold' : 'pass';
    },
  });
  await expect(copying.copy(copyEvent(id))).rejects.toThrow('SIGKILL');
  watched.delete(id);
};

describe('a copy that is killed and run again', () => {
  it.concurrent.each(Array.from({ length: points }, (_, index) => index + 1))(
    'ends complete: point %i',
    async (seed) => {
      const { bucket, host } = world;
      const id = `killed-${seed}`;
      host.offer(id, ...decks);
      const point = pointOf(seed, requests);
      await copyUntil(id, point);

      // Whatever lies under a final key is whole, and is not fetched again.
      const stored = await Promise.all(
        decks.map(async (_, file) => (await bucket.sums(keyOf(id, file)))?.sha256),
      );
      for (const [file, sha256] of stored.entries())
        if (sha256 !== undefined) expect(sha256).toBe(sums[file]);
      const before = host.downloads(id).length;

      const again = await world.start();
      const { copy } = await again.copy(copyEvent(id));
      await again.stop();
      expect(copy.result?.detailType).toBe('Generation Archived');
      const fetchedAgain = host
        .downloads(id)
        .slice(before)
        .map(({ file }) => file);
      expect(fetchedAgain).toEqual([...decks.keys()].filter((file) => stored[file] === undefined));

      const manifest = manifestSchema.parse(await bucket.json(`perceptis/${id}/manifest.json`));
      expect(manifest.artifacts.map(({ sha256 }) => sha256)).toEqual(sums);
      for (const [file, sha256] of sums.entries())
        expect((await bucket.sums(keyOf(id, file)))?.sha256).toBe(sha256);

      // What the killed process had begun is listed as an unfinished upload: that is what the
      // bucket's rule clears.
      const left = (
        await Promise.all(decks.map(async (_, file) => bucket.openUploads(keyOf(id, file))))
      ).flat();
      expect(left.length).toBeLessThanOrEqual(1);
      report.push({
        seed,
        point,
        storedBefore: stored.filter((sum) => sum !== undefined).length,
        leftUploads: left.length,
      });
    },
  );
});
