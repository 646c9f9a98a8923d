import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ObjectStore, WriteOutcome } from '../../../lambdas/contract/ports.ts';
import { ready, startCopyWorld, type CopyWorld } from '../../support/copy-world.ts';
import { pdf, sha256 } from '../../support/decks.ts';
import { file } from '../../support/file-server.ts';

let world: CopyWorld;
beforeEach(async () => {
  world = await startCopyWorld();
});
afterEach(async () => world.server.close());

const key = 'gamma/gen-1/presentation.pdf';
const deck = pdf(20_000_000);

/** S3 cannot put the parts together so many times: another write to the key was under way. */
const met = (times: number, meanwhile: () => void = () => undefined): { completions: number } => {
  const count = { completions: 0 };
  const complete: ObjectStore['completeUpload'] = world.store.completeUpload.bind(world.store);
  world.store.completeUpload = async (...args): Promise<WriteOutcome> => {
    count.completions += 1;
    if (count.completions > times) return complete(...args);
    meanwhile();
    return { kind: 'sendAgain' };
  };
  return count;
};

const uploads = (): number =>
  world.store.calls.filter((call) => call.startsWith('createUpload')).length;

describe('an upload that meets another write', () => {
  beforeEach(() => {
    world.provider(ready([{ url: world.server.script('/deck', file(deck)) }]));
  });

  it('is sent again, part by part, after a pause', async () => {
    met(1);
    const { result } = await world.copy();
    expect(result?.detail.artifacts).toMatchObject([{ sha256: sha256(deck) }]);
    expect(uploads()).toBe(2);
    expect(world.clock.slept).toEqual([1.5]);
    expect(world.store.openUploads()).toEqual([]);
  });

  it('is not sent again where the other one has stored the same bytes', async () => {
    met(1, () => world.store.plant(key, deck));
    const { result } = await world.copy();
    expect(result?.detail.artifacts).toMatchObject([{ sha256: sha256(deck) }]);
    expect(uploads()).toBe(1);
    expect(world.store.openUploads()).toEqual([]);
  });

  it('takes the place of other bytes that were stored meanwhile, seen before', async () => {
    met(1, () => world.store.plant(key, pdf(20_000_000, 9)));
    const { result } = await world.copy();
    expect(result?.detail.artifacts).toMatchObject([{ sha256: sha256(deck) }]);
    expect(world.store.bodyOf(key).equals(deck)).toBe(true);
  });

  it('fails where that never ends', async () => {
    const count = met(Infinity);
    const { next, result } = await world.copy();
    expect([next, result?.detail.error?.code]).toEqual(['fail', 'StorageFailed']);
    expect(result?.detail.error?.message).toContain('was written by others at the same moment');
    expect(count.completions).toBe(3);
    expect(world.store.openUploads()).toEqual([]);
  });
});
