import { describe, expect, it } from 'vitest';
import { walkGeneration } from '../../bench/detection/walker.ts';
import type { JsonValue } from '../../lambdas/contract/json.ts';
import { freshMemory } from '../../lambdas/contract/state.ts';
import { synthesiseDefinitions } from '../../lib/workflow/definition.ts';
import { createEngine } from '../../local/engine.ts';
import { everyProvider } from '../../tools/every-provider.ts';
import { nothingStarts } from '../support/generation.ts';
import { virtualClock } from '../support/virtual-clock.ts';

const definitions = synthesiseDefinitions(everyProvider);

const memory = { ...freshMemory };
const wait = { next: 'wait', waitSeconds: 60, memory };
const copy = { next: 'copy', waitSeconds: 0, memory };
const result = {
  detailType: 'Generation Archived',
  detail: { error: { code: 'GenerationFailed', message: 'no text' } },
};
const question = {
  next: 'announceInput',
  waitSeconds: 5,
  memory,
  result: { ...result, detailType: 'Generation Awaiting Input' },
};
const stop = {
  next: 'stop',
  waitSeconds: 0,
  memory,
  result: { ...result, detailType: 'Generation Failed' },
};
const dance = { next: 'dance', waitSeconds: 0, memory };
const archived = { next: 'succeed', result };
const notCopied = { next: 'fail', result: { ...result, detailType: 'Generation Not Archived' } };
const more = { next: 'more', progress: { stored: {}, failed: {} } };

const input = (provider: string): JsonValue => ({
  generation: {
    provider,
    generationId: 'g-1',
    credential: 'default',
    metadata: {},
    requestedAt: '2026-11-22T10:00:00.000Z',
  },
  poll: { next: 'wait', waitSeconds: 20, memory: { checks: 0 } },
  copy: {},
});

interface Script {
  readonly name: string;
  readonly provider: string;
  readonly checks: readonly object[];
  readonly copies: readonly object[];
}

const scripts: readonly Script[] = [
  { name: 'a deck that is ready at once', provider: 'gamma', checks: [copy], copies: [archived] },
  {
    name: 'a deck that takes three checks',
    provider: 'perceptis',
    checks: [wait, wait, copy],
    copies: [archived],
  },
  { name: 'a question', provider: 'chronicle', checks: [question, wait, copy], copies: [archived] },
  {
    name: 'a deck that takes two rounds and a pause',
    provider: 'gamma',
    checks: [
      wait,
      { ...wait, next: 'goOn' },
      { ...wait, next: 'pause', waitSeconds: 0, pauseSeconds: 90 },
      copy,
    ],
    copies: [archived],
  },
  { name: 'a generation that failed', provider: 'duomi', checks: [wait, stop], copies: [] },
  {
    name: 'a copy in two invocations',
    provider: 'gamma',
    checks: [copy],
    copies: [more, archived],
  },
  {
    name: 'a copy that asks for another check',
    provider: 'gamma',
    checks: [copy, copy],
    copies: [{ next: 'checkAgain' }, archived],
  },
  { name: 'a copy that failed', provider: 'duomi', checks: [copy], copies: [notCopied] },
];

const inTurn = (script: readonly object[]) => {
  const answers = [...script];
  return async (): Promise<JsonValue> => {
    const answer = answers.shift();
    if (answer === undefined) throw new Error('the script has no more answers');
    return answer as JsonValue;
  };
};

/** Tasks that answer from the script. */
const scripted = ({ checks, copies }: Script) => ({ check: inTurn(checks), copy: inTurn(copies) });

const walkIt = async (script: Script) => {
  const tasks = scripted(script);
  const clock = virtualClock();
  const task = async (name: string): Promise<JsonValue> =>
    name.startsWith('Check ') ? tasks.check() : name === 'Copy exports' ? tasks.copy() : {};
  return {
    ...(await walkGeneration(input(script.provider), 'arn', { definitions, task, clock })),
    slept: clock.slept,
  };
};

describe('the walker that counts state transitions', () => {
  it.each(scripts)('enters the states that the engine enters: $name', async (script) => {
    const states: string[] = [];
    const engine = createEngine({
      definitions,
      tasks: {
        start: nothingStarts,
        ...scripted(script),
        startExport: async () => Promise.reject(new Error('nobody asked for this')),
        bus: { put: async () => undefined },
      },
      clock: virtualClock(),
      virtualTime: true,
      onState: ({ state }) => states.push(state),
    });
    const { status } = await engine.run('one', input(script.provider)).end;
    const walked = await walkIt(script);
    const all = walked.rounds.flatMap((round) => round.states);
    expect([...walked.states, ...all].toSorted()).toEqual(states.toSorted());
    expect(walked.status).toBe(status);
  });

  it('sleeps in Wait states for as long as the state data says', async () => {
    const { slept } = await walkIt({
      name: '',
      provider: 'gamma',
      checks: [wait, copy],
      copies: [archived],
    });
    expect(slept).toEqual([20, 60]);
  });

  it('refuses what it does not know of the language, rather than to miscount', async () => {
    await expect(
      walkIt({ name: '', provider: 'gamma', checks: [dance], copies: [] }),
    ).rejects.toThrow('told nothing');
  });
});
