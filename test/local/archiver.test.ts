import { readFile } from 'node:fs/promises';
import { PDFDocument } from 'pdf-lib';
import { describe, expect, it, onTestFinished } from 'vitest';
import { resultSchema } from '../../lambdas/contract/results.ts';
import { createLocalArchiver } from '../../local/archiver.ts';
import type { LocalArchiver } from '../../local/archiver.ts';
import type { LocalEvent } from '../../local/event-bus.ts';
import {
  demoDeck,
  makeCardsZip,
  makePdf,
  makePptx,
  simulatedProviders,
} from '../../local/simulator/index.ts';
import type { SimulatedProvider, Step } from '../../local/simulator/index.ts';
import { runSimulator } from './support/running-simulator.ts';
import type { RunningSimulator } from './support/running-simulator.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

const working: readonly Step[] = [
  { says: 'working', progress: 0.3, polls: 2 },
  { says: 'working', progress: 0.6, polls: 2 },
];

interface Embedded extends RunningSimulator {
  readonly archiver: LocalArchiver;
  readonly folder: string;
  readonly events: LocalEvent[];
}

/** The whole archiver against the simulator, in virtual time. */
const embed = async (): Promise<Embedded> => {
  const running = await runSimulator();
  const { simulator, clock } = running;
  const folder = await temporaryFolder();
  const events: LocalEvent[] = [];
  const archiver = createLocalArchiver({
    props: {
      allowInsecureSources: true,
      providers: Object.fromEntries(
        simulatedProviders.map((name) => [name, { baseUrl: simulator.baseUrl(name) }]),
      ),
    },
    folder,
    apiKeys: {
      read: async (provider) => ({
        found: true,
        apiKey: simulator.apiKey(provider as SimulatedProvider),
      }),
    },
    clock,
    random: () => 0.5,
    virtualTime: true,
    onEvent: (event) => events.push(event),
  });
  onTestFinished(() => archiver.close());
  return { ...running, archiver, folder, events };
};

describe('the embedded archiver', () => {
  it('archives a generation of each provider, byte for byte', async () => {
    const { simulator, archiver, folder, events } = await embed();
    const deck = demoDeck('Bread');
    const pdf = await makePdf(deck);
    const pptx = await makePptx(deck);
    const zip = await makeCardsZip(deck);
    const script: readonly Step[] = [...working, { says: 'completed' }];
    const added = [
      simulator.add({ provider: 'gamma', script, files: [{ format: 'pdf', content: pdf }] }),
      simulator.add({ provider: 'gamma', script, files: [{ format: 'zip', content: zip }] }),
      simulator.add({
        provider: 'chronicle',
        script,
        title: 'Bread',
        sections: [{ title: 'One' }],
      }),
      simulator.add({ provider: 'duomi', script, files: [{ format: 'pptx', content: pptx }] }),
      simulator.add({
        provider: 'perceptis',
        script,
        files: [
          { format: 'pptx', content: pptx },
          { format: 'pptx', content: pptx },
        ],
      }),
      simulator.add({
        provider: 'alai',
        script,
        files: [
          { format: 'pdf', content: pdf },
          { format: 'pptx', content: pptx },
        ],
      }),
      simulator.add({ provider: 'slidespeak', script, files: [{ format: 'pptx', content: pptx }] }),
    ];
    for (const { provider, generationId } of added)
      await archiver.trigger({ provider, generationId, metadata: { customer: '42' } });
    const ends = [...(await archiver.ends()).values()];

    expect(ends.map(({ status }) => status)).toEqual(added.map(() => 'succeeded'));
    expect(events.map(({ detailType }) => detailType)).toEqual(
      added.map(() => 'Generation Archived'),
    );
    for (const { provider, generationId, files } of added) {
      const event = events
        .map((one) => resultSchema.parse(one))
        .find(({ detail }) => detail.generationId === generationId);
      expect(event?.detail.metadata).toEqual({ customer: '42' });
      const artifacts = event?.detail.artifacts ?? [];
      expect(artifacts).toHaveLength(Math.max(1, files.length));
      if (provider === 'chronicle') continue;
      expect(artifacts.map(({ sha256 }) => sha256)).toEqual(files.map(({ sha256 }) => sha256));
      for (const [index, { key }] of artifacts.entries()) {
        expect(
          (await readFile(`${folder}/${key}`)).equals(Buffer.from(files[index]?.content ?? [])),
        ).toBe(true);
      }
    }
    const saved = await readFile(`${folder}/gamma/${added[0]?.generationId}/presentation.pdf`);
    expect((await PDFDocument.load(saved)).getPageCount()).toBe(6);
  });

  it('writes each event as a line, and no secret into any file', async () => {
    const { simulator, archiver, folder } = await embed();
    const { generationId } = simulator.add({
      provider: 'duomi',
      script: [...working, { says: 'completed' }],
      files: [{ format: 'pptx', content: await makePptx(demoDeck('Bread')) }],
    });
    await archiver.trigger({ provider: 'duomi', generationId });
    await archiver.ends();
    const lines = (await readFile(archiver.eventsFile, 'utf8')).trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
      expect.objectContaining({
        'detail-type': 'Generation Archived',
        source: 'generation-archiver',
      }),
    ]);
    const names = [
      'events.jsonl',
      `duomi/${generationId}/manifest.json`,
      `duomi/${generationId}/generation.json`,
    ];
    const texts = await Promise.all(names.map((name) => readFile(`${folder}/${name}`, 'utf8')));
    expect(
      simulator.secrets().filter((secret) => texts.some((text) => text.includes(secret))),
    ).toEqual([]);
  });

  it('asks SlideSpeak for a link until it gets one, and for a fresh one where that has died', async () => {
    const { simulator, archiver, folder, events } = await embed();
    const { generationId, files } = simulator.add({
      provider: 'slidespeak',
      script: [{ says: 'working' }, { says: 'completed' }],
      files: [{ format: 'pptx', content: await makePptx(demoDeck('Bread')) }],
      linkSeconds: [0, 900],
      linkAnswers: [
        { says: 'http', status: 429, headers: { 'retry-after': '3' } },
        { says: 'http', status: 503, html: true },
        { says: 'raw', status: 200, body: '{"url":' },
        { says: 'nothing' },
      ],
    });
    await archiver.trigger({ provider: 'slidespeak', generationId });
    await archiver.ends();
    expect(events.map(({ detailType }) => detailType)).toEqual(['Generation Archived']);
    const saved = await readFile(`${folder}/slidespeak/${generationId}/presentation.pptx`);
    expect(saved.equals(Buffer.from(files[0]?.content ?? []))).toBe(true);
    expect(simulator.requestsFor(generationId, 'link').map(({ status }) => status)).toEqual([
      429, 503, 200, 0, 200, 200,
    ]);
    // The key goes to the API alone.
    const downloads = simulator.requestsFor(generationId, 'download');
    expect(downloads.map(({ status }) => status)).toEqual([200]);
    expect(JSON.stringify(downloads.map(({ headers }) => headers))).not.toContain(
      simulator.apiKey('slidespeak'),
    );
    const names = [
      'events.jsonl',
      `slidespeak/${generationId}/manifest.json`,
      `slidespeak/${generationId}/generation.json`,
    ];
    const texts = await Promise.all(names.map((name) => readFile(`${folder}/${name}`, 'utf8')));
    expect(
      simulator.secrets().filter((secret) => texts.some((text) => text.includes(secret))),
    ).toEqual([]);
  });

  it('follows one generation once, however many events ask for it', async () => {
    const { simulator, archiver, events } = await embed();
    const { generationId } = simulator.add({
      provider: 'chronicle',
      script: [...working, { says: 'completed' }],
    });
    await archiver.trigger({ provider: 'chronicle', generationId }, 'event-1');
    await archiver.trigger({ provider: 'chronicle', generationId }, 'event-2');
    await archiver.ends();
    await archiver.trigger({ provider: 'chronicle', generationId }, 'event-1');
    expect((await archiver.ends()).size).toBe(1);
    expect(events).toHaveLength(1);
  });

  it('downloads nothing again for a new event, and announces again', async () => {
    const { simulator, archiver, events } = await embed();
    const { generationId } = simulator.add({
      provider: 'perceptis',
      script: [{ says: 'completed' }],
      files: [{ format: 'pptx', content: await makePptx(demoDeck('Bread')) }],
    });
    for (const refresh of [false, false, true]) {
      await archiver.trigger({ provider: 'perceptis', generationId, refresh });
      await archiver.ends();
    }
    expect(events.map(({ detailType }) => detailType)).toEqual(
      Array.from({ length: 3 }, () => 'Generation Archived'),
    );
    expect(simulator.requestsFor(generationId, 'download')).toHaveLength(2);
  });

  it("asks on while somebody answers Chronicle's question", async () => {
    const { simulator, archiver, events } = await embed();
    const { generationId } = simulator.add({
      provider: 'chronicle',
      script: [
        { says: 'working' },
        { says: 'question', question: 'For whom?', polls: 3 },
        ...working,
        { says: 'completed' },
      ],
    });
    await archiver.trigger({ provider: 'chronicle', generationId });
    await archiver.ends();
    expect(events.map(({ detailType }) => detailType)).toEqual([
      'Generation Awaiting Input',
      'Generation Archived',
    ]);
  });

  it('ends at the deadline where the provider never ends', async () => {
    const { simulator, archiver, clock, events } = await embed();
    const before = clock.now();
    const { generationId } = simulator.add({ provider: 'gamma', script: [{ says: 'working' }] });
    await archiver.trigger({ provider: 'gamma', generationId, timeoutMinutes: 30 });
    expect([...(await archiver.ends()).values()]).toMatchObject([
      { status: 'failed', error: 'DeadlineExceeded' },
    ]);
    expect(events.map(({ detailType }) => detailType)).toEqual(['Generation Timed Out']);
    expect(clock.now() - before).toBeGreaterThanOrEqual(30 * 60_000);
  });

  it('rejects what is no valid trigger', async () => {
    const { archiver, events } = await embed();
    await archiver.trigger({ provider: 'acme', generationId: '../x' });
    expect((await archiver.ends()).size).toBe(0);
    expect(events.map(({ detailType }) => detailType)).toEqual(['Generation Rejected']);
  });
});
