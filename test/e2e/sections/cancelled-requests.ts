import { describe, expect, it } from 'vitest';
import { requestExecutionName } from '../../../lambdas/handlers/intake/execution-names.ts';
import { executionsAbout, executionsOf, historyOf } from '../harness/observe.ts';
import type { ResultEvent } from '../harness/result-events.ts';
import type { World } from '../harness/world.ts';

/** Requests that are cancelled by their own name, on their way to an id and after it. */
export const cancelledRequests = (world: () => World): void => {
  const about = (requestId: string): ResultEvent[] =>
    world().results.all.filter(({ detail }) => detail.requestId === requestId);
  const types = (requestId: string): string[] =>
    about(requestId).map((event) => event['detail-type']);
  const until = async (requestId: string, count: number): Promise<ResultEvent | undefined> => {
    await world().results.until(
      () => about(requestId).length >= count,
      `${count} events about the request ${requestId}`,
    );
    return about(requestId)[count - 1];
  };
  const cancel = async (detail: object): Promise<string> =>
    world().send(detail, { detailType: 'Generation Cancel' });

  /** Waits until the execution of a request has entered a state. */
  const entered = async (provider: string, requestId: string, state: string): Promise<void> => {
    const { aws, stateMachineArn } = world();
    const name = requestExecutionName({ provider, requestId });
    const isThere = async (): Promise<boolean> => {
      const execution = (await executionsOf(aws, stateMachineArn)).find((one) => one.name === name);
      const history =
        execution?.executionArn === undefined ? [] : await historyOf(aws, execution.executionArn);
      return history.some(
        ({ stateEnteredEventDetails }) => stateEnteredEventDetails?.name === state,
      );
    };
    const deadline = Date.now() + 60_000;
    while (!(await isThere())) {
      if (Date.now() > deadline)
        throw new Error(`the request ${requestId} never came to "${state}"`);
    }
  };

  describe('cancels a request', () => {
    it('between two attempts: nothing was started, and nothing will be', async () => {
      const order = { provider: 'duomi', requestId: 'order-cancelled-early' } as const;
      const before = world().simulator.started('duomi').length;
      world().simulator.plan('duomi', [
        {
          when: 'before',
          answer: { says: 'http', status: 429, headers: { 'retry-after': '900' } },
        },
      ]);
      const request = { slides: [{ template_slide_id: 'title', slide_data: {} }] };
      await world().send(
        { ...order, request, metadata: { team: 'sales' } },
        { detailType: 'Generation Requested' },
      );
      await entered('duomi', order.requestId, 'Wait to start Duomi');
      await cancel(order);

      const cancelled = await until(order.requestId, 1);
      expect(cancelled).toMatchObject({
        'detail-type': 'Generation Cancelled',
        detail: { ...order, metadata: { team: 'sales' }, error: { code: 'GenerationCancelled' } },
      });
      expect(cancelled?.detail).not.toHaveProperty('generationId');
      await cancel(order);
      expect(await until(order.requestId, 2)).toMatchObject({
        'detail-type': 'Generation Rejected',
        detail: { error: { problems: [{ field: 'requestId' }] } },
      });
      expect(world().simulator.started('duomi')).toHaveLength(before);
    });

    it('by the id that it got, where it waits for an answer, and has one execution whoever sends that id', async () => {
      const order = { provider: 'chronicle', requestId: 'order-cancelled-late' };
      await world().send(
        { ...order, request: { prompt: 'Knots', non_interactive: false } },
        { detailType: 'Generation Requested' },
      );
      const asked = await until(order.requestId, 2);
      expect(asked?.['detail-type']).toBe('Generation Awaiting Input');
      const generationId =
        asked !== undefined && 'generationId' in asked.detail
          ? (asked.detail.generationId ?? '')
          : '';

      await world().send({ provider: 'chronicle', generationId });
      await cancel({ provider: 'chronicle', generationId });
      expect(await until(order.requestId, 3)).toMatchObject({
        'detail-type': 'Generation Cancelled',
        detail: { ...order, generationId, error: { code: 'GenerationCancelled' } },
      });
      expect(types(order.requestId)).toEqual([
        'Generation Accepted',
        'Generation Awaiting Input',
        'Generation Cancelled',
      ]);
      const { aws, stateMachineArn } = world();
      expect(await executionsAbout(aws, stateMachineArn, 'chronicle', generationId)).toEqual([]);
    });
  });
};
