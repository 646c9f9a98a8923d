import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import JSZip from 'jszip';
import { PDFDocument } from 'pdf-lib';
import { describe, it } from 'vitest';
import { resultDetailSchema, resultSchema } from '../../lambdas/contract/results.ts';
import type { Result, ResultDetail } from '../../lambdas/contract/results.ts';
import { demoDeck, makePptx, startSimulator } from '../../local/simulator/index.ts';
import { start } from './support/command-run.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

const eventsIn = (output: string): Result[] =>
  output
    .trimEnd()
    .split('\n')
    .map((line) => resultSchema.parse(JSON.parse(line)));

const detailIn = (line: string): ResultDetail =>
  resultDetailSchema.parse((JSON.parse(line) as { detail: unknown }).detail);

/**
 * Milliseconds: some ten seconds of waiting, and much more on a machine that is busy with other
 * things.
 */
const timeout = 120_000;

// Each starts a process of its own, and they wait more than they work: side by side they take
// little longer than the longest.
describe.concurrent('npm start', { timeout }, () => {
  it('without a provider archives a PDF, a PPTX, a ZIP and JSON', async (context) => {
    const { expect } = context;
    const folder = await temporaryFolder(context.onTestFinished);
    const { status, output, errors } = await start(context, folder, []).ended;
    expect([status, errors]).toEqual([0, '']);

    const paths = [
      ...output.matchAll(/^ {2}(?<path>\.\/artifacts\/\S+) .* sha256 [0-9a-f]{12}…$/gm),
    ].map(({ groups }) => groups?.['path'] ?? '');
    const open = (ending: string): Promise<Buffer> =>
      readFile(join(folder, paths.find((path) => path.endsWith(ending)) ?? 'missing'));
    expect((await PDFDocument.load(await open('.pdf'))).getPageCount()).toBe(6);
    expect(
      (await JSZip.loadAsync(await open('.pptx'))).file('ppt/presentation.xml'),
    ).not.toBeNull();
    expect(
      Object.keys((await JSZip.loadAsync(await open('.zip'))).files).every((name) =>
        name.endsWith('.png'),
      ),
    ).toBe(true);
    expect(JSON.parse((await open('.json')).toString())).toMatchObject({
      presentation: { title: 'Pitch for a bakery' },
    });

    const events = (await readFile(join(folder, 'artifacts/events.jsonl'), 'utf8'))
      .trimEnd()
      .split('\n');
    const archived = events.flatMap((line) => detailIn(line).artifacts ?? []);
    expect(paths.map((path) => path.replace('./artifacts/', '')).toSorted()).toEqual(
      archived.map(({ key }) => key).toSorted(),
    );
    expect(output).toContain('Events: ./artifacts/events.jsonl');

    // Two are started by the archiver, one of them asks; a PPTX is an export of a deck that had
    // another file.
    const types = events.map(
      (line) => (JSON.parse(line) as Record<string, unknown>)['detail-type'],
    );
    expect(types.filter((type) => type === 'Generation Accepted')).toHaveLength(2);
    expect(types.filter((type) => type === 'Generation Awaiting Input')).toHaveLength(1);
    expect(output).toMatch(
      /Chronicle asks about gen_\w+: Who is the deck for\?\nAnswered with: For the people of the neighbourhood\n/,
    );
    expect(output).toMatch(/✓ {2}gamma .* presentation\.zip .*, presentation\.pptx /);
  });

  it('follows several generations, says only events with --json, keeps keys to itself, and ends with 1 where one is lost', async (context) => {
    const { expect } = context;
    const folder = await temporaryFolder(context.onTestFinished);
    const simulator = await startSimulator();
    context.onTestFinished(() => simulator.close());
    const content = await makePptx(demoDeck('Bread'));
    simulator.add({
      provider: 'duomi',
      generationId: 'good',
      script: [{ says: 'completed' }],
      files: [{ format: 'pptx', content }],
    });
    simulator.add({
      provider: 'duomi',
      generationId: 'bad',
      script: [{ says: 'failed', message: 'the template is gone' }],
    });

    await writeFile(join(folder, '.env'), `DUOMI_API_KEY_TEAM=${simulator.apiKey('duomi')}\n`);
    const args = [
      'duomi',
      'good',
      'bad',
      '--credential',
      'team',
      '--allow-insecure',
      '--metadata',
      '{"customer":"42"}',
      '--out',
      'decks',
      '--json',
    ];
    const { status, output, errors } = await start(context, folder, args, {
      DUOMI_BASE_URL: simulator.baseUrl('duomi'),
    }).ended;

    expect([status, errors]).toEqual([1, '']);
    const about = Object.fromEntries(
      eventsIn(output).map(({ detailType, detail }) => [
        detail.generationId,
        { detailType, detail },
      ]),
    );
    expect(Object.keys(about)).toHaveLength(2);
    expect(about['good']).toMatchObject({
      detailType: 'Generation Archived',
      detail: { metadata: { customer: '42' } },
    });
    expect(about['bad']).toMatchObject({
      detailType: 'Generation Failed',
      detail: { error: { code: 'GenerationFailed' } },
    });
    expect(
      (await readFile(join(folder, 'decks/duomi/good/presentation.pptx'))).equals(
        Buffer.from(content),
      ),
    ).toBe(true);
    expect(simulator.secrets().filter((secret) => output.includes(secret))).toEqual([]);
  });

  it('ends with 1 and the command that stores the key where there is none', async (context) => {
    const { expect } = context;
    const { status, output, errors } = await start(
      context,
      await temporaryFolder(context.onTestFinished),
      ['gamma', 'abc'],
    ).ended;
    expect([status, output]).toEqual([1, '']);
    expect(errors).toContain('export GAMMA_API_KEY=');
  });

  it('ends with 2, one line and one hint where it was not understood', async (context) => {
    const { expect } = context;
    const { status, output, errors } = await start(
      context,
      await temporaryFolder(context.onTestFinished),
      ['acme', 'abc'],
    ).ended;
    expect([status, output]).toEqual([2, '']);
    expect(errors).toMatch(/^error: unknown provider 'acme'; .*\nUsage: npm start -- .*\n$/);
  });

  it.for<readonly string[]>([[], ['gamma', 'abc']])(
    'ends with 2 where the folder for the decks cannot be used, before anything is asked: %j',
    async (args, context) => {
      const { expect } = context;
      const folder = await temporaryFolder(context.onTestFinished);
      await writeFile(join(folder, 'taken'), '');
      const { status, output, errors } = await start(context, folder, [...args, '--out', 'taken'], {
        GAMMA_API_KEY: 'any',
      }).ended;
      expect([status, output]).toEqual([2, '']);
      expect(errors).toBe('error: --out taken cannot be used: it is a file\n');
    },
  );

  it('ends cleanly at Ctrl-C: by itself, and tells what is still open', async (context) => {
    const { expect } = context;
    const folder = await temporaryFolder(context.onTestFinished);
    const { child, ended, said } = start(context, folder, []);
    await said('1 check');
    child.kill('SIGINT');
    const { status, signal, errors } = await ended;
    expect([status, signal]).toEqual([130, null]);
    expect(errors).toMatch(/^interrupted: \d of \d generations are still open/);
  });
});
