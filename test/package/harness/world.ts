import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { CreateSecretCommand } from '@aws-sdk/client-secrets-manager';
import { secretName } from '../../../lambdas/contract/environment.ts';
import type { TriggerDetailType } from '../../../lambdas/contract/triggers.ts';
import { startSimulator, type Simulator } from '../../../local/simulator/index.ts';
import { createAws, type Aws } from '../../e2e/harness/aws.ts';
import { createCdk, createRunCdk } from '../../e2e/harness/cdk.ts';
import { startEmulator } from '../../e2e/harness/emulator.ts';
import { reportsFolder, runFolder } from '../../e2e/harness/folders.ts';
import { outputsOf } from '../../e2e/harness/world.ts';
import { prepare, type Places } from './places.ts';

/** The packed package, installed, with an AWS account and a provider to try it on. */
export interface World extends Places {
  readonly aws: Aws;
  readonly simulator: Simulator;
  /**
   * Deploys an app with the CDK command line that is installed in its folder.
   *
   * @param command starts the app
   * @param archiver given to it as the context `archiver`
   * @returns the stack's outputs by name
   */
  deploy(
    folder: string,
    command: string,
    stack: string,
    archiver: object,
  ): Promise<(output: string) => string>;
  /** Synthesises what a folder's own `cdk.json` says. */
  synth(folder: string, output: string): Promise<void>;
  storeKey(provider: string, apiKey: string): Promise<void>;
  /** Sends a trigger event, `Generation Started` where nothing else is said. */
  send(busName: string, detail: object, detailType?: TriggerDetailType): Promise<void>;
  stop(keepLogs: boolean): Promise<void>;
}

const putTrigger = async (
  { events }: Aws,
  busName: string,
  detail: object,
  detailType: TriggerDetailType,
): Promise<void> => {
  const entry = {
    EventBusName: busName,
    Source: 'package-tests',
    DetailType: detailType,
    Detail: JSON.stringify(detail),
  };
  const { FailedEntryCount } = await events.send(new PutEventsCommand({ Entries: [entry] }));
  if (FailedEntryCount !== 0) throw new Error(`the bus ${busName} did not take the event`);
};

const program = (root: string): string => join(root, 'node_modules', 'aws-cdk', 'bin', 'cdk');

/** Packs, installs, and starts the emulator and the simulator. */
export const startWorld = async (): Promise<World> => {
  rmSync(runFolder, { recursive: true, force: true });
  mkdirSync(runFolder, { recursive: true });
  mkdirSync(reportsFolder, { recursive: true });
  const places = await prepare();
  const emulator = await startEmulator();
  const simulator = await startSimulator();
  const aws = createAws(emulator);
  const runCdk = createRunCdk(emulator);
  await createCdk(emulator).bootstrap();
  const stop = async (keepLogs: boolean): Promise<void> => {
    await simulator.close();
    aws.close();
    await emulator.stop();
    places.remove();
    rmSync(keepLogs ? join(runFolder, 'key.pem') : runFolder, { recursive: true, force: true });
  };
  return {
    ...places,
    aws,
    simulator,
    deploy: async (folder, command, stack, archiver) => {
      const output = join(runFolder, `cdk.out.${stack}`);
      const context = `archiver=${JSON.stringify(archiver)}`;
      await runCdk(folder, program(folder), [
        'deploy',
        stack,
        '--app',
        command,
        '-c',
        context,
        '--output',
        output,
        '--require-approval',
        'never',
      ]);
      return outputsOf(aws, stack);
    },
    synth: (folder, output) =>
      runCdk(folder, program(places.workspace), ['synth', '--quiet', '--output', output]),
    storeKey: async (provider, apiKey) => {
      await aws.secrets.send(
        new CreateSecretCommand({
          Name: secretName('generation-archiver', provider, 'default'),
          SecretString: apiKey,
        }),
      );
    },
    send: (busName, detail, detailType = 'Generation Started') =>
      putTrigger(aws, busName, detail, detailType),
    stop,
  };
};
