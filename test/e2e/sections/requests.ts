import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { resultDetailSchema } from '../../../lambdas/contract/results.ts';
import type { SimulatedProvider } from '../../../local/simulator/index.ts';
import { expectArchived } from '../harness/expect-archived.ts';
import type { ResultEvent } from '../harness/result-events.ts';
import type { World } from '../harness/world.ts';

const bodies = JSON.parse(
  readFileSync(new URL('../../fixtures/starts/requests.json', import.meta.url), 'utf8'),
) as Readonly<Record<SimulatedProvider, object>>;

/**
 * What is asked for in words, of providers that do not repeat it: the simulated Chronicle makes it
 * the deck's title.
 */
export const prompts = Object.entries(bodies).flatMap(([provider, body]) => {
  if (provider === 'chronicle') return [];
  const [prompt] = Object.entries(body).flatMap(([name, value]) =>
    /^(?:inputText|prompt)$/.test(name) ? [String(value)] : [],
  );
  return prompt === undefined ? [] : [prompt];
});

/** Those whose generations can be started. */
const startable = Object.keys(bodies) as SimulatedProvider[];

/** Generations that the archiver starts itself, and what they cost. */
export const requests = (world: () => World): void => {
  const about = (requestId: string): ResultEvent[] =>
    world().results.all.filter(({ detail }) => detail.requestId === requestId);

  const request = async (provider: SimulatedProvider, requestId: string): Promise<void> => {
    const detail = { provider, requestId, request: bodies[provider], metadata: { requestId } };
    await world().send(detail, { detailType: 'Generation Requested' });
  };

  const nth = async (requestId: string, count: number): Promise<ResultEvent> => {
    await world().results.until(
      () => about(requestId).length >= count,
      `${count} events about the request ${requestId}`,
    );
    const event = about(requestId)[count - 1];
    if (event === undefined) throw new Error(`no event about the request ${requestId}`);
    return event;
  };

  /** Create requests that the provider has got. */
  const posts = (provider: SimulatedProvider): number =>
    world().simulator.requests.filter((one) => one.provider === provider && one.kind === 'create')
      .length;

  // Suites that are concurrent run beside each other. This one counts a provider's create requests,
  // and the documented events have one too: only its tests are.
  describe('starts what is requested', () => {
    it.concurrent.each(startable)('once, and archives it: %s', async (provider) => {
      const requestId = `order-${provider}`;
      await request(provider, requestId);
      const accepted = await nth(requestId, 1);
      expect(accepted).toMatchObject({
        'detail-type': 'Generation Accepted',
        detail: { provider, metadata: { requestId } },
      });
      const generationId =
        'generationId' in accepted.detail ? accepted.detail.generationId : undefined;
      const generation = world().simulator.generation(provider, generationId ?? '');
      if (generation === undefined)
        throw new Error(`${provider} knows no generation of the request ${requestId}`);
      await expectArchived(world(), generation);

      // The same again, after the end: nothing is started, and nothing is announced twice.
      const before = posts(provider);
      await request(provider, requestId);
      await request(provider, `${requestId}-after`);
      await nth(`${requestId}-after`, 2);
      expect(posts(provider)).toBe(before + 1);
      expect(about(requestId).map((event) => event['detail-type'])).toEqual([
        'Generation Accepted',
        'Generation Archived',
      ]);
    });

    it('but nothing of a request that lacks what the provider requires', async () => {
      const requestId = 'order-without-prompt';
      await world().send(
        { provider: 'chronicle', requestId, request: {} },
        { detailType: 'Generation Requested' },
      );
      const { detail } = await nth(requestId, 1);
      expect(detail.error).toMatchObject({
        code: 'InvalidRequest',
        problems: [{ field: 'request.prompt' }],
      });
    });
  });

  describe('follows what it has started', () => {
    it('through questions, which are answered', async () => {
      const order = { provider: 'chronicle', requestId: 'order-asking' };
      await world().send(
        { ...order, request: { prompt: 'Knots', non_interactive: false } },
        { detailType: 'Generation Requested' },
      );
      const { detail } = await nth(order.requestId, 2);
      const { generationId, questionId } = resultDetailSchema.parse(detail);
      expect(detail).toMatchObject({ ...order, generation: { message: 'Who is the deck for?' } });
      await world().send(
        { provider: 'chronicle', generationId, questionId, content: 'For sailors' },
        { detailType: 'Generation Reply' },
      );
      await nth(order.requestId, 3);
      expect(about(order.requestId).map((event) => event['detail-type'])).toEqual([
        'Generation Accepted',
        'Generation Awaiting Input',
        'Generation Archived',
      ]);
      expect(
        world()
          .simulator.requestsFor(generationId, 'message')
          .map(({ status }) => status),
      ).toEqual([200]);
    });

    it('to exports that the create request did not ask for', async () => {
      const order = {
        provider: 'gamma',
        requestId: 'order-two-formats',
        exportAs: ['pdf', 'pptx'],
      };
      await world().send(
        { ...order, request: { inputText: 'How bread keeps', exportAs: 'pdf' } },
        { detailType: 'Generation Requested' },
      );
      const { detail } = await nth(order.requestId, 2);
      const { generationId, artifacts } = resultDetailSchema.parse(detail);
      expect(artifacts?.map(({ key }) => key)).toEqual([
        `gamma/${generationId}/presentation.pdf`,
        `gamma/${generationId}/presentation.pptx`,
      ]);
      expect(
        world()
          .simulator.requestsFor(generationId, 'export')
          .map(({ status }) => status),
      ).toEqual([200]);
    });
  });

  describe('never pays twice', () => {
    it('where the answer to the request is lost: it says that a generation may exist', async () => {
      const before = world().simulator.started('gamma').length;
      world().simulator.plan('gamma', [{ when: 'after', answer: { says: 'nothing' } }]);
      await request('gamma', 'order-lost');
      const event = await nth('order-lost', 1);
      expect(event).toMatchObject({
        'detail-type': 'Generation Not Started',
        detail: { error: { code: 'StartUncertain' } },
      });
      expect(world().simulator.started('gamma')).toHaveLength(before + 1);
    });

    it('where the provider tells one request from another by a key: it is asked again', async () => {
      const before = world().simulator.started('perceptis').length;
      world().simulator.plan('perceptis', [{ when: 'after', answer: { says: 'nothing' } }]);
      await request('perceptis', 'order-lost-once');
      expect(await nth('order-lost-once', 2)).toMatchObject({
        'detail-type': 'Generation Archived',
      });
      expect(world().simulator.started('perceptis')).toHaveLength(before + 1);
    });

    it('where the request is refused: it says why, and nothing was started', async () => {
      const before = world().simulator.started('duomi').length;
      world().simulator.plan('duomi', [{ when: 'before', answer: { says: 'http', status: 402 } }]);
      await request('duomi', 'order-refused');
      const event = await nth('order-refused', 1);
      expect(event).toMatchObject({
        'detail-type': 'Generation Not Started',
        detail: { error: { code: 'InsufficientCredits' } },
      });
      expect(world().simulator.started('duomi')).toHaveLength(before);
    });
  });
};
