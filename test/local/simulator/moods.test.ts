import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { DownloadBehaviour } from '../../../local/simulator/index.ts';
import { runSimulator } from '../support/running-simulator.ts';

const content = randomBytes(10_000);

const linkTo = async (behaviour: DownloadBehaviour): Promise<string> => {
  const { simulator, status } = await runSimulator();
  const { generationId } = simulator.add({
    provider: 'gamma',
    script: [{ says: 'completed' }],
    files: [{ format: 'png', content, downloads: [behaviour] }],
  });
  return String((await status('gamma', generationId)).body['exportUrl']);
};

const bytesOf = async (response: Response): Promise<Buffer> =>
  Buffer.from(await response.arrayBuffer());

describe('a simulated file host in the mood of a real one', () => {
  it.each<[DownloadBehaviour, number, string | null]>([
    [{ wholeAs: 206 }, 206, 'bytes 0-9999/10000'],
    [{ wholeAs: 206, hidesLength: true }, 206, 'bytes 0-9999/*'],
    [{ wholeAs: 203 }, 203, null],
    [{ partBytes: 4000 }, 206, 'bytes 0-3999/10000'],
    [{ framing: 'chunked' }, 200, null],
    [{ framing: 'close' }, 200, null],
    [{ headBytes: 9000 }, 200, null],
  ])('serves with %j', async (behaviour, status, range) => {
    const response = await fetch(await linkTo(behaviour));
    expect([response.status, response.headers.get('content-range')]).toEqual([status, range]);
    expect(response.headers.has('content-length')).toBe(behaviour.framing === undefined);
    const body = await bytesOf(response);
    expect(body.equals(content.subarray(0, behaviour.partBytes))).toBe(true);
  });

  it('redirects to a name in raw UTF-8, which serves the file', async () => {
    const link = await linkTo({ movedTo: 'Übersicht.png' });
    const response = await fetch(link, { redirect: 'manual' });
    const location = Buffer.from(response.headers.get('location') ?? '', 'latin1').toString('utf8');
    expect(location).toMatch(/^\/assets\/moved\/\d+\/Übersicht\.png$/);
    expect((await bytesOf(await fetch(new URL(location, link)))).equals(content)).toBe(true);
  });
});

describe('a simulated proxy that compresses', () => {
  it.each(['gzip', 'deflate', 'br'] as const)('does so to every answer: %s', async (coding) => {
    const { simulator, status, post } = await runSimulator({ coding });
    const { generationId } = simulator.add({ provider: 'duomi', script: [{ says: 'working' }] });
    // `fetch` undoes what it is told of.
    for (const answer of [
      await status('duomi', generationId),
      await status('duomi', 'unknown'),
      await post('duomi', '/api/v1/generate', {}),
    ]) {
      expect(answer.headers.get('content-encoding')).toBe(coding);
      expect(() => JSON.parse(answer.text) as unknown).not.toThrow();
    }
  });
});
