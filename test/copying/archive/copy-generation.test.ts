import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { manifestSchema } from '../../../lambdas/copying/archive/manifest.ts';
import type { GenerationStatus, LinkedFile } from '../../../lambdas/polling/status.ts';
import { execution, ready, startCopyWorld, type CopyWorld } from '../../support/copy-world.ts';
import { pdf, pptx, sha256, zip } from '../../support/decks.ts';
import { file, status } from '../../support/file-server.ts';
import { mainTypes, officeFile } from '../../support/office-files.ts';

let world: CopyWorld;
beforeEach(async () => {
  world = await startCopyWorld();
});
afterEach(async () => world.server.close());

const folder = 'gamma/gen-1';
const manifestOf = ({ store }: CopyWorld) =>
  manifestSchema.parse(store.json(`${folder}/manifest.json`));
const writes = ({ store }: CopyWorld) =>
  store.calls.filter((call) => /^(put|createUpload|completeUpload) /.test(call));

type Deck = () => Promise<Buffer>;

describe('copying a generation', () => {
  it('stores the export, the document and, last, the manifest', async () => {
    const deck = pdf(50_000);
    const url = world.server.script('/export/Plan-for-2027.pdf', file(deck));
    world.provider(
      ready([{ url: `${url}?signature=secret` }], { completedAt: '2026-11-20T10:01:00.000Z' }),
    );
    const { next, result } = await world.copy({ keyPrefix: 'team/' });

    expect(next).toBe('succeed');
    const artifact = {
      bucket: 'decks',
      key: `team/${folder}/presentation.pdf`,
      uri: `s3://decks/team/${folder}/presentation.pdf`,
      format: 'pdf',
      contentType: 'application/pdf',
      bytes: 50_000,
      sha256: sha256(deck),
    };
    expect(result).toEqual({
      detailType: 'Generation Archived',
      detail: {
        version: '1',
        provider: 'gamma',
        generationId: 'gen-1',
        credential: 'default',
        metadata: { customer: '42' },
        artifacts: [artifact],
        manifest: {
          bucket: 'decks',
          key: `team/${folder}/manifest.json`,
          uri: `s3://decks/team/${folder}/manifest.json`,
        },
        generation: { gammaId: 'g_1' },
        timing: {
          requestedAt: '2026-11-20T10:00:00.000Z',
          detectedAt: '2026-11-20T10:01:30.000Z',
          completedAt: '2026-11-20T10:01:00.000Z',
          endedAt: '2026-11-20T10:02:00.000Z',
          checks: 4,
        },
        execution: 'arn:aws:states:eu-west-1:111122223333:execution:Archiver:gamma-1',
      },
    });
    expect(writes(world)).toEqual([
      `put team/${folder}/presentation.pdf`,
      `put team/${folder}/generation.json`,
      `put team/${folder}/manifest.json`,
    ]);
    const manifest = manifestSchema.parse(world.store.json(`team/${folder}/manifest.json`));
    expect(manifest).toMatchObject({
      outcome: 'archived',
      failures: [],
      artifacts: [{ ...artifact, sourceHost: '127.0.0.1' }],
    });
    expect(world.store.json(`team/${folder}/generation.json`)).toEqual({
      status: 'completed',
      gammaId: 'g_1',
    });
    expect(world.store.stored.get(`team/${folder}/presentation.pdf`)?.description).toEqual({
      contentType: 'application/pdf',
      contentDisposition: 'attachment; filename="Plan for 2027.pdf"',
      metadata: { execution, 'source-host': '127.0.0.1' },
    });
  });

  it('lets no link out: not into the bucket, an event or the log', async () => {
    const good = world.server.script('/good', file(pptx()));
    const bad = world.server.script('/bad', status(200, {}, '<html>token=planted-secret</html>'));
    world.provider(
      ready([
        { url: `${good}?token=planted-secret`, format: 'pptx', variant: '1' },
        { url: `${bad}?token=planted-secret`, variant: '2' },
      ]),
    );
    const copied = await world.copy();
    const stored = [...world.store.stored.values()].map(({ body, description }) => [
      body.toString('latin1'),
      description,
    ]);
    const everything = JSON.stringify([copied, world.lines, stored]);
    expect(everything).not.toContain('planted-secret');
    expect(everything).not.toContain(world.server.origin);
  });

  it('takes the status document for the deck where a provider exports no file', async () => {
    world.provider(
      ready([], { title: 'Our plan', document: { presentation: { title: 'Our plan' } } }),
    );
    const { result } = await world.copy({ generation: { provider: 'chronicle' } });
    expect(result?.detailType).toBe('Generation Archived');
    const key = 'chronicle/gen-1/generation.json';
    expect(result?.detail.artifacts).toMatchObject([
      { key, format: 'json', contentType: 'application/json' },
    ]);
    expect(world.store.stored.get(key)?.description.contentDisposition).toBe(
      'attachment; filename="Our plan.json"',
    );
  });

  it('stores a file of several parts with one checksum', async () => {
    const deck = zip(21 * 1024 * 1024);
    world.provider(ready([{ url: world.server.script('/large.zip', file(deck)) }]));
    const { result } = await world.copy();
    expect(result?.detail.artifacts).toMatchObject([
      { format: 'zip', bytes: deck.length, sha256: sha256(deck) },
    ]);
    expect(world.store.bodyOf(`${folder}/presentation.zip`).equals(deck)).toBe(true);
    expect(world.store.calls.filter((call) => call.startsWith('uploadPart'))).toHaveLength(3);
    expect(world.store.openUploads()).toEqual([]);
  });

  it('stores a file of exactly one part as one object', async () => {
    world.provider(ready([{ url: world.server.script('/exact', file(pdf(8 * 1024 * 1024))) }]));
    expect((await world.copy()).next).toBe('succeed');
    expect(world.store.calls.filter((call) => call.startsWith('createUpload'))).toEqual([]);
  });

  it('starts over in the middle of an upload where the file changed, and leaves no parts behind', async () => {
    const changed = pdf(9_000_000, 9);
    const url = world.server.script(
      '/changing',
      file(pdf(20_000_000), { cutAt: 18_000_000 }),
      file(changed, { etag: '"v2"' }),
    );
    world.provider(ready([{ url }]));
    const { result } = await world.copy();
    expect(result?.detail.artifacts).toMatchObject([{ sha256: sha256(changed) }]);
    expect(world.store.openUploads()).toEqual([]);
  });

  it('gives each of several files its own key', async () => {
    const [one, two] = [pptx(3000, 1), pptx(4000, 2)];
    world.provider(
      ready(
        [
          { url: world.server.script('/1', file(one)), format: 'pptx', variant: '1' },
          { url: world.server.script('/2', file(two)), format: 'pptx', variant: '2' },
        ],
        { title: 'Plan' },
      ),
    );
    const { result } = await world.copy({ generation: { provider: 'perceptis' } });
    expect(result?.detail.artifacts).toMatchObject([
      { key: 'perceptis/gen-1/presentation-1.pptx', variant: '1', sha256: sha256(one) },
      { key: 'perceptis/gen-1/presentation-2.pptx', variant: '2', sha256: sha256(two) },
    ]);
  });

  it('tells the formats of one deck apart by their extensions', async () => {
    world.provider(
      ready([
        { url: world.server.script('/a', file(pptx(3000))), format: 'pptx' },
        { url: world.server.script('/b', file(pdf(2000))), format: 'pdf' },
      ]),
    );
    const { result } = await world.copy();
    expect(
      result?.detail.artifacts?.map(({ key, format, variant }) => [key, format, variant]),
    ).toEqual([
      [`${folder}/presentation.pptx`, 'pptx', undefined],
      [`${folder}/presentation.pdf`, 'pdf', undefined],
    ]);
    expect((await world.copy()).result?.detail.artifacts).toEqual(result?.detail.artifacts);
  });

  it.each<[string, string, Deck, string, Deck, readonly string[]]>([
    [
      'a presentation and its show, which are what they are called',
      'pptx',
      () => officeFile(mainTypes.pptx),
      'ppsx',
      () => officeFile(mainTypes.ppsx),
      ['presentation.pptx', 'presentation-ppsx.ppsx'],
    ],
    [
      'a presentation and its show, which both are presentations',
      'ppsx',
      () => officeFile(mainTypes.pptx, { stored: true }),
      'pptx',
      () => officeFile(mainTypes.pptx),
      ['presentation-ppsx.pptx', 'presentation.pptx'],
    ],
    [
      'a picture and a ZIP of pictures, which both are ZIPs',
      'png',
      async () => zip(3000),
      'zip',
      async () => zip(2000),
      ['presentation-png.zip', 'presentation.zip'],
    ],
  ])(
    'keeps files apart whose formats may be the same: %s',
    async (_, a, first, b, second, keys) => {
      const [one, two] = [await first(), await second()];
      const exports = [
        { url: world.server.script('/a', file(one)), format: a },
        { url: world.server.script('/b', file(two)), format: b },
      ] as LinkedFile[];
      world.provider(ready(exports));
      const { result } = await world.copy();
      expect(result).toMatchObject({
        detailType: 'Generation Archived',
        detail: {
          artifacts: [
            { key: `${folder}/${keys[0]}`, sha256: sha256(one) },
            { key: `${folder}/${keys[1]}`, sha256: sha256(two) },
          ],
        },
      });
      const again = await world.copy();
      expect(again.result?.detail.artifacts).toEqual(result?.detail.artifacts);
      expect(world.server.seen).toHaveLength(2);
    },
  );

  it('keeps files apart that the provider does not', async () => {
    const url = world.server.script('/same', file(pptx()));
    world.provider(ready([{ url }, { url, variant: 'a/../b' }, { url, variant: '1' }]));
    const { result } = await world.copy();
    expect(result?.detail.artifacts?.map(({ variant }) => variant)).toEqual(['1', '2', '1-2']);
  });

  it('archives a hundred files at most, and says so', async () => {
    const url = world.server.script('/many', file(pptx(200)));
    world.provider(
      ready(Array.from({ length: 103 }, (_, index) => ({ url, variant: String(index) }))),
    );
    const { result } = await world.copy();
    expect(result).toMatchObject({
      detailType: 'Generation Partially Archived',
      detail: { error: { code: 'ExportInvalid' } },
    });
    expect(result?.detail.artifacts).toHaveLength(100);
    expect(Buffer.byteLength(JSON.stringify(result))).toBeLessThan(100_000);
  });
});

describe('a file that is no good', () => {
  it.each([
    [
      'is an error page',
      { reply: status(200, {}, '<html>expired</html>') },
      'ExportInvalid',
      'the file is an HTML page',
    ],
    ['is empty', { reply: status(200) }, 'ExportInvalid', 'the file is empty'],
    [
      'has another format',
      { reply: file(pdf()), format: 'pptx' },
      'ExportInvalid',
      'the file should be a PPTX file but is a PDF',
    ],
    [
      'has another length',
      { reply: file(pdf(500)), bytes: 600 },
      'ExportInvalid',
      'has 500 bytes, but the provider announced 600',
    ],
    [
      'has a length that no header tells',
      { reply: file(pdf(500), { framing: 'chunked' }), bytes: 600 },
      'ExportInvalid',
      'has 500 bytes',
    ],
    [
      'comes compressed in a way that is not undone',
      { reply: file(Buffer.alloc(500, 0x9d), { headers: { 'content-encoding': 'compress' } }) },
      'ExportInvalid',
      'comes compressed (compress)',
    ],
    [
      'ends with its connection, too early',
      { reply: file(pdf().subarray(0, 1000), { framing: 'close' }) },
      'ExportInvalid',
      'ends before the end',
    ],
    [
      'is too large',
      { reply: file(pdf(2000)), maxBytes: 1999 },
      'ExportTooLarge',
      'the file has 2000 bytes; the limit is 1999',
    ],
    [
      'is behind a dead link',
      { reply: status(403) },
      'ExportLinkExpired',
      'answered 403 to the download link, and went on so for 180 s',
    ],
    [
      'never comes',
      { reply: status(500) },
      'DownloadFailed',
      '127.0.0.1 answered 500, and went on so for 180 s',
    ],
  ] as const)('%s', async (_, { reply, ...file }, code, message) => {
    const { maxBytes, ...signs } = { maxBytes: 10_000_000, ...file };
    world.provider(ready([{ url: world.server.script('/bad', reply), ...signs }]));
    const { next, result } = await world.copyUntilDone({ maxBytes });
    expect(next).toBe('fail');
    expect(result).toMatchObject({
      detailType: 'Generation Not Archived',
      detail: { generation: { gammaId: 'g_1' }, error: { code } },
    });
    expect(result?.detail.error?.message).toContain(message);
    expect([...world.store.stored.keys()]).toEqual([]);
  });

  it('is fetched once more from a fresh link', async () => {
    const page = world.server.script('/page', status(200, {}, '<html>'));
    const deck = world.server.script('/deck', file(pdf()));
    world.provider(ready([{ url: page }]), ready([{ url: deck }]));
    const { next, result } = await world.copy();
    expect(next).toBe('succeed');
    expect(result?.detail.timing.checks).toBe(5);
  });

  it('that ends with its connection is fine where it is whole', async () => {
    const deck = pdf(90_000);
    world.provider(
      ready([{ url: world.server.script('/close', file(deck, { framing: 'close' })) }]),
    );
    expect((await world.copy()).result?.detail.artifacts).toMatchObject([{ sha256: sha256(deck) }]);
  });

  it('does not lose the others', async () => {
    const good = { url: world.server.script('/good', file(pptx())), variant: '1' };
    const bad = { url: world.server.script('/bad', status(200, {}, 'nothing')), variant: '2' };
    world.provider(ready([good, bad]));
    const { next, result } = await world.copy();
    expect(next).toBe('succeed');
    expect(result).toMatchObject({
      detailType: 'Generation Partially Archived',
      detail: {
        artifacts: [{ variant: '1' }],
        error: {
          code: 'ExportInvalid',
          message: expect.stringMatching(
            /^1 of 2 files could not be saved: file 2: the file is /,
          ) as string,
        },
      },
    });
    expect(manifestOf(world)).toMatchObject({
      outcome: 'partial',
      failures: [{ file: '2', variant: '2', code: 'ExportInvalid' }],
    });
  });

  it('refreshes the links of the files after it, too', async () => {
    const stale = world.server.script('/stale', status(403));
    const [one, two] = ['/one', '/two'].map((path) => world.server.script(path, file(pptx())));
    world.provider(
      ready([
        { url: stale, variant: '1' },
        { url: stale, variant: '2' },
      ]),
      ready([
        { url: one ?? '', variant: '1' },
        { url: two ?? '', variant: '2' },
      ]),
    );
    const { result } = await world.copy();
    expect(result).toMatchObject({
      detailType: 'Generation Archived',
      detail: { timing: { checks: 5 } },
    });
  });
});

describe('what is stored already', () => {
  it('is announced again without asking anybody', async () => {
    world.provider(
      ready([{ url: world.server.script('/once', file(pdf())) }], {
        completedAt: '2026-11-20T10:01:00.000Z',
      }),
    );
    const first = await world.copy();
    world.provider();
    world.store.calls.length = 0;
    const second = await world.copy({ generation: { metadata: { customer: '43' } }, execution });
    expect(second.next).toBe('succeed');
    expect(second.result?.detail).toEqual({
      ...first.result?.detail,
      metadata: { customer: '43' },
      timing: { ...first.result?.detail.timing, checks: 3 },
    });
    expect(writes(world)).toEqual([]);
    expect(world.server.seen).toHaveLength(1);
  });

  it('is fetched anew when asked to, over the old version', async () => {
    const url = world.server.script(
      '/twice',
      file(pdf(2000, 1)),
      file(pdf(3000, 2), { etag: '"v2"' }),
    );
    world.provider(ready([{ url }]));
    await world.copy();
    const { result } = await world.copy({ generation: { refresh: true } });
    expect(result?.detail.artifacts).toMatchObject([{ bytes: 3000, sha256: sha256(pdf(3000, 2)) }]);
    expect(manifestOf(world).artifacts).toMatchObject([{ bytes: 3000 }]);
  });

  it.each([
    ['is gone', (store: CopyWorld['store']) => store.remove(`${folder}/presentation.pdf`)],
    [
      'was changed',
      (store: CopyWorld['store']) => store.plant(`${folder}/presentation.pdf`, pdf(2000, 5)),
    ],
    [
      'has a manifest that is cut',
      (store: CopyWorld['store']) =>
        store.plant(`${folder}/manifest.json`, Buffer.from('{"version":')),
    ],
    [
      'has a manifest of another version',
      (store: CopyWorld['store']) => store.plant(`${folder}/manifest.json`, Buffer.from('{}')),
    ],
  ])('is fetched anew where it %s', async (_, damage) => {
    world.provider(ready([{ url: world.server.script('/again', file(pdf())) }]));
    await world.copy();
    damage(world.store);
    const { result } = await world.copy();
    expect(result?.detailType).toBe('Generation Archived');
    expect(world.store.bodyOf(`${folder}/presentation.pdf`).equals(pdf())).toBe(true);
    expect(manifestOf(world).artifacts).toMatchObject([{ sha256: sha256(pdf()) }]);
  });

  it('is kept where only other files are missing', async () => {
    const good = world.server.script('/kept', file(pptx()));
    const bad = world.server.script('/late', status(404));
    const exports = [
      { url: good, variant: '1' },
      { url: bad, variant: '2' },
    ];
    world.provider(ready(exports));
    expect((await world.copyUntilDone()).result?.detailType).toBe('Generation Partially Archived');
    world.server.script('/late', file(pptx(5000)));
    const { result } = await world.copy();
    expect(result?.detailType).toBe('Generation Archived');
    expect(result?.detail.artifacts).toHaveLength(2);
    expect(world.server.seen.filter(({ path }) => path === '/kept')).toHaveLength(1);
    expect(manifestOf(world)).toMatchObject({ outcome: 'archived', failures: [] });
  });

  it('of a generation that was partial is fetched anew once it is whole', async () => {
    const url = world.server.script(
      '/partial',
      file(pptx(2000, 1)),
      file(pptx(4000, 2), { etag: '"v2"' }),
    );
    world.provider(ready([{ url }], { partial: true, said: 'partial' }), ready([{ url }]));
    const first = await world.copy();
    expect(first.result).toMatchObject({
      detailType: 'Generation Partially Archived',
      detail: { artifacts: [{ bytes: 2000 }] },
    });
    expect(first.result?.detail.error).toBeUndefined();
    const second = await world.copy();
    expect(second.result).toMatchObject({
      detailType: 'Generation Archived',
      detail: { artifacts: [{ bytes: 4000 }] },
    });
  });

  it('under the key without a manifest is not overwritten where it is the same', async () => {
    world.store.plant(`${folder}/presentation.pdf`, pdf());
    world.provider(ready([{ url: world.server.script('/ours', file(pdf())) }]));
    await world.copy();
    expect(world.store.stored.get(`${folder}/presentation.pdf`)?.etag).toMatch(/planted/);
  });
});

describe('asking again before copying', () => {
  const pending: GenerationStatus = { kind: 'pending', said: 'processing' };
  const throttled: GenerationStatus = { kind: 'throttled', message: 'Gamma answered 429' };

  it('waits out a provider that is busy', async () => {
    world.provider({ status: throttled, retryAfterSeconds: 8 }, throttled, ready([]));
    const { next, result } = await world.copy();
    expect(next).toBe('succeed');
    expect(world.clock.slept).toEqual([8, 1.5]);
    expect(result?.detail.timing.checks).toBe(6);
  });

  it('leaves the machine what would come to more than 10 s of sleep behind 429s', async () => {
    const busy = { status: throttled, retryAfterSeconds: 5 };
    world.provider(busy, busy, busy, ready([]));
    const { next, waitSeconds } = await world.copy();
    expect([next, waitSeconds]).toEqual(['more', 5]);
    expect(world.clock.slept).toEqual([5, 5]);
  });

  it('leaves a longer pause of the provider to the machine, and asks on after it', async () => {
    world.provider({ status: throttled, retryAfterSeconds: 60 }, ready([]));
    const { next, waitSeconds, progress } = await world.copy();
    expect([next, waitSeconds]).toEqual(['more', 60]);
    expect(world.clock.slept).toEqual([]);
    await world.clock.sleep(60_000);
    expect(await world.copy({ progress })).toMatchObject({ next: 'succeed' });
    expect(world.clock.slept).toEqual([60]);
  });

  it('has the machine wait no longer than until the deadline, and asks itself after it', async () => {
    const deadline = '2026-11-20T10:02:30.000Z';
    world.provider({ status: throttled, retryAfterSeconds: 60 });
    const { next, waitSeconds, progress } = await world.copy({ generation: { deadline } });
    expect([next, waitSeconds]).toEqual(['more', 30]);
    await world.clock.sleep(30_000);
    world.provider({ status: throttled, retryAfterSeconds: 60 }, ready([]));
    expect(await world.copy({ progress, generation: { deadline } })).toMatchObject({
      next: 'succeed',
    });
  });

  it('asks more seldom the longer a key is throttled, so that a day of it fills no history', async () => {
    world.provider({ status: throttled, retryAfterSeconds: 60 });
    expect(await world.copy({ memory: { detectedAt: '2026-11-19T10:02:00.000Z' } })).toMatchObject({
      next: 'more',
      waitSeconds: 300,
    });
  });

  it('reads a refused key past the cache, once', async () => {
    const refused: GenerationStatus = {
      kind: 'refused',
      code: 'Unauthorized',
      message: 'Gamma answered 401',
    };
    world.provider(refused, ready([]));
    expect((await world.copy()).next).toBe('succeed');
    expect(world.freshReads).toEqual([false, true]);
    world.freshReads.length = 0;
    world.provider(refused);
    const { next, result } = await world.copy({ generation: { refresh: true } });
    expect(next).toBe('fail');
    expect(result?.detailType).toBe('Generation Not Archived');
    expect(result?.detail.error).toEqual({ code: 'Unauthorized', message: 'Gamma answered 401' });
    expect(world.freshReads).toEqual([false, true]);
  });

  describe('of a key that has worked for this generation', () => {
    const refused: GenerationStatus = {
      kind: 'refused',
      code: 'Unauthorized',
      message: 'Gamma answered 401',
    };
    const memory = { said: 'completed' };

    it('waits half a minute for its successor', async () => {
      world.provider(...Array.from({ length: 4 }, () => refused), ready([]));
      expect((await world.copy({ memory })).next).toBe('succeed');
      expect(world.clock.slept).toEqual([1.05, 5, 10, 20]);
      expect(world.freshReads.slice(1)).not.toContain(false);
    });

    it('leaves a refusal that outlasts it to the status checks, which end it', async () => {
      world.provider(refused);
      expect(await world.copy({ memory })).toMatchObject({ next: 'checkAgain', waitSeconds: 30 });
    });

    it('waits minutes itself once the deadline has passed, since no check follows', async () => {
      world.provider(...Array.from({ length: 9 }, () => refused), ready([]));
      const copy = await world.copy({
        memory,
        generation: { deadline: '2026-11-20T10:02:00.000Z' },
      });
      expect(copy.next).toBe('succeed');
      expect(world.clock.slept).toEqual([1.05, 5, 10, 20, 30, 30, 30, 30, 30]);
    });

    it('tells the refusal at the deadline', async () => {
      world.provider(refused);
      const { next, result } = await world.copy({
        memory,
        generation: { deadline: '2026-11-20T10:02:00.000Z' },
      });
      expect(next).toBe('fail');
      expect(result?.detail.error?.code).toBe('Unauthorized');
    });
  });

  it('ends a generation that the provider calls failed now', async () => {
    world.provider({
      kind: 'failed',
      said: 'failed',
      message: 'no credits',
      details: { gammaId: 'g_2' },
    });
    expect(await world.copy()).toMatchObject({
      next: 'fail',
      result: {
        detailType: 'Generation Failed',
        detail: {
          generation: { gammaId: 'g_2' },
          error: { code: 'GenerationFailed', message: 'no credits' },
        },
      },
    });
  });

  const notReady: [GenerationStatus, string][] = [
    [pending, 'UnexpectedResponse'],
    [
      { kind: 'awaitingInput', said: 'awaiting_input', question: 'Which?', details: {} },
      'UnexpectedResponse',
    ],
    [
      { kind: 'exportPending', said: 'completed', remedy: 'set exportAs', details: {} },
      'ExportMissing',
    ],
    [{ kind: 'notFound', message: 'Gamma answered 404' }, 'GenerationNotFound'],
    [throttled, 'ProviderUnavailable'],
    [
      { kind: 'unavailable', code: 'UnexpectedResponse', message: 'not JSON' },
      'UnexpectedResponse',
    ],
  ];

  it.each(notReady)(
    'goes back to checking before the deadline, and ends after it: $kind',
    async (answer, code) => {
      world.provider(answer);
      expect((await world.copy()).next).toBe(answer.kind === 'throttled' ? 'more' : 'checkAgain');
      expect(
        await world.copy({ generation: { deadline: '2026-11-20T10:02:00.000Z' } }),
      ).toMatchObject({
        next: 'fail',
        result: { detailType: 'Generation Not Archived', detail: { error: { code } } },
      });
    },
  );

  it.each(notReady)(
    'asks again where the deadline has passed, since no check follows: $kind',
    async (answer) => {
      world.provider(answer, ready([{ url: world.server.script('/late.pdf', file(pdf(1000))) }]));
      const copy = await world.copy({ generation: { deadline: '2026-11-20T10:02:00.000Z' } });
      expect(copy).toMatchObject({ next: 'succeed' });
    },
  );

  it.each([
    { detectedAt: undefined, waitSeconds: 5 },
    { detectedAt: '2026-11-20T09:02:05.000Z', waitSeconds: 72 },
    { detectedAt: '2026-11-19T10:02:00.000Z', waitSeconds: 300 },
  ])(
    'lets the machine wait before it is checked again, the more the longer it lasts: done since $detectedAt, $waitSeconds s',
    async ({ detectedAt, waitSeconds }) => {
      world.provider(pending);
      const copy = await world.copy(detectedAt === undefined ? {} : { memory: { detectedAt } });
      expect(copy).toMatchObject({ next: 'checkAgain', waitSeconds });
      expect(world.clock.slept).toEqual([]);
    },
  );

  it('waits no longer than until the deadline, when the last check is due', async () => {
    world.provider(pending);
    const copy = await world.copy({ generation: { deadline: '2026-11-20T10:02:02.500Z' } });
    expect(copy).toMatchObject({ next: 'checkAgain', waitSeconds: 3 });
  });

  it('waits itself at the next copy where a machine went on at once', async () => {
    world.provider(pending, pending);
    const { progress } = await world.copy();
    await world.copy({ progress });
    expect(world.clock.slept).toEqual([5]);
  });

  it('throws what nobody expects', async () => {
    world.provider();
    await expect(world.copy()).rejects.toThrow('not expected to be asked');
  });
});

describe('a bucket in trouble', () => {
  it('that fails for one file does not lose the others', async () => {
    world.store.before = (call) => {
      if (call === `put ${folder}/presentation-1.pptx`) world.store.bodyOf('no such key');
    };
    const url = world.server.script('/deck', file(pptx()));
    world.provider(
      ready([
        { url, variant: '1' },
        { url, variant: '2' },
      ]),
    );
    expect((await world.copy()).result).toMatchObject({
      detailType: 'Generation Partially Archived',
      detail: { artifacts: [{ variant: '2' }], error: { code: 'StorageFailed' } },
    });
  });

  it.each(['head', 'read', 'put', 'uploadPart', 'completeUpload'])(
    'that fails at every %s is a result',
    async (method) => {
      world.store.before = (call) => {
        if (call.startsWith(`${method} `)) world.store.bodyOf('no such key');
      };
      world.provider(ready([{ url: world.server.script('/deck', file(zip(20_000_000))) }]));
      const { next, result } = await world.copy();
      expect(next).toBe('fail');
      expect(result?.detail.error?.code).toBe('StorageFailed');
      expect(world.store.openUploads()).toEqual([]);
    },
  );
});
