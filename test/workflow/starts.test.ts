import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { notStartedDetailSchema, resultDetailSchema } from '../../lambdas/contract/results.ts';
import type { CreateTrouble, OnCreate, SimulatedProvider } from '../../local/simulator/index.ts';
import { aFile, startWorkflowWorld, type WorkflowWorld } from '../support/workflow-world.ts';

interface Case {
  readonly name: string;
  readonly troubles: readonly CreateTrouble[];
  /**
   * `unknown`: nobody can tell whether it was started; an idempotent provider is asked again.
   * `lost`: asking again tells nothing.
   */
  readonly fate: 'unknown' | 'lost' | 'refused' | 'passes';
  readonly code?: string;
  readonly says?: string;
  readonly afterSeconds?: number;
}

const fixture = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`../fixtures/starts/${name}.json`, import.meta.url), 'utf8'));

const requests = fixture('requests') as Record<SimulatedProvider, object>;
const cases = fixture('troubles') as readonly Case[];
/** Those whose generations can be started. */
const startable = Object.keys(requests) as SimulatedProvider[];
const table = startable.flatMap((provider) => cases.map((one) => ({ ...one, provider })));

const deck = aFile('pptx', 1);

/** Works for a minute, then is done. */
const onCreate: OnCreate = async (provider) => ({
  script: [{ says: 'working', seconds: 60 }, { says: 'completed' }],
  files: provider === 'chronicle' ? [] : [deck],
});

describe('a generation that is requested', () => {
  let world: WorkflowWorld;

  beforeEach(async () => {
    world = await startWorkflowWorld({ onCreate });
  });

  afterEach(async () => world.close());

  const request = async (
    provider: SimulatedProvider,
    changes: object = {},
    eventId = 'event-1',
  ) => {
    const detail = {
      provider,
      requestId: 'order-7',
      request: requests[provider],
      metadata: { customer: '42' },
      ...changes,
    };
    await world.archiver.trigger(detail, eventId, 'Generation Requested');
    return [...(await world.archiver.ends()).values()];
  };
  const announced = (): string[] => world.events.map(({ detailType }) => detailType);
  const posted = (provider: SimulatedProvider) =>
    world.simulator.requests.filter((one) => one.provider === provider && one.method === 'POST');

  it.each(startable)('is started once, followed and archived: %s', async (provider) => {
    expect(await request(provider)).toEqual([{ status: 'succeeded' }]);
    const [generationId] = world.simulator.started(provider);
    expect(world.simulator.started(provider)).toHaveLength(1);
    expect(announced()).toEqual(['Generation Accepted', 'Generation Archived']);
    for (const { detail } of world.events) {
      expect(resultDetailSchema.strict().parse(detail)).toMatchObject({
        provider,
        generationId,
        requestId: 'order-7',
        metadata: { customer: '42' },
      });
    }
    expect(world.objects()).toContain(`${provider}/${generationId}/manifest.json`);
  });

  it.each(startable)(
    'starts nothing more, whatever is sent again under its requestId, even after the end: %s',
    async (provider) => {
      await request(provider);
      await request(provider);
      await request(provider, {}, 'event-2');
      expect(posted(provider)).toHaveLength(1);
      expect(announced()).toEqual(['Generation Accepted', 'Generation Archived']);
    },
  );

  it('is rejected where its requestId belongs to another request, which stays as it is', async () => {
    await request('gamma');
    await request('gamma', { request: { inputText: 'Cake' } }, 'event-2');
    expect(world.simulator.started('gamma')).toHaveLength(1);
    expect(world.events.at(-1)).toMatchObject({
      detailType: 'Generation Rejected',
      detail: { requestId: 'order-7' },
    });
  });

  it('is started anew under another requestId', async () => {
    await request('duomi');
    await request('duomi', { requestId: 'order-8' }, 'event-2');
    expect(world.simulator.started('duomi')).toHaveLength(2);
  });

  it('leaves its request out of every event and of every object', async () => {
    await request('gamma');
    const kept =
      JSON.stringify(world.events) +
      world
        .objects()
        .filter((key) => key.endsWith('.json'))
        .map((key) => world.read(key).toString())
        .join('');
    expect(kept).not.toContain('how to keep it');
    for (const secret of world.simulator.secrets()) expect(kept).not.toContain(secret);
  });

  it('is told apart from what was never there: the first check waits from the acceptance on', async () => {
    world.simulator.plan('gamma', [
      { when: 'before', answer: { says: 'http', status: 429, headers: { 'retry-after': '600' } } },
    ]);
    expect(await request('gamma', { timeoutMinutes: 30 })).toEqual([{ status: 'succeeded' }]);
    const [accepted, archived] = world.events.map(({ detail }) => resultDetailSchema.parse(detail));
    expect(
      Date.parse(accepted?.timing.acceptedAt ?? '') -
        Date.parse(accepted?.timing.requestedAt ?? ''),
    ).toBeGreaterThanOrEqual(600_000);
    expect(archived?.timing.acceptedAt).toBe(accepted?.timing.acceptedAt);
  });

  it.each(table)(
    'at $provider is never paid twice, and its end is told once: $name',
    async ({ provider, troubles, fate, code, says, afterSeconds }) => {
      world.simulator.plan(provider, troubles);
      const began = world.clock.now();
      const [end] = await request(provider);
      const isRepeated = provider === 'perceptis' && fate === 'unknown';

      expect(world.simulator.started(provider).length).toBeLessThanOrEqual(1);
      const terminal = world.events.filter(
        ({ detailType }) => detailType !== 'Generation Accepted',
      );
      expect(terminal).toHaveLength(1);
      if (fate === 'passes' || isRepeated) {
        expect(announced()).toEqual(['Generation Accepted', 'Generation Archived']);
        expect(end).toEqual({ status: 'succeeded' });
        expect((world.clock.now() - began) / 1000).toBeGreaterThanOrEqual(afterSeconds ?? 0);
        return;
      }
      expect(announced()).toEqual(['Generation Not Started']);
      const { error, requestId } = notStartedDetailSchema.strict().parse(terminal[0]?.detail);
      expect(requestId).toBe('order-7');
      expect(error.code).toBe(fate === 'refused' ? code : 'StartUncertain');
      expect(error.message).toContain(says ?? '');
      expect(end).toMatchObject({ status: 'failed', error: error.code });
      if (fate !== 'refused') {
        expect(error.message).toContain('may have been paid');
        // Whoever cannot know a repetition is asked once.
        if (provider !== 'perceptis') expect(posted(provider)).toHaveLength(1);
      }
    },
  );

  it("knows a repeated request at Perceptis by one key, which is nobody else's", async () => {
    world.simulator.plan('perceptis', [{ when: 'after', answer: { says: 'nothing' } }]);
    await request('perceptis');
    await request('perceptis', { requestId: 'order-8' }, 'event-2');
    const keys = posted('perceptis').map(({ headers }) => headers['idempotency-key']);
    const [first, again, other] = keys;
    expect(keys).toHaveLength(3);
    expect(first).toMatch(/^generation-archiver-[0-9a-f]{16}-order-7$/);
    expect(again).toBe(first);
    expect(other).toBe(first?.replace('order-7', 'order-8'));
  });
});
