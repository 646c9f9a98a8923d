import { appendFileSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { CreateSecretCommand } from '@aws-sdk/client-secrets-manager';
import { secretName } from '../../../lambdas/contract/environment.ts';
import type { StartedTrigger } from '../../../lambdas/contract/started.ts';
import type { TriggerDetailType } from '../../../lambdas/contract/triggers.ts';
import {
  simulatedProviders,
  startSimulator,
  type GenerationOptions,
  type SimulatedGeneration,
  type Simulator,
} from '../../../local/simulator/index.ts';
import { createAws, type Aws } from './aws.ts';
import { createCdk, type Cdk } from './cdk.ts';
import { configurationFor } from './configuration.ts';
import { makeDecks, type Decks } from './decks.ts';
import { startEmulator, type Emulator } from './emulator.ts';
import { reportsFolder, runFolder } from './folders.ts';
import { executionsOf, readLogs } from './observe.ts';
import { collectResults, type ResultEvents } from './result-events.ts';

/** Name of the stack under test, and of its outputs that the tests use. */
export const stackName = 'GenerationArchiver';

/** A trigger event, wrong ones included. */
export type TriggerDetail = Partial<StartedTrigger> | Readonly<Record<string, unknown>>;

/** The deployed stack with everything around it. */
export interface World {
  /** `https://127.0.0.1:<port>` of the emulator. */
  readonly endpoint: string;
  readonly aws: Aws;
  readonly cdk: Cdk;
  readonly simulator: Simulator;
  readonly results: ResultEvents;
  readonly decks: Decks;
  readonly bucket: string;
  readonly busName: string;
  readonly stateMachineArn: string;
  readonly deadLetterQueueUrl: string;
  /** Sends a trigger event, sent some seconds ago where `ageSeconds` says so. Returns its id. */
  send(
    detail: TriggerDetail,
    options?: { ageSeconds?: number; busName?: string; detailType?: TriggerDetailType },
  ): Promise<string>;
  /** Starts a generation at the simulated provider, and sends the event about it. */
  generate(
    options: GenerationOptions,
    trigger?: Partial<StartedTrigger>,
    ageSeconds?: number,
  ): Promise<SimulatedGeneration>;
  /** Stores an API key. */
  storeKey(provider: string, credential: string, apiKey: string): Promise<void>;
  /** Ends everything. `keepLogs` leaves the logs of the run behind. */
  stop(keepLogs: boolean): Promise<void>;
}

/** The outputs of a deployed stack. */
export const outputsOf = async (aws: Aws, name: string): Promise<(output: string) => string> => {
  const { Stacks } = await aws.cloudFormation.send(new DescribeStacksCommand({ StackName: name }));
  const outputs = Stacks?.[0]?.Outputs ?? [];
  return (output) => {
    const value = outputs.find(({ OutputKey }) => OutputKey === output)?.OutputValue;
    if (value === undefined) throw new Error(`the stack ${name} has no output ${output}`);
    return value;
  };
};

const settle = async (steps: readonly (() => unknown)[]): Promise<void> => {
  // Each is tried whatever became of the others: nothing may be left running.
  for (const step of steps) {
    try {
      await step();
    } catch (error) {
      console.error(error);
    }
  }
};

const deployed = async (
  emulator: Emulator,
  simulator: Simulator,
  aws: Aws,
): Promise<Omit<World, 'stop'>> => {
  const cdk = createCdk(emulator);
  await cdk.bootstrap();
  await cdk.deploy(configurationFor(simulator));
  const output = await outputsOf(aws, stackName);
  const busName = output('EventBusName');
  const results = await collectResults(aws, busName);

  const storeKey: World['storeKey'] = async (provider, credential, apiKey) => {
    await aws.secrets.send(
      new CreateSecretCommand({
        Name: secretName('generation-archiver', provider, credential),
        SecretString: apiKey,
      }),
    );
  };
  for (const provider of simulatedProviders)
    await storeKey(provider, 'default', simulator.apiKey(provider));

  const send: World['send'] = async (
    detail,
    { ageSeconds = 0, busName: bus = busName, detailType = 'Generation Started' } = {},
  ) => {
    const { Entries } = await aws.events.send(
      new PutEventsCommand({
        Entries: [
          {
            EventBusName: bus,
            Source: 'end-to-end-tests',
            DetailType: detailType,
            Detail: JSON.stringify(detail),
            Time: new Date(Date.now() - ageSeconds * 1000),
          },
        ],
      }),
    );
    const id = Entries?.[0]?.EventId;
    if (id === undefined)
      throw new Error(
        `the bus ${bus} did not take the event: ${Entries?.[0]?.ErrorCode ?? 'no reason'}`,
      );
    return id;
  };

  return {
    endpoint: emulator.endpoint,
    aws,
    cdk,
    simulator,
    results,
    decks: await makeDecks(),
    bucket: output('ArtifactsBucketName'),
    busName,
    stateMachineArn: output('StateMachineArn'),
    deadLetterQueueUrl: output('DeadLetterQueueUrl'),
    send,
    storeKey,
    generate: async (options, trigger = {}, ageSeconds = 0) => {
      const generation = simulator.add(options);
      await send(
        { provider: generation.provider, generationId: generation.generationId, ...trigger },
        { ageSeconds },
      );
      return generation;
    },
  };
};

/**
 * What a failed run leaves for whoever looks into it, besides the logs of emulator and CDK and the
 * events.
 */
const saveLogs = async (aws: Aws, stateMachineArn: string | undefined): Promise<void> => {
  for (const { group, message } of await readLogs(aws))
    appendFileSync(join(runFolder, 'functions.log'), `${group} ${message}\n`);
  if (stateMachineArn === undefined) return;
  for (const execution of await executionsOf(aws, stateMachineArn)) {
    appendFileSync(join(runFolder, 'executions.jsonl'), `${JSON.stringify(execution)}\n`);
  }
};

/** Starts emulator and simulator, and deploys the real stack with the real CDK command line. */
export const startWorld = async (): Promise<World> => {
  rmSync(runFolder, { recursive: true, force: true });
  mkdirSync(runFolder, { recursive: true });
  mkdirSync(reportsFolder, { recursive: true });
  const emulator = await startEmulator();
  const simulator = await startSimulator();
  const aws = createAws(emulator);
  const end = [() => simulator.close(), () => aws.close(), () => emulator.stop()];
  try {
    const parts = await deployed(emulator, simulator, aws);
    return {
      ...parts,
      stop: (keepLogs) =>
        settle([
          () => parts.results.stop(),
          () => (keepLogs ? saveLogs(aws, parts.stateMachineArn) : undefined),
          ...end,
          () =>
            rmSync(keepLogs ? join(runFolder, 'key.pem') : runFolder, {
              recursive: true,
              force: true,
            }),
        ]),
    };
  } catch (error) {
    await settle(end);
    throw error;
  }
};
