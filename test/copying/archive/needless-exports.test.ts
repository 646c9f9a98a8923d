import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Copy } from '../../../lambdas/contract/copy-state.ts';
import { ArchiverError } from '../../../lambdas/contract/error-codes.ts';
import type { ExportAs } from '../../../lambdas/contract/export-as.ts';
import type { GenerationStatus } from '../../../lambdas/polling/status.ts';
import { ready, startCopyWorld, type CopyWorld } from '../../support/copy-world.ts';
import { pdf, pptx } from '../../support/decks.ts';
import { file, status, type Reply } from '../../support/file-server.ts';

let world: CopyWorld;
beforeEach(async () => {
  world = await startCopyWorld();
});
afterEach(async () => world.server.close());

const folder = 'gamma/gen-1';
const deckId = 'g_1';

/** A bucket that takes nothing whose key matches: a policy that demands a header, say. */
const refusing = (keys: RegExp): void => {
  world.store.before = (call) => {
    const [method = '', key = ''] = call.split(' ');
    if (/^(put|createUpload|uploadPart|completeUpload)$/.test(method) && keys.test(key))
      throw new ArchiverError(
        'StorageFailed',
        `S3 PutObject of "${key}" failed: AccessDenied, HTTP 403`,
      );
  };
};

const offer = (reply: Reply, path = '/deck.pptx'): void =>
  world.provider(ready([{ url: world.server.script(path, reply) }], { deckId }));

const copy = async (...exportAs: ExportAs[]): Promise<Copy> =>
  world.copyUntilDone({ generation: { exportAs } });

const unexported: GenerationStatus = {
  kind: 'exportPending',
  said: 'completed',
  details: {},
  remedy: 'set exportAs',
  deck: { id: deckId, document: { status: 'completed' } },
};

describe('an export is not paid for', () => {
  it('where the bucket does not take the file that is there', async () => {
    refusing(/presentation/);
    offer(file(pptx()));
    const { next, result } = await copy('pptx');
    expect(next).toBe('fail');
    expect(result?.detail.error).toMatchObject({
      code: 'StorageFailed',
      message: expect.stringMatching(/^S3 PutObject/) as string,
    });
  });

  it('where the bucket does not take another file: the export could not be stored either', async () => {
    refusing(/presentation/);
    offer(file(pdf()), '/deck.pdf');
    const { next, result } = await copy('pdf', 'pptx');
    expect(next).toBe('fail');
    expect(result?.detail.error?.message).toMatch(/no export to pptx was asked for/);
  });

  it('where the bucket takes nothing at all, and the deck has no file', async () => {
    refusing(/./);
    world.provider(unexported);
    const { next, result } = await copy('pptx');
    expect([next, result?.detail.error?.code]).toEqual(['fail', 'StorageFailed']);
  });

  it.each<[string, Reply, string]>([
    ['is no good', status(200, {}, '<html>'), 'ExportInvalid'],
    ['is empty', status(200), 'ExportInvalid'],
    ['comes from a host that is down', status(500), 'DownloadFailed'],
    ['is refused for another reason', status(418), 'DownloadFailed'],
    [
      'is behind a challenge of Cloudflare',
      status(403, { 'cf-mitigated': 'challenge' }, '<title>Just a moment...</title>'),
      'DownloadFailed',
    ],
    [
      'is behind a challenge of AWS WAF',
      status(202, { 'x-amzn-waf-action': 'challenge' }),
      'DownloadFailed',
    ],
    [
      'is behind a challenge of Vercel',
      status(403, { 'x-vercel-mitigated': 'challenge' }, '<html>'),
      'DownloadFailed',
    ],
  ])('where the file that is there %s', async (_, reply, code) => {
    offer(reply);
    const { next, result } = await copy('pptx');
    expect([next, result?.detail.error?.code]).toEqual(['fail', code]);
  });

  it('where the file that is there failed, and nobody knows its format', async () => {
    offer(status(500), '/download');
    expect((await copy('pdf')).result?.detail.error?.code).toBe('DownloadFailed');
  });

  it('where the link is only late', async () => {
    const from = world.clock.now() + 100_000;
    offer((request, response) =>
      (world.clock.now() < from ? status(404) : file(pptx()))(request, response),
    );
    expect((await copy('pptx')).result?.detailType).toBe('Generation Archived');
  });

  it('where an earlier execution has stored the format', async () => {
    offer(file(pptx()));
    await copy('pptx');
    world.provider(unexported);
    expect((await copy('pptx')).next).toBe('succeed');
  });
});

describe('an export is asked for', () => {
  it('where there is no file of the format', async () => {
    offer(file(pdf()), '/deck.pdf');
    expect(await copy('pdf', 'pptx')).toMatchObject({
      next: 'export',
      export: { deckId, format: 'pptx' },
      progress: { asked: ['pptx'] },
    });
  });

  it('where the deck has no file, once the bucket has taken its document', async () => {
    world.provider(unexported);
    expect(await copy('pptx')).toMatchObject({ next: 'export', export: { format: 'pptx' } });
    expect([...world.store.stored.keys()]).toEqual([`${folder}/generation.json`]);
  });

  it('where the link of the file has expired, and has been tried for as long as it may be late', async () => {
    const begun = world.clock.now();
    offer(status(403));
    expect(await copy('pptx')).toMatchObject({ next: 'export', export: { format: 'pptx' } });
    expect(world.clock.now() - begun).toBeGreaterThanOrEqual(180_000);
  });

  it('again only after the pause that the provider wants, in which the machine waits', async () => {
    world.provider(unexported);
    const progress = {
      stored: {},
      failed: {},
      asked: [],
      askNotBefore: new Date(world.clock.now() + 45_000).toISOString(),
    };
    const first = await world.copy({ generation: { exportAs: ['pdf'] }, progress });
    expect(first).toMatchObject({ next: 'more', waitSeconds: 45 });
    expect(
      await world.copyUntilDone({ generation: { exportAs: ['pdf'] }, progress: first.progress }),
    ).toMatchObject({
      next: 'export',
    });
  });
});

describe('several files of one format', () => {
  it('are each fetched where that format is wanted', async () => {
    world.provider(
      ready(
        ['short', 'long'].map((variant, index) => ({
          url: world.server.script(`/${variant}`, file(pptx(3000 + index, index))),
          format: 'pptx' as const,
          variant,
        })),
        { deckId },
      ),
    );
    const { result } = await copy('pptx');
    expect(result?.detailType).toBe('Generation Archived');
    expect(result?.detail.artifacts?.map(({ key, bytes }) => [key, bytes])).toEqual([
      [`${folder}/presentation-short.pptx`, 3000],
      [`${folder}/presentation-long.pptx`, 3001],
    ]);
  });

  it.each(['constructor', 'toString', 'hasOwnProperty', 'valueOf', '__proto__', 'pdf'])(
    'may be called what they like: %s',
    async (variant) => {
      world.provider(
        ready([
          { url: world.server.script('/one', file(pptx(3000, 1))), variant },
          { url: world.server.script('/two', file(pptx(4000, 2))), variant: 'two' },
        ]),
      );
      const { result } = await world.copyUntilDone();
      expect(result?.detailType).toBe('Generation Archived');
      expect(result?.detail.artifacts?.map(({ bytes }) => bytes)).toEqual([3000, 4000]);
      expect(world.server.seen.map(({ path }) => path)).toEqual(['/one', '/two']);
    },
  );
});
