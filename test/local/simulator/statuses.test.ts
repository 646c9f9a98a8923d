import { describe, expect, it } from 'vitest';
import { simulatedProviders } from '../../../local/simulator/index.ts';
import type { FileOptions } from '../../../local/simulator/index.ts';
import { runSimulator } from '../support/running-simulator.ts';

const deck: FileOptions = { format: 'pptx', content: Buffer.from('PK\u0003\u0004 a deck') };

describe('the status endpoints', () => {
  it('follow a script by number of answers, and stay at its last step', async () => {
    const { simulator, status } = await runSimulator();
    const { generationId } = simulator.add({
      provider: 'duomi',
      script: [
        { says: 'working', progress: 0.2, polls: 2 },
        { says: 'working', progress: 0.6 },
        { says: 'completed' },
      ],
      files: [deck],
    });
    const seen = [];
    for (let poll = 0; poll < 5; poll += 1)
      seen.push((await status('duomi', generationId)).body['progress']);
    expect(seen).toEqual([20, 20, 60, 100, 100]);
  });

  it('follow a script by the clock, whether anybody asks or not', async () => {
    const { simulator, clock, status } = await runSimulator();
    const { generationId } = simulator.add({
      provider: 'gamma',
      script: [
        { says: 'working', seconds: 10 },
        { says: 'working', status: 'polishing', seconds: 10 },
        { says: 'failed', message: 'out of ideas' },
      ],
    });
    const word = async (): Promise<unknown> => (await status('gamma', generationId)).body['status'];
    expect(await word()).toBe('pending');
    clock.pass(10);
    expect(await word()).toBe('polishing');
    clock.pass(9);
    expect(await word()).toBe('polishing');
    clock.pass(1);
    expect(await word()).toBe('failed');
  });

  it('speak Gamma: pending, completed with a link and credits, failed inside HTTP 200', async () => {
    const { simulator, status } = await runSimulator();
    const good = simulator.add({
      provider: 'gamma',
      script: [{ says: 'working' }, { says: 'completed' }],
      files: [deck],
      title: 'Our plan',
    });
    const bad = simulator.add({
      provider: 'gamma',
      script: [{ says: 'failed', message: 'no text' }],
    });
    expect((await status('gamma', good.generationId)).body).toEqual({
      generationId: good.generationId,
      status: 'pending',
    });
    const completed = await status('gamma', good.generationId);
    expect(completed.body).toMatchObject({
      status: 'completed',
      credits: { deducted: 15, remaining: 485 },
    });
    expect(completed.body['exportUrl']).toMatch(
      /\/assets\/gamma\/export\/pptx\/g_[0-9a-f]{16}\/[0-9a-f]{32}\/Our-plan\.pptx$/,
    );
    const failed = await status('gamma', bad.generationId);
    expect(failed.status).toBe(200);
    expect(failed.body).toMatchObject({
      status: 'failed',
      error: { message: 'no text', statusCode: 422 },
    });
  });

  it('speak Chronicle: storyline, slides, a question, and a presentation without any file', async () => {
    const { simulator, status } = await runSimulator();
    const { generationId } = simulator.add({
      provider: 'chronicle',
      title: 'Pitch',
      sections: [{ title: 'One' }, { title: 'Two' }],
      script: [
        { says: 'working' },
        { says: 'working', progress: 0.7 },
        { says: 'question', question: 'For whom?' },
        { says: 'completed' },
      ],
    });
    expect((await status('chronicle', generationId)).body).toEqual({
      generation_id: generationId,
      status: 'generating',
      phase: 'storyline',
    });
    expect((await status('chronicle', generationId)).body).toMatchObject({
      phase: 'slides',
      progress: { slides_total: 2, slides_completed: 1 },
    });
    expect((await status('chronicle', generationId)).body).toMatchObject({
      status: 'awaiting_input',
      message: 'For whom?',
    });
    const { body, text } = await status('chronicle', generationId);
    expect(body).toMatchObject({
      status: 'completed',
      presentation: { title: 'Pitch', sections: [{ title: 'One' }, { title: 'Two' }] },
    });
    expect(text).not.toContain('download');
  });

  it('speak Duomi: a partial deck has a file and tells which slide is missing', async () => {
    const { simulator, status } = await runSimulator();
    const { generationId } = simulator.add({
      provider: 'duomi',
      script: [{ says: 'partial' }],
      files: [deck],
    });
    const { body } = await status('duomi', generationId);
    expect(body).toMatchObject({
      status: 'partial',
      file_size: deck.content.byteLength,
      download_url_expires_in: 3600,
      total_pages_generated: 4,
    });
    expect(body['slide_results']).toContainEqual(
      expect.objectContaining({ slide_index: 4, status: 'failed' }),
    );
    expect(body['download_url']).toMatch(/\?token=[0-9a-f]{32}$/);
  });

  it('speak Perceptis: one download for each variant', async () => {
    const { simulator, status } = await runSimulator();
    const { generationId } = simulator.add({
      provider: 'perceptis',
      script: [{ says: 'working' }, { says: 'completed' }],
      files: [deck, deck],
    });
    expect((await status('perceptis', generationId)).body).toMatchObject({
      job_id: generationId,
      status: 'processing',
      error: null,
    });
    const { body } = await status('perceptis', generationId);
    expect(body).toMatchObject({
      status: 'completed',
      output_type: 'single_slide',
      downloads: [
        { format: 'pptx', variant: 1 },
        { format: 'pptx', variant: 2 },
      ],
    });
  });

  it('speak Alai: a result for each format', async () => {
    const { simulator, status } = await runSimulator();
    const { generationId } = simulator.add({
      provider: 'alai',
      script: [{ says: 'working' }, { says: 'completed', polls: 1 }, { says: 'partial' }],
      files: [deck],
    });
    expect((await status('alai', generationId)).body).toMatchObject({
      generation_id: generationId,
      status: 'in_progress',
      formats: null,
    });
    const link = { status: 'completed', url: `https://app.getalai.com/view/${generationId}` };
    const ppt = {
      status: 'completed',
      url: expect.stringMatching(/&X-Amz-Signature=[0-9a-f]{32}$/) as string,
    };
    const { body } = await status('alai', generationId);
    expect(body).toMatchObject({ status: 'completed', formats: { link, ppt } });
    expect(body['formats']).not.toHaveProperty('pdf');
    expect((await status('alai', generationId)).body).toMatchObject({
      formats: { link, ppt, pdf: { status: 'failed', url: null } },
    });
  });

  it('speak SlideSpeak: a request for the link, which is another one each time and needs the key', async () => {
    const { simulator, status, clock } = await runSimulator();
    const { generationId } = simulator.add({
      provider: 'slidespeak',
      script: [{ says: 'working' }, { says: 'completed' }],
      files: [deck],
      linkAnswers: [{ says: 'http', status: 503 }],
    });
    const ask = async (apiKey = simulator.apiKey('slidespeak')) => {
      const url = `${simulator.baseUrl('slidespeak')}/api/v2/presentation/download/req-${generationId}`;
      const response = await fetch(url, { headers: { 'x-api-key': apiKey } });
      return { status: response.status, body: (await response.json()) as { url?: string } };
    };
    expect((await status('slidespeak', generationId)).body).toMatchObject({
      task_status: 'SENT',
      task_result: null,
    });
    expect((await status('slidespeak', generationId)).body).toMatchObject({
      task_id: generationId,
      task_status: 'SUCCESS',
      task_result: { request_id: `req-${generationId}` },
    });
    expect((await ask()).status).toBe(503);
    const [first, second] = [await ask(), await ask()];
    expect([first.status, (await ask('another')).status]).toEqual([200, 401]);
    expect(first.body.url).not.toBe(second.body.url);
    expect((await fetch(first.body.url ?? '')).status).toBe(200);
    clock.pass(900);
    expect((await fetch(first.body.url ?? '')).status).toBe(403);
    expect(simulator.requestsFor(generationId, 'link')).toHaveLength(4);
  });

  it('have no link of SlideSpeak while its task is at work', async () => {
    const { simulator } = await runSimulator();
    const { generationId } = simulator.add({
      provider: 'slidespeak',
      script: [{ says: 'working' }],
      files: [deck],
    });
    const url = `${simulator.baseUrl('slidespeak')}/api/v2/presentation/download/req-${generationId}`;
    expect(
      (await fetch(url, { headers: { 'x-api-key': simulator.apiKey('slidespeak') } })).status,
    ).toBe(404);
  });

  it.each(simulatedProviders)(
    'say "completed" without a link on request (%s)',
    async (provider) => {
      const { simulator, status } = await runSimulator();
      const { generationId } = simulator.add({
        provider,
        script: [{ says: 'completed', linkMissing: true }],
        files: [deck],
      });
      const { body, text } = await status(provider, generationId);
      expect(body['status'] ?? body['task_status']).toMatch(/^(completed|SUCCESS)$/);
      expect(text).not.toContain('/assets/');
    },
  );

  it.each([
    ['gamma', { message: 'slow down', statusCode: 429 }],
    ['chronicle', { error: { code: 'API_KEY_RATE_LIMITED', message: 'slow down', status: 429 } }],
    ['duomi', { detail: 'slow down' }],
    ['perceptis', { error: { code: 'rate_limit_exceeded', message: 'slow down' } }],
    ['alai', { detail: 'slow down' }],
    ['slidespeak', { detail: 'slow down' }],
  ] as const)('word HTTP errors as %s does', async (provider, expected) => {
    const { simulator, status } = await runSimulator();
    const { generationId } = simulator.add({
      provider,
      script: [
        { says: 'http', status: 429, message: 'slow down', headers: { 'retry-after': '7' } },
      ],
    });
    const { status: code, headers, body } = await status(provider, generationId);
    expect([code, headers.get('retry-after'), body]).toEqual([429, '7', expected]);
  });

  it("can answer with a proxy's page, half a document, nonsense or nothing", async () => {
    const { simulator, status } = await runSimulator();
    const { generationId } = simulator.add({
      provider: 'gamma',
      files: [deck],
      script: [
        { says: 'http', status: 502, html: true },
        { says: 'truncated', whole: true },
        { says: 'raw', status: 200, body: 'null' },
        { says: 'truncated' },
        { says: 'nothing' },
        { says: 'working' },
      ],
    });
    const page = await status('gamma', generationId);
    expect([page.status, page.headers.get('content-type')]).toEqual([
      502,
      'text/html; charset=utf-8',
    ]);
    const half = await status('gamma', generationId);
    expect(half.status).toBe(200);
    expect(() => JSON.parse(half.text) as unknown).toThrow(SyntaxError);
    expect((await status('gamma', generationId)).text).toBe('null');
    await expect(status('gamma', generationId)).rejects.toThrow(TypeError);
    await expect(status('gamma', generationId)).rejects.toThrow(TypeError);
    expect(simulator.requestsFor(generationId, 'status').map((request) => request.status)).toEqual([
      502, 200, 200, 200, 0,
    ]);
    expect((await status('gamma', generationId)).body['status']).toBe('pending');
  });

  it('can leave a request without an answer', async () => {
    const { simulator } = await runSimulator();
    const { generationId } = simulator.add({ provider: 'gamma', script: [{ says: 'silence' }] });
    const stop = new AbortController();
    const request = fetch(`${simulator.baseUrl('gamma')}/v1.0/generations/${generationId}`, {
      headers: { 'x-api-key': simulator.apiKey('gamma') },
      signal: stop.signal,
    });
    await expect.poll(() => simulator.requestsFor(generationId, 'status').length).toBe(1);
    stop.abort();
    await expect(request).rejects.toThrow('aborted');
    expect(simulator.requestsFor(generationId, 'status')[0]?.status).toBe(0);
  });
});
