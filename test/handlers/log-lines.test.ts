import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createLog } from '../../lambdas/adapters/log.ts';
import type { ExecutionFound, Log } from '../../lambdas/contract/ports.ts';
import { freshMemory } from '../../lambdas/contract/state.ts';
import { createAnnounceStopped } from '../../lambdas/handlers/announce-stopped.ts';
import { createCheckStatus } from '../../lambdas/handlers/check-status.ts';
import { createCopyExports } from '../../lambdas/handlers/copy-exports.ts';
import { createIntake } from '../../lambdas/handlers/intake/intake.ts';
import type { GenerationStatus } from '../../lambdas/polling/status.ts';
import { builtIn } from '../../lambdas/providers/registry.ts';
import { fakeExecutions, keptEvents, keptMeasurements } from '../support/fake-world.ts';
import { aGeneration } from '../support/generation.ts';
import { keptOutput, type KeptOutput } from '../support/kept-output.ts';
import { memoryStore } from '../support/memory-store.ts';
import { virtualClock } from '../support/virtual-clock.ts';

const execution = 'arn:aws:states:eu-west-1:111122223333:execution:Archiver:gamma-1';
const gamma = {
  baseUrl: 'https://gamma.test',
  timeoutMinutes: 60,
  firstCheckSeconds: 20,
  checkIntervalSeconds: 5,
};
const settings = { gamma };
const memory = { ...freshMemory, checks: 1 };
const polled = {
  generation: aGeneration(),
  poll: { next: 'copy', waitSeconds: 0, memory },
  execution,
};
const ready: GenerationStatus = {
  kind: 'ready',
  said: 'completed',
  partial: false,
  document: {},
  details: {},
  exports: [{ url: 'https://files.test/one' }, { url: 'http://files.test/two', variant: '2' }],
};

const world = () => ({
  settings,
  clock: virtualClock(),
  random: () => 0.5,
  ...keptMeasurements(),
  ...keptEvents(),
  ...fakeExecutions(),
});

const answering = (answer: GenerationStatus | Error) => async () => {
  if (answer instanceof Error) throw answer;
  return { status: answer };
};

const check = async (log: Log, answer: GenerationStatus | Error): Promise<unknown> =>
  createCheckStatus({ ...world(), registry: builtIn, log, ask: answering(answer) })(polled);

const askLink = async () => Promise.reject(new Error('no link was expected to be asked for'));

const openLink = async () => ({ kind: 'blocked' as const, reason: 'the link is not https' });

const copy = async (log: Log, answer: GenerationStatus | Error): Promise<unknown> => {
  const options = {
    ...world(),
    objects: memoryStore(),
    askLink,
    openLink,
    keyPrefix: '',
    log,
    ask: answering(answer),
  };
  return createCopyExports(options)(
    { ...polled, copy: {} },
    { getRemainingTimeInMillis: () => 900_000 },
  );
};

const intake = async (log: Log, detail: unknown, start?: 'fails'): Promise<unknown> => {
  const { executions, ...rest } = world();
  if (start === 'fails')
    executions.start = async () => Promise.reject(new Error('ThrottlingException'));
  return createIntake({ ...rest, executions, log, executionArn: () => execution })({
    id: 'e1',
    detail,
  });
};

const cancel = async (log: Log): Promise<unknown> => {
  const job = { provider: 'gamma', generationId: 'gen-1' };
  const take = createIntake({ ...world(), log, executionArn: () => execution });
  await take({ id: 'e1', detail: job });
  return take({ id: 'e2', 'detail-type': 'Generation Cancel', detail: job });
};

const announce = async (
  log: Log,
  found: ExecutionFound | undefined,
  status = 'FAILED',
): Promise<unknown> => {
  const executions = { describe: async () => found, lastState: async () => undefined };
  return createAnnounceStopped({ ...world(), executions, log })({
    detail: { executionArn: execution, name: 'gamma-1', status },
  });
};

const input = JSON.stringify({ ...polled, copy: {} });
const known = { provider: 'gamma', generationId: 'gen-1', execution };
const broken = new TypeError('a text that may hold anything');

let output: KeptOutput;
beforeEach(() => {
  output = keptOutput();
});
afterEach(() => {
  vi.restoreAllMocks();
});

describe('every line of the log is JSON and tells provider, generation and execution', () => {
  it.each<[string, (log: Log) => Promise<unknown>, object]>([
    ['a check', (log) => check(log, ready), known],
    [
      'a check of an unknown word',
      (log) => check(log, { ...ready, kind: 'pending', said: 'polishing', unknownStatus: true }),
      known,
    ],
    ['a check that fails', (log) => check(log, broken), known],
    ['a copy', (log) => copy(log, ready), known],
    ['a copy that fails', (log) => copy(log, broken), known],
    ['intake', (log) => intake(log, { provider: 'gamma', generationId: 'gen-1' }), known],
    [
      'intake that fails',
      (log) => intake(log, { provider: 'gamma', generationId: 'gen-1' }, 'fails'),
      { ...known, execution: 'unknown' },
    ],
    [
      'intake that rejects',
      (log) => intake(log, { provider: 'acme', generationId: 'gen-1' }),
      { ...known, provider: 'acme', execution: 'unknown' },
    ],
    ['intake that cancels', cancel, known],
    [
      'intake of nonsense',
      (log) => intake(log, 'nonsense'),
      { provider: 'unknown', generationId: 'unknown', execution: 'unknown' },
    ],
    [
      'an end that was announced',
      (log) => announce(log, { running: false, input, error: 'GenerationFailed' }),
      known,
    ],
    [
      'an end that is announced',
      (log) => announce(log, { running: false, input }, 'ABORTED'),
      known,
    ],
    [
      'an end that cannot be announced yet',
      (log) => announce(log, { running: true, input }),
      known,
    ],
    [
      'an end that nobody knows',
      (log) => announce(log, undefined),
      { provider: 'unknown', generationId: 'unknown', execution },
    ],
  ])('%s', async (service, run, about) => {
    await run(createLog(service)).catch(() => undefined);
    const lines = output.lines();
    expect(lines).not.toEqual([]);
    for (const line of lines)
      expect(line).toMatchObject({
        ...about,
        service,
        level: expect.any(String) as string,
        message: expect.any(String) as string,
      });
  });

  it('an error by its name alone, and thrown all the same', async () => {
    await expect(check(createLog('status-checks'), broken)).rejects.toThrow(broken);
    expect(output.lines()).toMatchObject([
      { level: 'ERROR', message: 'the invocation failed', error: 'TypeError' },
    ]);
    expect(JSON.stringify(output.lines())).not.toContain('anything');
  });
});
