import { describe, expect, it } from 'vitest';
import { rejectedDetailSchema } from '../../lambdas/contract/results.ts';
import { createIntake } from '../../lambdas/handlers/intake.ts';
import { executionName } from '../../lambdas/handlers/execution-names.ts';
import { fakeExecutions, keptEvents, keptLog, keptMeasurements } from '../support/fake-world.ts';
import { virtualClock } from '../support/virtual-clock.ts';

const gamma = { baseUrl: 'https://gamma.test', timeoutMinutes: 60, firstCheckSeconds: 20, checkIntervalSeconds: 5, checkWindowSeconds: 120 };
const job = { provider: 'gamma', generationId: 'abc' };
const first = executionName(job, 1);
const second = executionName(job, 2);

const world = () => {
  const parts = { ...keptEvents(), ...fakeExecutions(), ...keptLog(), ...keptMeasurements() };
  const intake = createIntake({ settings: { gamma }, ...parts, clock: virtualClock(), executionArn: (name) => `arn:${name}` });
  const send = async (id: string, type: string, detail: object = job) =>
    intake({ id, source: 'my.app', time: '2026-11-20T10:00:00Z', 'detail-type': type, detail });
  return { ...parts, start: async (id: string) => send(id, 'Generation Started'), cancel: async (id: string, detail?: object) => send(id, 'Generation Cancel', detail) };
};

describe('cancelling', () => {
  it('stops the execution that follows the generation, with an error of its own', async () => {
    const { start, cancel, executions, events } = world();
    await start('e1');
    await cancel('c1');
    expect(await executions.describe(first)).toMatchObject({ running: false, error: 'GenerationCancelled', cause: 'cancelled by the event c1' });
    expect(events).toEqual([]);
  });

  it('stops the one that runs, not one that ended before', async () => {
    const { start, cancel, executions, end } = world();
    await start('e1');
    end(first);
    await start('e2');
    await cancel('c1');
    expect(await executions.describe(first)).not.toHaveProperty('error');
    expect(await executions.describe(second)).toMatchObject({ running: false, error: 'GenerationCancelled' });
  });

  it.each([
    ['was never started', async () => undefined],
    ['has ended', async ({ start, end }: ReturnType<typeof world>) => {
      await start('e1');
      end(first);
    }],
    ['was cancelled by another event', async ({ start, cancel }: ReturnType<typeof world>) => {
      await start('e1');
      await cancel('c0');
    }],
  ])('is rejected where the generation %s', async (_, prepare) => {
    const all = world();
    await prepare(all);
    await all.cancel('c1');
    expect(all.events.map(({ detailType }) => detailType)).toEqual(['Generation Rejected']);
    const { error } = rejectedDetailSchema.strict().parse(all.events[0]?.detail);
    expect(error.problems).toEqual([{ field: 'generationId', message: expect.stringContaining('gamma/abc is not being followed') as string }]);
  });

  it('does nothing when the same event is delivered again', async () => {
    const { start, cancel, events, lines } = world();
    await start('e1');
    await cancel('c1');
    await cancel('c1');
    expect(events).toEqual([]);
    expect(lines.map(({ message }) => message)).toEqual(['started', 'cancelled', 'cancelled already by the same event']);
  });

  it('leaves the announcement to an execution that ends at that very moment', async () => {
    const { start, cancel, executions, end, events, lines } = world();
    await start('e1');
    executions.stop = async (name) => {
      end(name);
      throw new Error('ValidationException: not running');
    };
    await cancel('c1');
    expect(events).toEqual([]);
    expect(lines.at(-1)?.message).toBe('ended before it could be cancelled');
  });

  it('is tried again where Step Functions does not stop it now', async () => {
    const { start, cancel, executions, events } = world();
    await start('e1');
    executions.stop = async () => Promise.reject(new Error('ThrottlingException'));
    await expect(cancel('c1')).rejects.toThrow('ThrottlingException');
    expect(events).toEqual([]);
  });

  it('refuses what it does not know', async () => {
    const { cancel, events } = world();
    await cancel('c1', { ...job, credential: 'default' });
    expect(rejectedDetailSchema.parse(events[0]?.detail).error.problems.map(({ field }) => field)).toEqual(['credential']);
  });
});
