import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LinkStatus } from '../../../lambdas/polling/status.ts';
import { ready, startCopyWorld, type CopyWorld } from '../../support/copy-world.ts';
import { pptx } from '../../support/decks.ts';
import { file, status } from '../../support/file-server.ts';

let world: CopyWorld;
beforeEach(async () => {
  world = await startCopyWorld();
});
afterEach(async () => world.server.close());

const deck = { linkId: 'req-1' };
const link = (url: string): LinkStatus => ({ kind: 'link', url });
const paths = (): string[] => world.server.seen.map(({ path }) => path);

describe('a file whose link has to be asked for', () => {
  it('is downloaded from the link that the provider answers with', async () => {
    world.provider(ready([deck]));
    world.links(link(world.server.script('/deck', file(pptx(5000)))));
    const { next, result } = await world.copy();
    expect(next).toBe('succeed');
    expect(result?.detail.artifacts).toMatchObject([
      { key: 'gamma/gen-1/presentation.pptx', bytes: 5000 },
    ]);
    expect(world.linksAsked).toEqual(['req-1']);
    // A request for a link is none for the status.
    expect(result?.detail.timing.checks).toBe(4);
  });

  it('gets a fresh link without asking for the status, which may be gone before the file is', async () => {
    world.provider(ready([deck]), { kind: 'notFound', message: 'no such task' });
    world.links(
      link(world.server.script('/expired', status(403))),
      link(world.server.script('/deck', file(pptx()))),
    );
    expect((await world.copy()).next).toBe('succeed');
    expect(world.linksAsked).toEqual(['req-1', 'req-1']);
    expect(paths()).toEqual(['/expired', '/deck']);
  });

  it('fails where there is no fresh link, and says why', async () => {
    world.provider(ready([deck]));
    world.links(link(world.server.script('/expired', status(403))), {
      kind: 'noLink',
      message: 'the file was deleted',
    });
    const { next, result } = await world.copy();
    expect(next).toBe('fail');
    expect(result?.detail.error?.code).toBe('ExportLinkExpired');
    expect(result?.detail.error?.message).toMatch(
      /answered 403 to the download link, and there is no fresh one: .*the file was deleted/,
    );
  });

  it('has its link asked for one by one, beside files that have theirs', async () => {
    const one = { url: world.server.script('/1', file(pptx(3000, 1))), variant: '1' };
    world.provider(
      ready([one, { linkId: 'req-2', variant: '2' }, { linkId: 'req-3', variant: '3' }]),
    );
    world.links(
      link(world.server.script('/2', file(pptx(4000, 2)))),
      link(world.server.script('/3', file(pptx(5000, 3)))),
    );
    const { result } = await world.copy();
    expect(result?.detail.artifacts?.map(({ variant, bytes }) => [variant, bytes])).toEqual([
      ['1', 3000],
      ['2', 4000],
      ['3', 5000],
    ]);
    expect(world.linksAsked).toEqual(['req-2', 'req-3']);
  });

  it('is waited for while the provider is busy', async () => {
    world.provider(ready([deck]));
    world.links(
      { status: { kind: 'throttled', message: 'busy' }, retryAfterSeconds: 8 },
      { kind: 'unavailable', code: 'ProviderUnavailable', message: 'down' },
      link(world.server.script('/deck', file(pptx()))),
    );
    expect((await world.copy()).next).toBe('succeed');
    // The first pause is the provider's pace: the status was asked for a moment ago.
    expect(world.clock.slept).toEqual([1.05, 8, 1.5]);
  });

  it('has a refused key read past the cache, once for status and links together', async () => {
    const refused: LinkStatus = {
      kind: 'refused',
      code: 'Unauthorized',
      message: 'SlideSpeak answered 401',
    };
    world.provider(ready([deck]));
    world.links(refused, link(world.server.script('/deck', file(pptx()))));
    expect((await world.copy()).next).toBe('succeed');
    expect(world.freshReads).toEqual([false, false, true]);
    world.links(refused);
    const { next, result } = await world.copy({ generation: { refresh: true } });
    expect(next).toBe('fail');
    expect(result?.detail.error).toEqual({
      code: 'Unauthorized',
      message: 'SlideSpeak answered 401',
    });
  });

  it('is refused for good minutes after the generation was seen done, with a key that has worked', async () => {
    world.provider(ready([deck]));
    world.links({ kind: 'refused', code: 'Unauthorized', message: 'SlideSpeak answered 403' });
    const memory = { said: 'SUCCESS' };
    const early = { ...memory, detectedAt: '2026-11-20T10:01:59.000Z' };
    const { next, result } = await world.copy({ memory: early, remainingMilliseconds: 120_000 });
    expect([next, result]).toEqual(['checkAgain', undefined]);
    const late = await world.copy({
      memory: { ...memory, detectedAt: '2026-11-20T09:56:00.000Z' },
    });
    expect(late.next).toBe('fail');
    expect(late.result?.detail.error?.code).toBe('Unauthorized');
  });

  const missing: [LinkStatus, string][] = [
    [{ kind: 'noLink', message: 'not yet' }, 'ExportMissing'],
    [{ kind: 'notFound', message: 'SlideSpeak answered 404' }, 'ExportMissing'],
    [{ kind: 'throttled', message: 'SlideSpeak answered 429' }, 'ProviderUnavailable'],
    [
      { kind: 'unavailable', code: 'UnexpectedResponse', message: 'not JSON' },
      'UnexpectedResponse',
    ],
  ];

  it.each(missing)(
    'goes back to checking before the deadline, and ends after it: $kind',
    async (answer, code) => {
      world.provider(ready([deck]));
      world.links(answer);
      expect((await world.copy()).next).toBe(answer.kind === 'throttled' ? 'more' : 'checkAgain');
      const { next, result } = await world.copy({
        generation: { deadline: '2026-11-20T10:00:00.000Z' },
      });
      expect(next).toBe('fail');
      expect(result).toMatchObject({
        detailType: 'Generation Not Archived',
        detail: { error: { code } },
      });
      expect(result?.detail.error?.message).toContain(answer.kind === 'link' ? '' : answer.message);
    },
  );

  it('lets no link out: not into the bucket, an event or the log', async () => {
    world.provider(ready([deck]));
    world.links(link(`${world.server.script('/hushhush', file(pptx()))}?signature=hushhush`));
    const answer = await world.copy();
    const kept = [...world.store.stored.values()].map(
      ({ body, description }) => `${body.toString()} ${JSON.stringify(description)}`,
    );
    expect(JSON.stringify([answer, world.lines, kept])).not.toContain('hushhush');
  });
});
