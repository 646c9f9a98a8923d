import { describe, expect, it } from 'vitest';
import { endStatuses, type EndStatus, type ExecutionFound } from '../../lambdas/contract/ports.ts';
import { freshMemory } from '../../lambdas/contract/state.ts';
import { createAnnounceEnd } from '../../lambdas/handlers/announce-end.ts';
import { createAnnounceStopped } from '../../lambdas/handlers/announce-stopped.ts';
import { createSweepEnds } from '../../lambdas/handlers/sweep-ends.ts';
import { createLocalClaims } from '../../local/claims.ts';
import { keptEvents, keptLog, keptMeasurements } from '../support/fake-world.ts';
import { aGeneration } from '../support/generation.ts';
import { virtualClock } from '../support/virtual-clock.ts';

const minute = 60_000;
const input = JSON.stringify({
  generation: aGeneration(),
  poll: { next: 'wait', waitSeconds: 20, memory: freshMemory },
  copy: {},
});

interface End extends Partial<ExecutionFound> {
  readonly name: string;
  readonly status: EndStatus;
  readonly minutesAgo: number;
}

const cancelled = { error: 'GenerationCancelled', cause: 'cancelled by the event c1' };

const world = (all: End[]) => {
  const clock = virtualClock();
  const start = clock.now();
  const kept = { ...keptEvents(), ...keptLog(), ...keptMeasurements() };
  const claims = createLocalClaims();
  const asked: string[] = [];
  const options = {
    ...kept,
    clock,
    claims,
    executions: {
      describe: async (name: string): Promise<ExecutionFound | undefined> => {
        asked.push(name);
        const found = all.find((end) => end.name === name);
        return found === undefined ? undefined : { running: false, input, ...found };
      },
      lastState: async () => undefined,
    },
  };
  const sweep = createSweepEnds({
    announce: createAnnounceEnd(options),
    clock,
    log: kept.log,
    ended: {
      list: async function* (status) {
        for (const { name, minutesAgo, status: own } of all)
          if (own === status)
            yield { execution: `arn:${name}`, name, endedAt: start - minutesAgo * minute };
      },
    },
  });
  const told = createAnnounceStopped(options);
  return {
    ...kept,
    claims,
    asked,
    bus: options.bus,
    sweep: (id = 's1') => sweep({}, { awsRequestId: id }),
    tell: (name: string, status: EndStatus, awsRequestId = 'd1') =>
      told({ detail: { executionArn: `arn:${name}`, name, status } }, { awsRequestId }),
    announced: () => kept.events.map(({ detailType }) => detailType),
  };
};

describe('the sweep', () => {
  it('announces a cancel whose status event never came, once, however often it sweeps', async () => {
    const all = world([{ name: 'one', status: 'ABORTED', minutesAgo: 20, ...cancelled }]);
    for (const id of ['s1', 's2', 's3']) await all.sweep(id);
    expect(all.announced()).toEqual(['Generation Cancelled']);
    expect(all.lines.map(({ message }) => message)).toContain('its status event never came');
  });

  it.each(endStatuses)('announces what ended as %s without a word', async (status) => {
    const error = status === 'FAILED' ? { error: 'States.Runtime' } : {};
    const all = world([{ name: 'one', status, minutesAgo: 20, ...error }]);
    await all.sweep();
    expect(all.announced()).toEqual(['Generation Not Archived']);
    expect(all.measurements).toContainEqual({
      Outcomes: 1,
      provider: 'gamma',
      outcome: 'NotArchived',
    });
  });

  it('leaves alone what the machine announced, and does not count it again', async () => {
    const all = world([
      { name: 'one', status: 'FAILED', minutesAgo: 20, error: 'GenerationFailed' },
    ]);
    await all.sweep();
    expect({ events: all.events, measurements: all.measurements }).toEqual({
      events: [],
      measurements: [],
    });
  });

  it('leaves alone what was announced when its status event came', async () => {
    const all = world([{ name: 'one', status: 'ABORTED', minutesAgo: 20, ...cancelled }]);
    await all.tell('one', 'ABORTED');
    await all.sweep();
    expect(all.announced()).toEqual(['Generation Cancelled']);
  });

  it('leaves a status event that comes after it nothing to do', async () => {
    const all = world([{ name: 'one', status: 'ABORTED', minutesAgo: 20, ...cancelled }]);
    await all.sweep();
    await all.tell('one', 'ABORTED');
    expect(all.announced()).toEqual(['Generation Cancelled']);
  });

  it.each([14, 121, 10_000])('does not look at what ended %i minutes ago', async (minutesAgo) => {
    const all = world([{ name: 'one', status: 'ABORTED', minutesAgo }]);
    await all.sweep();
    expect({ asked: all.asked, events: all.events }).toEqual({ asked: [], events: [] });
  });

  it('looks at a bounded number, and fails where there are more, so that an alarm rings', async () => {
    const many = Array.from({ length: 1001 }, (_, index): End => ({
      name: `failed-${index}`,
      status: 'FAILED',
      minutesAgo: 30,
      error: 'GenerationFailed',
    }));
    const all = world([...many, { name: 'one', status: 'ABORTED', minutesAgo: 20, ...cancelled }]);
    await expect(all.sweep()).rejects.toThrow('2 were too many');
    // What is rare, and most likely lost, comes first.
    expect(all.announced()).toEqual(['Generation Cancelled']);
  });

  it('goes on after one that fails, and announces that one the next time', async () => {
    const all = world([
      { name: 'one', status: 'ABORTED', minutesAgo: 20, ...cancelled },
      { name: 'two', status: 'ABORTED', minutesAgo: 20, ...cancelled },
    ]);
    const put = all.bus.put.bind(all.bus);
    all.bus.put = async () => {
      all.bus.put = put;
      throw new Error('InternalException');
    };
    await expect(all.sweep('s1')).rejects.toThrow('1 ends could not be announced');
    await all.sweep('s2');
    expect(all.announced()).toEqual(['Generation Cancelled', 'Generation Cancelled']);
    expect(
      new Set(all.events.map(({ detail }) => Reflect.get(detail as object, 'execution'))),
    ).toEqual(new Set(['arn:one', 'arn:two']));
  });

  it('announces nothing where nobody can tell what was announced', async () => {
    const all = world([{ name: 'one', status: 'ABORTED', minutesAgo: 20, ...cancelled }]);
    all.claims.list = async () => Promise.reject(new Error('AccessDenied'));
    await expect(all.sweep()).rejects.toThrow('1 ends could not be announced');
    expect(all.events).toEqual([]);
    // A status event is announced all the same: rather twice than never.
    await all.tell('one', 'ABORTED');
    expect(all.announced()).toEqual(['Generation Cancelled']);
  });
});

describe('a status event', () => {
  it('that is delivered twice is announced once, and by its own retry again', async () => {
    const all = world([{ name: 'one', status: 'ABORTED', minutesAgo: 0, ...cancelled }]);
    await Promise.all([all.tell('one', 'ABORTED', 'd1'), all.tell('one', 'ABORTED', 'd2')]);
    expect(all.announced()).toEqual(['Generation Cancelled']);

    const put = all.bus.put.bind(all.bus);
    const other = world([{ name: 'two', status: 'ABORTED', minutesAgo: 0, ...cancelled }]);
    other.bus.put = async () => {
      other.bus.put = put;
      throw new Error('InternalException');
    };
    await expect(other.tell('two', 'ABORTED', 'd1')).rejects.toThrow('InternalException');
    await other.tell('two', 'ABORTED', 'd1');
    expect(all.announced()).toEqual(['Generation Cancelled', 'Generation Cancelled']);
  });
});
