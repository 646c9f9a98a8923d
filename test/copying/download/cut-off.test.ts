import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  ready,
  startCopyWorld,
  type CopyWorld,
  type Invocation,
} from '../../support/copy-world.ts';
import { pdf, pptx, sha256 } from '../../support/decks.ts';
import { file } from '../../support/file-server.ts';

let world: CopyWorld;
beforeEach(async () => {
  world = await startCopyWorld();
});
afterEach(async () => world.server.close());

const folder = 'gamma/gen-1';

/**
 * The invocation ends at this call to the bucket as if its process were killed: without an answer,
 * and without clearing up.
 */
const cutOffAt = async (call: string, invocation: Invocation): Promise<void> => {
  world.store.before = (made) => {
    if (made === call) throw new Error('killed');
  };
  await expect(world.copy(invocation)).rejects.toThrow('killed');
  world.store.before = () => undefined;
};

const requests = () => world.server.seen.map(({ path }) => path);

describe('a copy that was cut off and is invoked again', () => {
  const execution = 'arn:aws:states:eu-west-1:111122223333:execution:Archiver:gamma-cut';

  it.each([
    ['the status document', `put ${folder}/generation.json`],
    ['the manifest', `put ${folder}/manifest.json`],
  ])('before %s does not fetch again what is stored', async (_, call) => {
    world.provider(ready([{ url: world.server.script('/deck', file(pdf(20_000_000))) }]));
    await cutOffAt(call, { execution });
    const { result } = await world.copy({ execution });
    expect(requests()).toEqual(['/deck']);
    expect(result?.detailType).toBe('Generation Archived');
    expect(result?.detail.artifacts).toMatchObject([
      { bytes: 20_000_000, sha256: sha256(pdf(20_000_000)), format: 'pdf' },
    ]);
    expect(world.store.json(`${folder}/manifest.json`)).toMatchObject({
      artifacts: [{ sourceHost: '127.0.0.1' }],
    });
  });

  it('in the second of several files fetches that one alone', async () => {
    const exports = ['1', '2'].map((variant) => ({
      url: world.server.script(`/${variant}`, file(pptx(3000, Number(variant)))),
      variant,
    }));
    world.provider(ready(exports));
    await cutOffAt(`put ${folder}/presentation-2.pptx`, { execution });
    const { result } = await world.copy({ execution });
    expect(requests()).toEqual(['/1', '/2', '/2']);
    expect(result?.detail.artifacts?.map(({ variant }) => variant)).toEqual(['1', '2']);
  });

  it('does not fetch again either where all was to be fetched anew', async () => {
    world.provider(ready([{ url: world.server.script('/deck', file(pdf())), format: 'pdf' }]));
    await world.copy();
    const refresh = { execution, generation: { refresh: true } };
    world.server.script('/deck', file(pdf(5000)));
    await cutOffAt(`put ${folder}/manifest.json`, refresh);
    const { result } = await world.copy(refresh);
    expect(requests()).toEqual(['/deck', '/deck']);
    expect(result?.detail.artifacts).toMatchObject([{ bytes: 5000 }]);
  });

  it.each([
    ['belongs to another execution', { other: true }],
    ['was put there by somebody else', { planted: true }],
    ['has another length than the provider tells', { bytes: 3000 }],
  ])(
    'fetches again what %s',
    async (
      _,
      { other, planted, bytes }: { other?: boolean; planted?: boolean; bytes?: number },
    ) => {
      world.provider(
        ready([
          {
            url: world.server.script('/deck', file(pdf(2000))),
            ...(bytes === undefined ? {} : { bytes: 2000 }),
          },
        ]),
      );
      await cutOffAt(`put ${folder}/generation.json`, { execution });
      if (planted === true) world.store.plant(`${folder}/presentation.pdf`, pdf(2000));
      if (bytes !== undefined)
        world.provider(ready([{ url: world.server.script('/deck', file(pdf(bytes))), bytes }]));
      await world.copy({ execution: other === true ? `${execution}-2` : execution });
      expect(requests()).toEqual(['/deck', '/deck']);
    },
  );

  it('fetches again what reads back differently', async () => {
    world.provider(ready([{ url: world.server.script('/deck', file(pdf())) }]));
    await cutOffAt(`put ${folder}/generation.json`, { execution });
    const readStream = world.store.readStream.bind(world.store);
    world.store.readStream = async (key) => {
      world.store.readStream = readStream;
      expect(key).toBe(`${folder}/presentation.pdf`);
      return (async function* () {
        yield pdf(2000, 9);
      })();
    };
    const { result } = await world.copy({ execution });
    expect(requests()).toEqual(['/deck', '/deck']);
    expect(result?.detail.artifacts).toMatchObject([{ sha256: sha256(pdf()) }]);
  });
});
