import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ArchiverError } from '../../../lambdas/contract/error-codes.ts';
import type { Generation } from '../../../lambdas/contract/generation.ts';
import { manifestSchema } from '../../../lambdas/copying/archive/manifest.ts';
import { ready, startCopyWorld, type CopyWorld } from '../../support/copy-world.ts';
import { pdf } from '../../support/decks.ts';
import { file } from '../../support/file-server.ts';

let world: CopyWorld;
beforeEach(async () => {
  world = await startCopyWorld();
});
afterEach(async () => world.server.close());

/** Bytes: one is stored by a single write, the other in parts. */
const small = 50_000;
const large = 20_000_000;

const offer = (bytes = small): void => {
  const url = world.server.script('/deck.pdf', file(pdf(bytes)));
  world.provider(ready([{ url, format: 'pdf' }]));
};

/** Copies, and tells what was announced and whether the file was fetched for it. */
const archive = async (generation: Partial<Generation>, keyPrefix = '') => {
  const before = world.server.seen.length;
  const { result } = await world.copyUntilDone({ generation, keyPrefix });
  expect(result?.detailType).toBe('Generation Archived');
  const { folder, tags, artifacts = [], manifest } = result?.detail ?? {};
  return {
    folder,
    tags,
    keys: [...artifacts.map(({ key }) => key), manifest?.key],
    fetched: world.server.seen.length > before,
  };
};

const filesIn = (place: string): string[] => [
  `${place}gamma/gen-1/presentation.pdf`,
  `${place}gamma/gen-1/manifest.json`,
];
const tagsOf = (key: string): unknown => world.store.stored.get(key)?.description.tags;

describe('the folder of a generation', () => {
  it("begins the keys after the stack's prefix, and stands in the manifest and in the event", async () => {
    offer();
    const folder = 'customers/42';
    expect(await archive({ folder }, 'decks/')).toEqual({
      folder,
      keys: filesIn('decks/customers/42/'),
      fetched: true,
    });
    expect([...world.store.stored.keys()].toSorted()).toEqual([
      'decks/_folders/gamma/gen-1.json',
      'decks/customers/42/gamma/gen-1/generation.json',
      'decks/customers/42/gamma/gen-1/manifest.json',
      'decks/customers/42/gamma/gen-1/presentation.pdf',
    ]);
    const manifest = world.store.json('decks/customers/42/gamma/gen-1/manifest.json');
    expect(manifestSchema.strict().parse(manifest).folder).toBe(folder);
  });

  it('leaves no note of what lies in none', async () => {
    offer();
    await archive({});
    expect([...world.store.stored.keys()].some((key) => key.startsWith('_'))).toBe(false);
  });

  it.each([
    ['another', 'customers/42', 'customers/43'],
    ['none', 'customers/42', undefined],
    ['one, after none', undefined, 'customers/43'],
  ])('is the first one where a later trigger names %s: nothing is fetched twice', async (...of) => {
    const [, first, later] = of;
    offer();
    const place = first === undefined ? {} : { folder: first };
    const stored = await archive(place);
    expect(await archive(later === undefined ? {} : { folder: later })).toEqual({
      ...stored,
      fetched: false,
    });
    expect(world.lines.map(({ message }) => message)).toContain(
      'stored in another folder already; it stays there',
    );
  });

  it('is another one once it is fetched anew, and what lies in the first is kept', async () => {
    offer();
    await archive({ folder: 'customers/42' });
    const moved = await archive({ folder: 'customers/43', refresh: true });
    expect(moved).toEqual({
      folder: 'customers/43',
      keys: filesIn('customers/43/'),
      fetched: true,
    });
    expect(await archive({ folder: 'customers/99' })).toEqual({ ...moved, fetched: false });
    expect(world.store.stored.has('customers/42/gamma/gen-1/manifest.json')).toBe(true);
  });

  it('is where a part of it lies: what is missing is added there', async () => {
    const url = world.server.script('/deck.pdf', file(pdf(small)));
    world.provider(ready([{ url, format: 'pdf' }], { partial: true }));
    await world.copyUntilDone({ generation: { folder: 'customers/42' } });
    offer();
    expect((await archive({ folder: 'customers/43' })).keys).toEqual(filesIn('customers/42/'));
  });

  it('is free again where the archive of the first one was deleted', async () => {
    offer();
    await archive({ folder: 'customers/42' });
    for (const key of world.store.stored.keys())
      if (key.startsWith('customers/')) world.store.remove(key);
    expect(await archive({ folder: 'customers/43' })).toMatchObject({
      folder: 'customers/43',
      fetched: true,
    });
    expect(world.store.json('_folders/gamma/gen-1.json')).toEqual({
      version: '1',
      folder: 'customers/43',
    });
  });

  it.each(['read', 'put'])('loses no deck where its note cannot be %s', async (call) => {
    offer();
    world.store.before = (called) => {
      if (called === `${call} _folders/gamma/gen-1.json`)
        throw new ArchiverError('StorageFailed', 'S3 answered 403');
    };
    expect((await archive({ folder: 'customers/42' })).keys).toEqual(filesIn('customers/42/'));
  });

  it.each(['{}', 'no JSON', '{"version":"1","folder":"../up"}'])(
    'is not misled by a note that says %s',
    async (note) => {
      offer();
      world.store.plant('_folders/gamma/gen-1.json', Buffer.from(note));
      expect((await archive({ folder: 'customers/42' })).keys).toEqual(filesIn('customers/42/'));
    },
  );
});

describe('the tags of a generation', () => {
  const tags = { customer: '42', 'cost centre': 'Müller' };

  it.each([small, large])('are on every object, the file of %i bytes included', async (bytes) => {
    offer(bytes);
    expect((await archive({ tags })).tags).toEqual(tags);
    for (const key of world.store.stored.keys()) expect(tagsOf(key), key).toEqual(tags);
    expect(world.store.stored.size).toBe(3);
    const manifest = manifestSchema.strict().parse(world.store.json('gamma/gen-1/manifest.json'));
    expect(manifest.tags).toEqual(tags);
  });

  it('are none where none are wanted', async () => {
    offer();
    expect((await archive({})).tags).toBeUndefined();
    for (const key of world.store.stored.keys()) expect(tagsOf(key), key).toBeUndefined();
  });

  it('stay as they are where a later trigger names others, and the event tells those that are', async () => {
    offer();
    await archive({ tags });
    const calls = world.store.calls.length;
    expect(await archive({ tags: { customer: '43' } })).toMatchObject({ tags, fetched: false });
    expect(world.store.calls.slice(calls).filter((call) => call.startsWith('put'))).toEqual([]);
  });

  it('are replaced where it is fetched anew, though the bytes are the same', async () => {
    offer();
    await archive({ tags });
    const other = { customer: '43' };
    expect(await archive({ tags: other, refresh: true })).toMatchObject({ tags: other });
    for (const key of world.store.stored.keys()) expect(tagsOf(key), key).toEqual(other);
    await archive({ refresh: true });
    for (const key of world.store.stored.keys()) expect(tagsOf(key), key).toBeUndefined();
  });
});
