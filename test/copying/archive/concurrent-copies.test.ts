import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { manifestSchema } from '../../../lambdas/copying/archive/manifest.ts';
import { ready, startCopyWorld, type CopyWorld } from '../../support/copy-world.ts';
import { pdf, pptx, sha256 } from '../../support/decks.ts';
import { file } from '../../support/file-server.ts';
import { memoryStore } from '../../support/memory-store.ts';

let world: CopyWorld;
beforeEach(async () => {
  world = await startCopyWorld();
});
afterEach(async () => world.server.close());

const folder = 'gamma/gen-1';

/** What the manifest says, checked against the bucket. */
const consistentManifest = () => {
  const manifest = manifestSchema.parse(world.store.json(`${folder}/manifest.json`));
  for (const { key, sha256: sum } of [...manifest.artifacts, manifest.document])
    expect(sha256(world.store.bodyOf(key))).toBe(sum);
  return manifest;
};

describe('two copies of one generation at the same time', () => {
  it('that get the same file end with one manifest, and both announce it', async () => {
    world.provider(ready([{ url: world.server.script('/same', file(pdf(20_000_000))) }]));
    const copies = await Promise.all([world.copy(), world.copy()]);
    const manifest = consistentManifest();
    for (const { result } of copies) {
      expect(result?.detailType).toBe('Generation Archived');
      expect(result?.detail.artifacts).toMatchObject([{ sha256: manifest.artifacts[0]?.sha256 }]);
    }
    expect(world.store.openUploads()).toEqual([]);
  });

  it('that get different files end with a manifest that tells what is stored', async () => {
    const versions = [1, 2, 3, 4].map((seed) =>
      file(pptx(4000 + seed, seed), { etag: `"v${seed}"` }),
    );
    world.provider(
      ready(
        ['1', '2'].map((variant) => ({
          url: world.server.script(`/${variant}`, ...versions),
          variant,
        })),
      ),
    );
    const refresh = { generation: { refresh: true } };
    const copies = await Promise.all([world.copy(refresh), world.copy(refresh)]);
    expect(copies.map(({ next }) => next)).toEqual(['succeed', 'succeed']);
    expect(consistentManifest().artifacts).toHaveLength(2);
  });

  it("of which one puts its file in place of the other's just before the manifest", async () => {
    const other = pdf(3000, 8);
    let done = false;
    world.store.before = (call) => {
      if (done || call !== `put ${folder}/generation.json`) return;
      done = true;
      world.store.plant(`${folder}/presentation.pdf`, other);
    };
    world.provider(ready([{ url: world.server.script('/mine', file(pdf(2000))) }]));
    const { result } = await world.copy();
    expect(result?.detail.artifacts).toMatchObject([{ bytes: 3000, sha256: sha256(other) }]);
    consistentManifest();
  });

  it('of which one is quicker: its manifest is adopted', async () => {
    const url = world.server.script('/deck', file(pdf()));
    world.provider(ready([{ url }], { details: { gammaId: 'mine' } }));
    let isFirst = true;
    world.store.before = async (call) => {
      if (!isFirst || call !== `put ${folder}/manifest.json`) return;
      isFirst = false;
      world.provider(ready([{ url }], { details: { gammaId: 'quicker' } }));
      await world.copy();
    };
    const { result } = await world.copy();
    expect(result?.detail.generation).toEqual({ gammaId: 'quicker' });
    expect(consistentManifest().generation).toEqual({ gammaId: 'quicker' });
  });

  it('of which the quicker one got less: its manifest is replaced', async () => {
    const exports = [
      { url: world.server.script('/one', file(pptx(2000))), variant: '1' },
      { url: world.server.script('/two', file(pptx(3000))), variant: '2' },
    ];
    world.provider(ready(exports));
    let isFirst = true;
    world.store.before = async (call) => {
      if (!isFirst || call !== `put ${folder}/manifest.json`) return;
      isFirst = false;
      world.provider(ready(exports.slice(0, 1), { partial: true }));
      await world.copy();
    };
    const { result } = await world.copy();
    expect(result?.detailType).toBe('Generation Archived');
    expect(consistentManifest()).toMatchObject({ outcome: 'archived' });
  });

  it('that never let go of each other end with an error, not for ever', async () => {
    world.provider(ready([{ url: world.server.script('/deck', file(pdf())) }]));
    let serial = 0;
    world.store.before = (call) => {
      if (call !== `put ${folder}/presentation.pdf`) return;
      serial += 1;
      world.store.plant(`${folder}/presentation.pdf`, Buffer.from(`other ${serial}`));
    };
    expect(await world.copy()).toMatchObject({
      next: 'fail',
      result: { detail: { error: { code: 'StorageFailed' } } },
    });
  });
});

it('a bucket that keeps no checksums is read to compare', async () => {
  const objects = memoryStore({ hasChecksums: false });
  world.provider(ready([{ url: world.server.script('/deck', file(pdf())) }]));
  expect((await world.copyInto(objects)).next).toBe('succeed');
  world.provider();
  expect((await world.copyInto(objects)).next).toBe('succeed');
  objects.plant(`${folder}/presentation.pdf`, pdf(2000, 7));
  world.provider(ready([{ url: world.server.script('/deck', file(pdf())) }]));
  expect((await world.copyInto(objects)).next).toBe('succeed');
  expect(objects.bodyOf(`${folder}/presentation.pdf`).equals(pdf())).toBe(true);
});
