import { crc32 } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { manifestSchema } from '../../../lambdas/copying/archive/manifest.ts';
import { ready, startCopyWorld, type CopyWorld } from '../../support/copy-world.ts';
import { crcTwinOf } from '../../support/crc-twin.ts';
import { pdf, sha256 } from '../../support/decks.ts';
import { file } from '../../support/file-server.ts';

let world: CopyWorld;
beforeEach(async () => {
  world = await startCopyWorld();
});
afterEach(async () => world.server.close());

const key = 'gamma/gen-1/presentation.pdf';

const offer = (bytes: Buffer): void =>
  world.provider(
    ready([{ url: world.server.script('/deck.pdf', file(bytes, { etag: `"${sha256(bytes)}"` })) }]),
  );

const told = () => manifestSchema.parse(world.store.json('gamma/gen-1/manifest.json')).artifacts[0];

describe('two files of the same length and CRC-32', () => {
  it('differ all the same', () => {
    const deck = pdf(5000);
    const twin = crcTwinOf(deck);
    expect([twin.length, crc32(twin)]).toEqual([deck.length, crc32(deck)]);
    expect(twin.equals(deck)).toBe(false);
  });

  it.each([
    ['as one write', 5000],
    ['in parts', 20_000_000],
  ])('are told apart where one is fetched anew over the other: %s', async (_, bytes) => {
    const deck = pdf(bytes);
    const twin = crcTwinOf(deck);
    offer(deck);
    await world.copy();
    offer(twin);
    const { result } = await world.copy({ generation: { refresh: true } });
    expect(sha256(world.store.bodyOf(key))).toBe(sha256(twin));
    expect(result?.detail.artifacts).toMatchObject([{ sha256: sha256(twin) }]);
    expect(told()?.sha256).toBe(sha256(twin));
    expect(world.store.openUploads()).toEqual([]);
  });

  it('are told apart where somebody has put one in the place of the other', async () => {
    const deck = pdf(5000);
    offer(deck);
    await world.copy();
    world.store.plant(key, crcTwinOf(deck));
    const { result } = await world.copy();
    expect(result?.detail.artifacts).toMatchObject([{ sha256: sha256(deck) }]);
    expect(world.store.bodyOf(key).equals(deck)).toBe(true);
  });

  it('are told apart where one takes the place of the other right before the manifest', async () => {
    const deck = pdf(5000);
    const twin = crcTwinOf(deck);
    let done = false;
    world.store.before = (call) => {
      if (done || call !== 'put gamma/gen-1/generation.json') return;
      done = true;
      world.store.plant(key, twin);
    };
    offer(deck);
    const { result } = await world.copy();
    expect(result?.detail.artifacts).toMatchObject([{ sha256: sha256(twin) }]);
    expect(told()?.sha256).toBe(sha256(twin));
  });

  it('are told apart where one was half received by an earlier invocation', async () => {
    const deck = pdf(30_000_000);
    const twin = crcTwinOf(deck, 15_000_000);
    offer(deck);
    await world.copy();
    world.store.before = (call) => {
      if (call.startsWith('uploadPart')) world.clock.advance(500);
    };
    offer(twin);
    const { result } = await world.copyUntilDone({ generation: { refresh: true } });
    expect(sha256(world.store.bodyOf(key))).toBe(sha256(twin));
    expect(result?.detail.artifacts).toMatchObject([{ sha256: sha256(twin) }]);
  });
});

describe('what is stored already', () => {
  it('is known by its ETag, and not read again', async () => {
    offer(pdf(5000));
    await world.copy();
    world.store.calls.length = 0;
    expect((await world.copy()).next).toBe('succeed');
    expect(world.store.calls.filter((call) => call.startsWith('readStream'))).toEqual([]);
  });

  it('is hashed where its manifest, an older one, has no ETag', async () => {
    offer(pdf(5000));
    await world.copy();
    const { artifacts, document, ...manifest } = manifestSchema.parse(
      world.store.json('gamma/gen-1/manifest.json'),
    );
    const older = [...artifacts, document].map((stored) => ({ ...stored, etag: undefined }));
    world.store.plant(
      'gamma/gen-1/manifest.json',
      Buffer.from(
        JSON.stringify({ ...manifest, artifacts: older.slice(0, -1), document: older.at(-1) }),
      ),
    );
    world.provider();
    world.store.calls.length = 0;
    expect((await world.copy()).next).toBe('succeed');
    expect(world.store.calls.filter((call) => call.startsWith('readStream'))).toHaveLength(2);
  });
});
