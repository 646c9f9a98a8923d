import { describe, expect, it } from 'vitest';
import { simulatedProviders } from '../../../local/simulator/index.ts';
import { runSimulator } from '../support/running-simulator.ts';

const script = [{ says: 'working' }] as const;

describe('API keys', () => {
  it.each(simulatedProviders)('that are unknown are refused with 401 (%s)', async (provider) => {
    const { simulator, status } = await runSimulator();
    const { generationId } = simulator.add({ provider, script });
    expect((await status(provider, generationId, 'somebody-elses')).status).toBe(401);
    expect((await status(provider, generationId)).status).toBe(200);
  });

  it.each([
    ['gamma', 401],
    ['chronicle', 401],
    ['duomi', 401],
    ['perceptis', 404],
  ] as const)(
    'of another generation do not read this one (%s answers %i)',
    async (provider, expected) => {
      const { simulator, status } = await runSimulator();
      const { generationId } = simulator.add({ provider, script });
      simulator.add({ provider, script, apiKey: 'the-other-key' });
      expect((await status(provider, generationId, 'the-other-key')).status).toBe(expected);
    },
  );

  it('can be rotated while a generation runs', async () => {
    const { simulator, status } = await runSimulator();
    const generation = simulator.add({ provider: 'gamma', script, apiKey: 'the-old-key' });
    generation.setApiKey('the-new-key');
    expect((await status('gamma', generation.generationId, 'the-old-key')).status).toBe(401);
    expect((await status('gamma', generation.generationId, 'the-new-key')).status).toBe(200);
    expect(simulator.secrets()).toEqual(expect.arrayContaining(['the-old-key', 'the-new-key']));
  });

  it('come before ids: an unknown generation is 404 for a known key only', async () => {
    const { status } = await runSimulator();
    expect((await status('gamma', 'nobody')).status).toBe(404);
    expect((await status('gamma', 'nobody', 'wrong')).status).toBe(401);
  });
});

describe('request budgets', () => {
  it("are told in Gamma's six headers, on every answer", async () => {
    const { simulator, status } = await runSimulator();
    const { generationId } = simulator.add({ provider: 'gamma', script });
    await status('gamma', generationId);
    const { headers } = await status('gamma', generationId);
    const told = [
      '-limit-burst',
      '-remaining-burst',
      '-limit',
      '-remaining',
      '-limit-daily',
      '-remaining-daily',
    ];
    expect(told.map((name) => headers.get(`x-ratelimit${name}`))).toEqual([
      '10000',
      '9998',
      '40000',
      '39998',
      '200000',
      '199998',
    ]);
    expect((await status('gamma', 'nobody')).headers.get('x-ratelimit-remaining')).toBe('39997');
  });

  it('that are used up answer 429 until the window is over', async () => {
    const { simulator, clock, status } = await runSimulator({
      limits: { chronicle: { burst: { limit: 2, windowSeconds: 60 }, retryAfter: true } },
    });
    const { generationId } = simulator.add({ provider: 'chronicle', script });
    const codes = [];
    for (let poll = 0; poll < 3; poll += 1)
      codes.push((await status('chronicle', generationId)).status);
    expect(codes).toEqual([200, 200, 429]);
    clock.pass(20);
    expect((await status('chronicle', generationId)).headers.get('retry-after')).toBe('40');
    clock.pass(40);
    expect((await status('chronicle', generationId)).status).toBe(200);
  });

  it('belong to a key, not to a generation', async () => {
    const { simulator, status } = await runSimulator({
      limits: { gamma: { burst: { limit: 1, windowSeconds: 60 } } },
    });
    const mine = simulator.add({ provider: 'gamma', script, apiKey: 'my-key' });
    const mineToo = simulator.add({ provider: 'gamma', script, apiKey: 'my-key' });
    const yours = simulator.add({ provider: 'gamma', script, apiKey: 'your-key' });
    expect((await status('gamma', mine.generationId, 'my-key')).status).toBe(200);
    const refused = await status('gamma', mineToo.generationId, 'my-key');
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, null]);
    expect((await status('gamma', yours.generationId, 'your-key')).status).toBe(200);
  });

  it('can limit how often one job is asked for', async () => {
    const { simulator, clock, status } = await runSimulator({
      limits: { perceptis: { perGenerationSeconds: 1, retryAfter: true } },
    });
    const { generationId } = simulator.add({ provider: 'perceptis', script });
    const other = simulator.add({ provider: 'perceptis', script });
    expect((await status('perceptis', generationId)).status).toBe(200);
    const hasty = await status('perceptis', generationId);
    expect([hasty.status, hasty.headers.get('retry-after')]).toEqual([429, '1']);
    expect((await status('perceptis', other.generationId)).status).toBe(200);
    clock.pass(1);
    expect((await status('perceptis', generationId)).status).toBe(200);
  });
});
