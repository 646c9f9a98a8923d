import { createHash, randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type {
  DownloadBehaviour,
  GenerationOptions,
  SimulatedProvider,
} from '../../../local/simulator/index.ts';
import { runSimulator } from '../support/running-simulator.ts';
import type { RunningSimulator } from '../support/running-simulator.ts';

const content = randomBytes(10_000);

const linkIn = (body: Record<string, unknown>): string => {
  const first = Array.isArray(body['downloads'])
    ? (body['downloads'][0] as Record<string, unknown>)['url']
    : undefined;
  return String(body['exportUrl'] ?? body['download_url'] ?? first);
};

const offer = async (
  { simulator, status }: RunningSimulator,
  provider: SimulatedProvider,
  downloads: readonly DownloadBehaviour[] = [],
  more: Partial<GenerationOptions> = {},
) => {
  const generation = simulator.add({
    provider,
    script: [{ says: 'completed' }],
    files: [{ format: 'pptx', content, downloads }],
    ...more,
  });
  const freshLink = async (): Promise<string> =>
    linkIn((await status(provider, generation.generationId)).body);
  return { generation, link: await freshLink(), freshLink };
};

const bytesOf = async (response: Response): Promise<Buffer> =>
  Buffer.from(await response.arrayBuffer());

describe('download links', () => {
  it.each(['gamma', 'duomi', 'perceptis'] as const)(
    'serve the very bytes (%s)',
    async (provider) => {
      const { generation, link } = await offer(await runSimulator(), provider);
      const response = await fetch(link);
      expect(response.headers.get('content-length')).toBe('10000');
      const body = await bytesOf(response);
      expect(createHash('sha256').update(body).digest('hex')).toBe(generation.files[0]?.sha256);
    },
  );

  it.each([
    ['duomi', 3600],
    ['perceptis', 3600],
    ['gamma', 7 * 86_400],
  ] as const)(
    'of %s die after %i seconds, and a new status answer brings a new one',
    async (provider, life) => {
      const running = await runSimulator();
      const { link, freshLink } = await offer(running, provider);
      running.clock.pass(life - 1);
      expect((await fetch(link)).status).toBe(200);
      running.clock.pass(1);
      expect((await fetch(link)).status).toBe(403);
      const second = await freshLink();
      expect(second).not.toBe(link);
      expect((await fetch(second)).status).toBe(200);
    },
  );

  it('can be given a life for each status answer', async () => {
    const { link, freshLink } = await offer(await runSimulator(), 'duomi', [], {
      linkSeconds: [0, 60],
    });
    expect((await fetch(link)).status).toBe(403);
    expect((await fetch(await freshLink())).status).toBe(200);
  });

  it('are refused with a changed signature', async () => {
    const { link } = await offer(await runSimulator(), 'perceptis');
    expect((await fetch(link.replace(/.$/, (last) => (last === '0' ? '1' : '0')))).status).toBe(
      403,
    );
  });

  it('carry a secret that the simulator can name', async () => {
    const running = await runSimulator();
    const { link } = await offer(running, 'gamma');
    expect(running.simulator.secrets().filter((secret) => link.includes(secret))).toHaveLength(1);
  });

  it('are counted by generation', async () => {
    const running = await runSimulator();
    const { generation, link } = await offer(running, 'gamma');
    await fetch(link);
    await fetch(link);
    expect(running.simulator.requestsFor(generation.generationId, 'download')).toHaveLength(2);
  });
});

describe('ranges', () => {
  it('go on from a byte while the file is the same', async () => {
    const { link } = await offer(await runSimulator(), 'duomi');
    const etag = (await fetch(link)).headers.get('etag') ?? '';
    const rest = await fetch(link, { headers: { range: 'bytes=4000-', 'if-range': etag } });
    expect([rest.status, rest.headers.get('content-range')]).toEqual([
      206,
      'bytes 4000-9999/10000',
    ]);
    expect((await bytesOf(rest)).equals(content.subarray(4000))).toBe(true);
  });

  it('start over where the file has changed', async () => {
    const changed = randomBytes(500);
    const { generation, link } = await offer(await runSimulator(), 'duomi', [
      {},
      { replaceWith: changed },
    ]);
    const first = await fetch(link);
    await first.arrayBuffer();
    const again = await fetch(link, {
      headers: { range: 'bytes=400-', 'if-range': first.headers.get('etag') ?? '' },
    });
    expect(again.status).toBe(200);
    expect((await bytesOf(again)).equals(changed)).toBe(true);
    expect(generation.files[0]?.sha256).toBe(createHash('sha256').update(changed).digest('hex'));
  });

  it('behind the end are refused with 416, and can be ignored on request', async () => {
    const { link } = await offer(await runSimulator(), 'duomi', [{}, { noRanges: true }]);
    expect((await fetch(link, { headers: { range: 'bytes=10000-' } })).status).toBe(416);
    const whole = await fetch(link, { headers: { range: 'bytes=4000-' } });
    expect([whole.status, (await bytesOf(whole)).byteLength]).toEqual([200, 10_000]);
  });
});

describe('bad downloads', () => {
  it('break off after so many bytes, once', async () => {
    const { link } = await offer(await runSimulator(), 'duomi', [{ cutAfter: 3000 }]);
    const response = await fetch(link);
    expect(response.headers.get('content-length')).toBe('10000');
    const received: Uint8Array[] = [];
    const read = async (): Promise<void> => {
      for await (const chunk of response.body ?? []) received.push(chunk as Uint8Array);
    };
    await expect(read()).rejects.toThrow('terminated');
    expect(Buffer.concat(received).equals(content.subarray(0, 3000))).toBe(true);
    expect((await bytesOf(await fetch(link))).equals(content)).toBe(true);
  });

  it('lie about their length', async () => {
    const { link } = await offer(await runSimulator(), 'duomi', [
      { statedLength: 20_000 },
      { statedLength: 100 },
    ]);
    await expect(fetch(link).then(bytesOf)).rejects.toThrow('terminated');
    expect((await bytesOf(await fetch(link))).byteLength).toBe(100);
  });

  it('are errors, pages, nothing, redirects or compressed', async () => {
    const { link } = await offer(await runSimulator(), 'duomi', [
      { status: 503, headers: { 'retry-after': '3' } },
      { html: true },
      { empty: true },
      { redirect: 'https://example.com/elsewhere' },
      { gzip: true },
    ]);
    const get = (): Promise<Response> => fetch(link, { redirect: 'manual' });
    const busy = await get();
    expect([busy.status, busy.headers.get('retry-after')]).toEqual([503, '3']);
    expect(await (await get()).text()).toContain('<html>');
    expect((await bytesOf(await get())).byteLength).toBe(0);
    const moved = await get();
    expect([moved.status, moved.headers.get('location')]).toEqual([
      302,
      'https://example.com/elsewhere',
    ]);
    expect((await get()).headers.get('content-encoding')).toBe('gzip');
  });

  it('stall with the connection open', async () => {
    const { simulator, status } = await runSimulator();
    const { generationId } = simulator.add({
      provider: 'duomi',
      script: [{ says: 'completed' }],
      files: [{ format: 'pptx', content, downloads: [{ stallAfter: 10 }] }],
    });
    const stop = new AbortController();
    const response = await fetch(linkIn((await status('duomi', generationId)).body), {
      signal: stop.signal,
    });
    const reader = (response.body ?? new ReadableStream<Uint8Array>()).getReader();
    const first = await reader.read();
    expect((first.value as Uint8Array | undefined)?.byteLength).toBe(10);
    const second = reader.read();
    stop.abort();
    await expect(second).rejects.toThrow('aborted');
  });
});
