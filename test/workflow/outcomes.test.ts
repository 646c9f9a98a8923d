import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import {
  resultDetailSchema,
  resultDetailTypes,
  type ResultDetail,
} from '../../lambdas/contract/results.ts';
import type { StateMachineDefinition } from '../../lib/workflow/definition.ts';
import type {
  DownloadBehaviour,
  FileOptions,
  SimulatedProvider,
  Step,
} from '../../local/simulator/index.ts';
import {
  aFile,
  startWorkflowWorld,
  type WorkflowWorld,
  type WorldOptions,
} from '../support/workflow-world.ts';

interface Case {
  name: string;
  provider: SimulatedProvider;
  script: Step[];
  files?: FileOptions['format'][];
  /** What the first file's downloads meet. */
  downloads?: DownloadBehaviour[];
  linkSeconds?: number | number[];
  key?: 'missing';
  trigger?: object;
  events: string[];
  end: 'succeeded' | 'failed';
  code?: string;
  says?: string;
  objects?: string[];
}

const cases = JSON.parse(
  readFileSync(new URL('../fixtures/workflow/outcomes.json', import.meta.url), 'utf8'),
) as Case[];
let world: WorkflowWorld | undefined;

const run = async (
  testCase: Case,
  definitions: WorldOptions['definitions'],
): Promise<WorkflowWorld> => {
  const { provider, script, files = [], downloads, linkSeconds, key, trigger } = testCase;
  const started = await startWorkflowWorld({
    ...(key === 'missing' ? { apiKeys: () => missingKeys } : {}),
    ...(definitions === undefined ? {} : { definitions }),
  });
  world = started;
  started.simulator.add({
    provider,
    generationId: 'gen-1',
    script,
    files: files.map((format, index) => ({
      ...aFile(format, index),
      ...(index === 0 && downloads !== undefined ? { downloads } : {}),
    })),
    ...(linkSeconds === undefined ? {} : { linkSeconds }),
  });
  await started.archiver.trigger({
    provider,
    generationId: 'gen-1',
    metadata: { customer: '42' },
    ...trigger,
  });
  return started;
};

const missingKeys = {
  read: async () => ({ found: false as const, message: "store it with: export GAMMA_API_KEY='…'" }),
};

/** Executions that began under the version before go on under its definition. */
const before = JSON.parse(
  readFileSync(new URL('../fixtures/workflow/state-machine-0.1.json', import.meta.url), 'utf8'),
) as StateMachineDefinition;

const runs = [
  { name: 'the synthesised state machines', definitions: undefined },
  { name: 'the state machine of version 0.1', definitions: { generation: before } },
];

describe.each(runs)('$name with the real functions', ({ definitions }) => {
  const seen = new Set<string>();

  afterEach(async () => {
    await world?.close();
    world = undefined;
  });

  it.each(cases)('$name', async (testCase) => {
    const { archiver, events, simulator, objects, read } = await run(testCase, definitions);
    const [end] = [...(await archiver.ends()).values()];
    for (const { detailType } of events) seen.add(detailType);

    expect(events.map(({ detailType }) => detailType)).toEqual(testCase.events);
    const details = events.map(({ detail }) => resultDetailSchema.strict().parse(detail));
    const last = details.at(-1) as ResultDetail;
    expect(last).toMatchObject({
      provider: testCase.provider,
      generationId: 'gen-1',
      metadata: { customer: '42' },
    });
    expect(last.error?.code).toBe(testCase.code);
    if (testCase.says !== undefined) expect(last.error?.message).toContain(testCase.says);
    expect(end).toMatchObject(
      testCase.end === 'failed'
        ? { status: 'failed', error: testCase.code }
        : { status: 'succeeded' },
    );

    const served = simulator.generation(testCase.provider, 'gen-1')?.files ?? [];
    const servedHashes = new Set(served.map(({ sha256 }) => sha256));
    for (const artifact of last.artifacts ?? []) {
      const bytes = read(artifact.key);
      expect({
        bytes: bytes.length,
        sha256: createHash('sha256').update(bytes).digest('hex'),
      }).toEqual({
        bytes: artifact.bytes,
        sha256: artifact.sha256,
      });
      if (artifact.format !== 'json') expect(servedHashes.has(artifact.sha256)).toBe(true);
    }
    if (testCase.objects !== undefined) expect(objects()).toEqual(testCase.objects);
    if (testCase.end === 'failed')
      expect(objects().filter((key) => key.endsWith('manifest.json'))).toEqual([]);

    const kept =
      JSON.stringify(events) +
      objects()
        .filter((key) => key.endsWith('.json'))
        .map((key) => read(key).toString())
        .join('\n');
    for (const secret of simulator.secrets()) expect(kept).not.toContain(secret);
  });

  afterAll(() => {
    // Runs after the table: it has produced every result that the machine announces. The others
    // have their own tests.
    const elsewhere: readonly string[] = [
      'Generation Accepted',
      'Generation Progress',
      'Generation Not Started',
      'Generation Rejected',
      'Generation Cancelled',
    ];
    expect([...seen].toSorted()).toEqual(
      resultDetailTypes.filter((type) => !elsewhere.includes(type)).toSorted(),
    );
  });
});
