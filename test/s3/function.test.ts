import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { manifestSchema } from '../../lambdas/copying/archive/manifest.ts';
import { hostApiKey } from '../support/deck-host.ts';
import { copyEvent } from '../support/function/copy-function.ts';
import { largeDeck } from '../support/large-deck.ts';
import { installNode24 } from '../support/node-24.ts';
import { startFunctionWorld, type FunctionWorld } from './world.ts';

let world: FunctionWorld;
let node24: string | undefined;
beforeAll(async () => {
  world = await startFunctionWorld();
  node24 = await installNode24();
});
afterAll(async () => world.stop());

const keyOf = (id: string): string => `perceptis/${id}/presentation.pptx`;

describe('the bundled function', () => {
  it('archives a deck of several parts', async () => {
    const deck = largeDeck(30_000_000);
    world.host.offer('several-parts', deck);
    const { copy } = await (await world.start()).copy(copyEvent('several-parts'));
    expect(copy.result?.detailType).toBe('Generation Archived');
    expect(copy.result?.detail.artifacts).toMatchObject([
      { key: keyOf('several-parts'), bytes: deck.bytes, sha256: deck.sha256() },
    ]);
    expect(await world.bucket.sums(keyOf('several-parts'))).toMatchObject({
      sha256: deck.sha256(),
    });
  });

  it('goes on in the next invocation where the time of one is up, and fetches no byte of a stored part twice', async () => {
    const deck = largeDeck(60_000_000);
    world.host.offer('in-pieces', deck);
    world.host.limit = 20_000_000;
    const event = copyEvent('in-pieces');
    const first = await world.start();
    // A quarter is kept back: time for 45 of the 60 MB at most.
    const stopped = await first.copy(event, 3000);
    world.host.limit = undefined;
    await first.stop();
    expect(stopped.copy).toMatchObject({
      next: 'more',
      progress: { open: { totalBytes: deck.bytes } },
    });
    const second = await (
      await world.start()
    ).copy({ ...event, copy: { next: 'more', progress: stopped.copy.progress } });
    expect(second.copy.result?.detail.artifacts).toMatchObject([{ sha256: deck.sha256() }]);
    expect(world.host.downloads('in-pieces').map(({ from }) => from)).toEqual([
      0,
      stopped.copy.progress?.open?.bytes,
    ]);
    expect(await world.bucket.openUploads(keyOf('in-pieces'))).toEqual([]);
  });

  it('shows the API key to the provider, and never to the host of a download or of a redirect', async () => {
    world.host.offerElsewhere('redirected', largeDeck(1_000_000));
    const { copy } = await (await world.start()).copy(copyEvent('redirected'));
    expect(copy.next).toBe('succeed');
    const about = world.host.seen.filter(({ path }) => path.includes('redirected'));
    expect(about.map(({ path }) => path)).toEqual([
      '/api/v1/status/redirected',
      '/moved/redirected/0',
      '/files/redirected/0',
    ]);
    expect(about.map(({ headers }) => JSON.stringify(headers).includes(hostApiKey))).toEqual([
      true,
      false,
      false,
    ]);
    expect(Object.keys(about[2]?.headers ?? {}).toSorted()).toEqual([
      'accept',
      'accept-encoding',
      'connection',
      'host',
      'user-agent',
    ]);
  });

  it('that runs twice for one generation ends with one manifest and the right file', async () => {
    const deck = largeDeck(20_000_000);
    world.host.offer('twice', deck);
    const processes = [await world.start(), await world.start()];
    const copies = await Promise.all(processes.map(async (each) => each.copy(copyEvent('twice'))));
    for (const { copy } of copies) {
      expect(copy.result?.detailType).toBe('Generation Archived');
      expect(copy.result?.detail.artifacts).toMatchObject([{ sha256: deck.sha256() }]);
    }
    const manifest = manifestSchema.parse(await world.bucket.json('perceptis/twice/manifest.json'));
    expect(manifest.artifacts).toMatchObject([{ key: keyOf('twice'), sha256: deck.sha256() }]);
    expect(await world.bucket.sums(keyOf('twice'))).toMatchObject({ sha256: deck.sha256() });
    expect(await world.bucket.versions('perceptis/twice/manifest.json')).toBe(1);
    expect(await world.bucket.openUploads(keyOf('twice'))).toEqual([]);
  });
});

describe('the memory of the function', () => {
  const megabyte = 1_000_000;

  /** The bench measures up to 2 GB; the emulator keeps all of it in memory, several times over. */
  const sizes = inject('s3').kind === 'minio' ? ([200, 600] as const) : ([40, 120] as const);

  const peakOf = async (node: string | undefined, megabytes: number): Promise<number> => {
    const id = `memory-${node === undefined ? 'this' : 'lambda'}-${megabytes}`;
    world.host.offer(id, largeDeck(megabytes * megabyte));
    const fresh = await world.start(node);
    const { copy, peakBytes } = await fresh.copy(copyEvent(id));
    await fresh.stop();
    expect(copy.next).toBe('succeed');
    return peakBytes;
  };

  it.for([
    ['on this Node.js', false],
    ['on the Node.js of Lambda', true],
  ] as const)(
    'stays the same whatever the size of the file, %s',
    async ([, isLambda], { skip }) => {
      const node = isLambda ? node24 : undefined;
      if (isLambda && node === undefined) skip('the Node.js of Lambda cannot be fetched');
      const [small, large] = [await peakOf(node, sizes[0]), await peakOf(node, sizes[1])];
      console.log(
        `${sizes.join(' and ')} MB: peaks of ${[small, large].map((peak) => (peak / megabyte).toFixed(0)).join(' and ')} MB`,
      );
      expect(large).toBeLessThan(200 * megabyte);
      expect(large - small).toBeLessThan(20 * megabyte);
    },
  );
});
