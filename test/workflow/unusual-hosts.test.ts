import { afterEach, describe, expect, it } from 'vitest';
import type { ResultDetail } from '../../lambdas/contract/results.ts';
import type { Coding, DownloadBehaviour } from '../../local/simulator/index.ts';
import { pdf, sha256 } from '../support/decks.ts';
import { startWorkflowWorld, type WorkflowWorld } from '../support/workflow-world.ts';

let world: WorkflowWorld;
afterEach(async () => world.close());

const deck = pdf(60_000);
const everyTime = 50;

const archived = async (
  behaviour: DownloadBehaviour,
  content: Buffer = deck,
): Promise<ResultDetail | undefined> => {
  world.simulator.add({
    provider: 'gamma',
    generationId: 'gen-1',
    script: [{ says: 'working', seconds: 60 }, { says: 'completed' }],
    files: [
      { format: 'pdf', content, downloads: Array.from({ length: everyTime }, () => behaviour) },
    ],
  });
  await world.archiver.trigger({ provider: 'gamma', generationId: 'gen-1' });
  await world.archiver.ends();
  return world.events.at(-1)?.detail as ResultDetail | undefined;
};

describe('a deck from a host that answers in its own way', () => {
  it.each<DownloadBehaviour>([
    { wholeAs: 206 },
    { wholeAs: 206, hidesLength: true, framing: 'chunked' },
    { wholeAs: 203 },
    { partBytes: 25_000 },
    { partBytes: 25_000, hidesLength: true },
    { framing: 'close' },
    { headBytes: 20_000 },
    { headers: { 'content-encoding': 'aws-chunked,utf-8' } },
    { gzip: true },
    { gzip: 'unnamed' },
    { base64: true },
    { base64: true, framing: 'close' },
    { movedTo: 'Übersicht – 概要.pdf' },
  ])('%j is archived, byte for byte', async (behaviour) => {
    world = await startWorkflowWorld();
    const detail = await archived(behaviour);
    expect(world.events.map(({ detailType }) => detailType)).toEqual(['Generation Archived']);
    expect(detail?.artifacts).toMatchObject([{ format: 'pdf', sha256: sha256(deck) }]);
  });

  it('with a mail header before it is archived as it is', async () => {
    world = await startWorkflowWorld();
    const mailed = Buffer.concat([Buffer.from('Content-Type: application/pdf\r\n\r\n'), deck]);
    const detail = await archived({}, mailed);
    expect(detail?.artifacts).toMatchObject([{ format: 'pdf', sha256: sha256(mailed) }]);
  });
});

describe('a proxy that compresses what every API says', () => {
  it.each<Coding>(['gzip', 'deflate', 'br'])('is no obstacle: %s', async (coding) => {
    world = await startWorkflowWorld({ coding });
    expect((await archived({}))?.artifacts).toMatchObject([{ sha256: sha256(deck) }]);
  });

  it('is none to a start, a reply or an export either', async () => {
    const file = { format: 'pdf', content: deck } as const;
    world = await startWorkflowWorld({
      coding: 'gzip',
      onCreate: async () => ({
        script: [{ says: 'completed', linkMissing: true }],
        exportFiles: [file],
      }),
    });
    const request = { inputText: 'Tides', textMode: 'generate' };
    const asked = { provider: 'gamma', requestId: 'r-1', request, exportAs: 'pdf' };
    await world.archiver.trigger(asked, 'one', 'Generation Requested');
    await world.archiver.ends();
    expect(world.events.map(({ detailType }) => detailType)).toEqual([
      'Generation Accepted',
      'Generation Archived',
    ]);
    expect(world.simulator.started('gamma')).toHaveLength(1);
  });
});
