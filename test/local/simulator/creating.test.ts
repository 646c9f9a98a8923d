import { describe, expect, it } from 'vitest';
import { builtIn } from '../../../lambdas/providers/registry.ts';
import { runSimulator } from '../support/running-simulator.ts';

const presentations = '/api/v1/presentations/generate';

describe('the create endpoints', () => {
  it.each([
    ['gamma', '/v1.0/generations', { inputText: 'Bread', exportAs: 'pdf' }, 201, 'generationId'],
    [
      'gamma',
      '/v1.0/generations/from-template',
      { gammaId: 'g_1', prompt: 'Bread', exportAs: 'png' },
      201,
      'generationId',
    ],
    ['chronicle', presentations, { prompt: 'Bread', non_interactive: true }, 202, 'generation_id'],
    ['duomi', presentations, { template_slide_id: 's', slide_data: {} }, 202, 'generation_id'],
    ['duomi', `${presentations}-deck`, { slides: [] }, 202, 'generation_id'],
    ['perceptis', '/api/v1/generate', { prompt: 'Bread', output_type: 'deck' }, 202, 'job_id'],
    [
      'alai',
      '/api/v1/generations',
      { input_text: 'Bread', export_formats: ['pdf'] },
      200,
      'generation_id',
    ],
    ['slidespeak', '/api/v2/presentation/generate', { prompt: 'Bread' }, 200, 'task_id'],
  ] as const)(
    'start a generation that ends well: %s %s',
    async (provider, path, body, expected, idField) => {
      const { clock, status, post } = await runSimulator();
      const created = await post(provider, path, body);
      expect(created.status).toBe(expected);
      const id = String(created.body[idField]);
      const translation = builtIn.providerNamed(provider);
      const kind = async (): Promise<string> =>
        translation.readStatus({ ...(await status(provider, id)), headers: {} }).kind;
      expect(await kind()).toBe('pending');
      clock.pass(60);
      expect(await kind()).toBe('ready');
    },
  );

  it.each([
    ['gamma', '/v1.0/generations', { exportAs: 'pdf' }],
    ['chronicle', presentations, { prompt: '' }],
    ['duomi', presentations, {}],
    ['perceptis', '/api/v1/generate', { prompt: 'Bread' }],
    ['alai', '/api/v1/generations', { export_formats: ['pdf'] }],
    ['slidespeak', '/api/v2/presentation/generate', {}],
    ['gamma', '/v1.0/generations', 'no JSON'],
    ['gamma', '/v1.0/generations', '[]'],
  ] as const)('refuse what lacks a required field: %s %s %j', async (provider, path, body) => {
    const { post } = await runSimulator();
    expect((await post(provider, path, body)).status).toBe(400);
  });

  it('start a generation of Chronicle that asks a question, unless it is told not to', async () => {
    const { clock, status, post } = await runSimulator();
    const id = String(
      (await post('chronicle', presentations, { prompt: 'Bread' })).body['generation_id'],
    );
    clock.pass(600);
    expect((await status('chronicle', id)).body).toMatchObject({
      status: 'awaiting_input',
      message: 'Who is the deck for?',
    });
    await post('chronicle', `${presentations}/${id}/message`, { content: 'Bakers' });
    clock.pass(60);
    expect((await status('chronicle', id)).body['status']).toBe('completed');
  });

  it('start what the test wants them to', async () => {
    const { simulator, status, post } = await runSimulator({
      onCreate: async (provider, body) => ({
        script: [
          { says: 'failed', message: `${provider} dislikes ${JSON.stringify(body['prompt'])}` },
        ],
      }),
    });
    const { body } = await post('chronicle', presentations, { prompt: 'rain' });
    const id = String(body['generation_id']);
    expect((await status('chronicle', id)).body['error']).toBe('chronicle dislikes "rain"');
    expect(simulator.requestsFor(id, 'create')).toHaveLength(1);
  });

  it('belong to the key that was used', async () => {
    const { simulator, status, post } = await runSimulator();
    simulator.add({ provider: 'perceptis', script: [{ says: 'working' }], apiKey: 'team-key' });
    const { body } = await post(
      'perceptis',
      '/api/v1/generate',
      { prompt: 'x', output_type: 'deck' },
      'team-key',
    );
    expect((await status('perceptis', String(body['job_id']))).status).toBe(404);
    expect((await status('perceptis', String(body['job_id']), 'team-key')).status).toBe(200);
  });

  it('are not found under other paths or methods', async () => {
    const { simulator, post } = await runSimulator();
    expect((await post('gamma', '/v2/generations', { inputText: 'x' })).status).toBe(404);
    expect((await fetch(`${simulator.url}/acme/v1`)).status).toBe(404);
    expect(simulator.requests.map(({ kind }) => kind)).toEqual(['unknown', 'unknown']);
  });
});

describe("Chronicle's message endpoint", () => {
  it('answers the question, and the generation goes on', async () => {
    const { simulator, status, post } = await runSimulator();
    const { generationId } = simulator.add({
      provider: 'chronicle',
      script: [{ says: 'question', question: 'For whom?', polls: 1000 }, { says: 'completed' }],
    });
    const path = `${presentations}/${generationId}/message`;
    expect((await status('chronicle', generationId)).body['status']).toBe('awaiting_input');
    expect((await post('chronicle', path, { text: 'bakers' })).status).toBe(400);
    expect((await status('chronicle', generationId)).body['status']).toBe('awaiting_input');
    expect((await post('chronicle', path, { content: 'bakers' })).body).toEqual({
      status: 'generating',
    });
    expect((await status('chronicle', generationId)).body['status']).toBe('completed');
  });
});
