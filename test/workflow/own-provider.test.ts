import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ResultDetail } from '../../lambdas/contract/results.ts';
import { bundle } from '../../lib/functions/bundle.ts';
import { ProviderModule } from '../../lib/index.ts';
import { createLocalArchiver, type LocalArchiver } from '../../local/archiver.ts';
import type { LocalEvent } from '../../local/event-bus.ts';
import { pdf, pptx } from '../support/decks.ts';
import {
  file,
  startFileServer,
  status,
  type FileServer,
  type Reply,
} from '../support/file-server.ts';
import { virtualClock } from '../support/virtual-clock.ts';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

const says = (body: object): Reply =>
  status(200, { 'content-type': 'application/json' }, JSON.stringify(body));

const keys = ({ artifacts = [] }: ResultDetail): string[] => artifacts.map(({ key }) => key);

const token = '?token=secret-of-acme';

describe("the example of a provider of one's own", () => {
  let folder: string;
  let module: ProviderModule;
  let acme: FileServer;
  let archiver: LocalArchiver;
  let events: LocalEvent[];

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'generation-archiver-own-'));
    const bundled = join(folder, 'acme.mjs');
    // As in an app: the example imports the package by its name.
    bundle(here('../../examples/own-provider/acme.ts'), bundled, {
      'generation-archiver/provider': here('../../lambdas/providers/kit.ts'),
    });
    module = ProviderModule.fromBundle(bundled);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  beforeEach(async () => {
    acme = await startFileServer();
    events = [];
    archiver = createLocalArchiver({
      props: {
        providers: { acme: { module, baseUrl: acme.origin } },
        allowInsecureSources: true,
      },
      folder: mkdtempSync(join(folder, 'run-')),
      apiKeys: { read: async () => ({ found: true, apiKey: 'acme-key-of-the-tests' }) },
      clock: virtualClock(),
      random: () => 0.5,
      virtualTime: true,
      onEvent: (event) => void events.push(event),
    });
  });
  afterEach(async () => {
    await archiver.close();
    await acme.close();
    expect(JSON.stringify(events)).not.toContain('secret-of-acme');
  });

  const follow = async (exportAs: readonly string[]): Promise<ResultDetail> => {
    await archiver.trigger({ provider: 'acme', generationId: 'a-1', exportAs });
    await archiver.ends();
    return events.at(-1)?.detail as ResultDetail;
  };
  const posts = (): string[] =>
    acme.seen.map(({ path }) => path).filter((path) => path.endsWith('/exports'));

  /** Acme exports the deck after it was asked some times how the export stands. */
  const exporting = (format: string, deck: Buffer, pending = 2): void => {
    const link = `${acme.script(`/files/${format}`, file(deck))}${token}`;
    acme.script('/v1/decks/d-12/exports', says({ export: `e-${format}` }));
    acme.script(
      `/v1/exports/e-${format}`,
      ...Array.from({ length: pending }, () => says({ state: 'drawing' })),
      says({ state: 'done', file: link }),
    );
  };

  it('exports a deck that has no file, once, by the id that its status names', async () => {
    acme.script('/v1/decks/a-1', says({ state: 'done', pages: 3, deck: 'd-12' }));
    exporting('pdf', pdf(5000));
    const result = await follow(['pdf']);
    expect(events.map(({ detailType }) => detailType)).toEqual(['Generation Archived']);
    expect(keys(result)).toEqual(['acme/a-1/presentation.pdf']);
    expect(
      readFileSync(archiver.objects.filePath('acme/a-1/presentation.pdf')).equals(pdf(5000)),
    ).toBe(true);
    expect(posts()).toEqual(['/v1/decks/d-12/exports']);
  });

  it('exports what is missing beside a file that is there', async () => {
    const link = `${acme.script('/files/own', file(pdf(4000)))}${token}`;
    acme.script('/v1/decks/a-1', says({ state: 'done', deck: 'd-12', file: link }));
    exporting('pptx', pptx(5000), 0);
    const result = await follow(['pdf', 'pptx']);
    expect(keys(result)).toEqual(['acme/a-1/presentation.pdf', 'acme/a-1/presentation.pptx']);
    expect(posts()).toHaveLength(1);
  });

  it('fetches each of two PowerPoint files where that format is wanted, and exports none', async () => {
    const versions = ['short', 'long'].map((name, index) => ({
      name,
      file: `${acme.script(`/files/${name}`, file(pptx(3000 + index, index)))}${token}`,
    }));
    acme.script('/v1/decks/a-1', says({ state: 'done', deck: 'd-12', versions }));
    const result = await follow(['pptx']);
    expect(events.at(-1)?.detailType).toBe('Generation Archived');
    expect(result.artifacts?.map(({ key, bytes }) => [key, bytes])).toEqual([
      ['acme/a-1/presentation-short.pptx', 3000],
      ['acme/a-1/presentation-long.pptx', 3001],
    ]);
    expect(posts()).toEqual([]);
  });

  it('says why a deck without an id cannot be exported', async () => {
    acme.script('/v1/decks/a-1', says({ state: 'done' }));
    expect((await follow(['pdf'])).error?.code).toBe('ExportMissing');
    expect(posts()).toEqual([]);
  });
});
