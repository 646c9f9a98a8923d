import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createLog } from '../../lambdas/adapters/log.ts';
import { createMeasure } from '../../lambdas/adapters/metrics.ts';
import {
  executionInputSchema,
  pollSchema,
  type ExecutionInput,
  type Poll,
} from '../../lambdas/contract/state.ts';
import { createCheckStatus } from '../../lambdas/handlers/check-status.ts';
import { createIntake } from '../../lambdas/handlers/intake/intake.ts';
import { builtIn } from '../../lambdas/providers/registry.ts';
import { resolveSettings } from '../../lib/config/config.ts';
import { everyProvider } from '../../tools/every-provider.ts';
import { ready, startCopyWorld } from '../support/copy-world.ts';
import { pdf } from '../support/decks.ts';
import { fakeExecutions, keptEvents } from '../support/fake-world.ts';
import { file } from '../support/file-server.ts';

const mostBytes = 10_000;

/** How long the generation takes. */
const lengthSeconds = 180;

/** Lambda's own lines, as documented, at the log level INFO. */
interface PlatformLines {
  /** About each invocation. */
  readonly invocation: readonly object[];
  /** About the start of an execution environment. */
  readonly start: readonly object[];
}

const platform = JSON.parse(
  readFileSync(new URL('../fixtures/logs/platform-lines.json', import.meta.url), 'utf8'),
) as PlatformLines;

/** Amazon CloudWatch Pricing: a line is charged with its bytes and 26 more. */
const charged = (lines: readonly string[]): number =>
  lines.reduce((sum, line) => sum + Buffer.byteLength(line) + 26, 0);

const platformBytes = (invocations: number): number =>
  charged(
    [
      ...platform.start,
      ...Array.from({ length: invocations }, () => platform.invocation).flat(),
    ].map((line) => JSON.stringify(line)),
  );

let written = '';
beforeEach(() => {
  written = '';
  for (const stream of [process.stdout, process.stderr]) {
    vi.spyOn(stream, 'write').mockImplementation((chunk) => {
      written += String(chunk);
      return true;
    });
  }
});
afterEach(() => {
  vi.restoreAllMocks();
});

const settings = Object.fromEntries(
  resolveSettings(everyProvider).providers.map((one) => [one.provider.name, one.settings]),
);

const measure = createMeasure('GenerationArchiver');
const execution = `arn:aws:states:eu-west-1:111122223333:execution:Archiver:${'n'.repeat(60)}`;

const began = Date.parse('2026-11-20T09:58:59.000Z');

/** Takes the trigger, and answers what the execution begins with. */
const takeIn = async (provider: string): Promise<ExecutionInput> => {
  const { executions, names, inputOf } = fakeExecutions();
  const { bus } = keptEvents();
  await createIntake({
    settings,
    bus,
    executions,
    clock: { now: () => began, sleep: async () => undefined },
    log: createLog('intake'),
    measure,
    executionArn: () => execution,
  })({
    id: '11111111-2222-3333-4444-555555555555',
    source: 'app',
    time: new Date(began).toISOString(),
    'detail-type': 'Generation Started',
    detail: { provider, generationId: 'a'.repeat(36), metadata: { note: 'n'.repeat(500) } },
  });
  return executionInputSchema.parse(JSON.parse(inputOf(names()[0] ?? '') ?? ''));
};

/** Checks until the provider is done, in one warm environment; answers how often. */
const checkUntilDone = async ({ generation, poll }: ExecutionInput, url: string) => {
  let now = began;
  const done = ready([{ url }]);
  const check = createCheckStatus({
    registry: builtIn,
    ask: async () => ({
      status: now < began + lengthSeconds * 1000 ? { kind: 'pending', said: 'processing' } : done,
    }),
    settings,
    clock: { now: () => now, sleep: async () => undefined },
    random: () => 0.5,
    log: createLog('status-checks'),
    measure,
    residentBytes: () => 128_000_000,
  });
  let last: Poll = poll;
  let checks = 0;
  while (last.next === 'wait') {
    now += last.waitSeconds * 1000;
    last = pollSchema.parse(await check({ generation, poll: last, execution }));
    checks += 1;
  }
  return { checks, last };
};

it.each(['gamma', 'chronicle', 'duomi', 'perceptis', 'alai', 'slidespeak'])(
  'a generation of three minutes writes at most 10 kB to the logs, platform lines included: %s',
  async (provider) => {
    const world = await startCopyWorld({ log: createLog('copy-exports'), measure });
    try {
      const url = world.server.script('/deck.pdf', file(pdf()));
      const input = await takeIn(provider);
      const { checks, last } = await checkUntilDone(input, url);
      expect(last.next).toBe('copy');
      expect(checks).toBeGreaterThan(20);
      world.provider(ready([{ url }]));
      const copy = await world.copyUntilDone({ generation: input.generation });
      expect(copy.next).toBe('succeed');
      const own = written.split('\n').filter((line) => line !== '');
      expect(own.length).toBeGreaterThan(3);
      // Intake and the copy are invoked once each. Checks are told of at the level WARN: nothing
      // where all goes well (test/infra has the setting).
      expect(charged(own) + 2 * platformBytes(1)).toBeLessThanOrEqual(mostBytes);
    } finally {
      await world.server.close();
    }
  },
);
