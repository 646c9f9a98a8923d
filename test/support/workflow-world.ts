import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import type { ApiKeys } from '../../lambdas/contract/ports.ts';
import type { GenerationArchiverProps } from '../../lib/config/config.ts';
import { synthesiseDefinitions, type Definitions } from '../../lib/workflow/definition.ts';
import {
  createLocalArchiver,
  type LocalArchiver,
  type LocalArchiverOptions,
} from '../../local/archiver.ts';
import { createEnvironmentKeys } from '../../local/environment-keys.ts';
import type { LocalEvent } from '../../local/event-bus.ts';
import {
  simulatedProviders,
  startSimulator,
  type Coding,
  type FileOptions,
  type OnCreate,
  type SimulatedProvider,
  type Simulator,
} from '../../local/simulator/index.ts';
import { virtualClock, type VirtualClock } from './virtual-clock.ts';

/** The archiver, a simulator and a folder, all on one virtual clock. */
export interface WorkflowWorld {
  readonly simulator: Simulator;
  readonly archiver: LocalArchiver;
  readonly clock: VirtualClock;
  /** What was announced, oldest first. */
  readonly events: LocalEvent[];
  /** The states that executions entered, in order. */
  readonly states: string[];
  /** Files of the bucket, without the log of events. */
  readonly objects: () => string[];
  readonly read: (key: string) => Buffer;
  /** Deletes an object behind the archiver's back. */
  readonly remove: (key: string) => Promise<void>;
  readonly close: () => Promise<void>;
}

/** How a world differs from the usual. */
export interface WorldOptions {
  /** The providers that are deployed; default: all that are simulated. */
  readonly deployed?: readonly SimulatedProvider[];
  /** Runs another definition than the synthesised ones. */
  readonly definitions?: LocalArchiverOptions['definitions'];
  readonly apiKeys?: (simulator: Simulator) => ApiKeys;
  /** Told of every event. */
  readonly onEvent?: (event: LocalEvent) => unknown;
  /** Told of every state that an execution enters. */
  readonly onState?: (state: string) => unknown;
  /** What the simulated providers make of a create request; a short demonstration where absent. */
  readonly onCreate?: OnCreate;
  /** How a proxy before the providers' APIs compresses their answers; not at all where absent. */
  readonly coding?: Coding;
}

const filesBelow = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)));

const environmentOf = (simulator: Simulator): Record<string, string> =>
  Object.fromEntries(
    simulatedProviders.map((provider) => [
      `${provider.toUpperCase()}_API_KEY`,
      simulator.apiKey(provider),
    ]),
  );

const synthesised = new Map<string, Definitions>();

/** The definitions name no address: they are the same for all worlds of the same providers. */
const definitionsOf = (props: GenerationArchiverProps): Definitions => {
  const name = Object.keys(props.providers).join();
  const definitions = synthesised.get(name) ?? synthesiseDefinitions(props);
  synthesised.set(name, definitions);
  return definitions;
};

/** Starts it. The definition is synthesised from the real constructs. */
export const startWorkflowWorld = async (options: WorldOptions = {}): Promise<WorkflowWorld> => {
  const clock = virtualClock();
  const { onCreate, coding } = options;
  const simulator = await startSimulator({
    clock,
    ...(onCreate === undefined ? {} : { onCreate }),
    ...(coding === undefined ? {} : { coding }),
  });
  const folder = mkdtempSync(join(tmpdir(), 'generation-archiver-workflow-'));
  const events: LocalEvent[] = [];
  const states: string[] = [];
  const { deployed = simulatedProviders } = options;
  const providers = Object.fromEntries(
    deployed.map((provider) => [provider, { baseUrl: simulator.baseUrl(provider) }]),
  );
  const props = { providers, allowInsecureSources: true };
  const archiver = createLocalArchiver({
    props,
    folder,
    apiKeys: (options.apiKeys ?? ((running) => createEnvironmentKeys(environmentOf(running))))(
      simulator,
    ),
    clock,
    random: () => 0.5,
    virtualTime: true,
    definitions: options.definitions ?? definitionsOf(props),
    onEvent: (event) => {
      events.push(event);
      options.onEvent?.(event);
    },
    onState: ({ state }) => {
      states.push(state);
      options.onState?.(state);
    },
  });
  return {
    simulator,
    archiver,
    clock,
    events,
    states,
    objects: () =>
      filesBelow(folder)
        .filter((name) => name !== 'events.jsonl' && !name.startsWith('.'))
        .toSorted(),
    read: (key) => readFileSync(join(folder, key)),
    remove: (key) => rm(join(folder, key)),
    close: async () => {
      await archiver.close();
      await simulator.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
};

const magic: Partial<Record<FileOptions['format'], string>> = {
  pdf: '%PDF-1.7\n',
  png: '\u0089PNG\r\n\u001A\n',
  jpg: '\u00FF\u00D8\u00FF',
};

/** A file of a format: the right first bytes, then some kilobytes that differ by `seed`. */
export const aFile = (format: FileOptions['format'], seed: number): FileOptions => ({
  format,
  content: Buffer.concat([
    Buffer.from(magic[format] ?? 'PK\u0003\u0004', 'latin1'),
    Buffer.alloc(5000, `file ${seed} `),
  ]),
});
