import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Emulator } from './emulator.ts';
import { projectFolder, runFolder } from './folders.ts';
import { bareEnvironment, runCommand } from './run-command.ts';

/** Where everything is deployed to. The account is the emulator's only one. */
export const target = { account: '000000000000', region: 'us-east-1' } as const;

/** The CDK command line against the emulator. */
export interface Cdk {
  bootstrap(): Promise<void>;
  /** @param configuration laid over the one in `cdk.json`; `app` replaces the project's own */
  deploy(configuration: object, app?: string): Promise<void>;
  destroy(configuration: object, app?: string): Promise<void>;
  /** As people deploy: with the look at the account before it. */
  npmRunDeploy(configuration: object): Promise<void>;
  /** `npm run check:deployment`, with these arguments. Returns what it prints. */
  checkDeployment(args: readonly string[]): Promise<string>;
}

const withApp = (configuration: object, app: string | undefined): string[] => [
  '-c',
  `generationArchiver=${JSON.stringify(configuration)}`,
  '--output',
  join(runFolder, app === undefined ? 'cdk.out' : 'cdk.out.variant'),
  ...(app === undefined ? [] : ['--app', app]),
];

/** A CDK command line against the emulator: in which folder, which program, which arguments. */
export type RunCdk = (cwd: string, program: string, args: readonly string[]) => Promise<void>;

/** See {@link RunCdk}. */
export const createRunCdk = (emulator: Emulator): RunCdk => {
  const env = environmentOf(emulator);
  return async (cwd, program, args) => {
    await runCommand(process.execPath, [program, ...args, '--no-notices', '--ci'], {
      cwd,
      env,
      logFile: join(runFolder, 'cdk.log'),
    });
  };
};

/** What a command needs to reach the emulator and nothing else. */
export const environmentOf = ({
  endpoint,
  certificateFile,
}: Emulator): Readonly<Record<string, string>> => ({
  ...bareEnvironment(),
  AWS_ENDPOINT_URL: endpoint,
  AWS_REGION: target.region,
  AWS_ACCESS_KEY_ID: 'test',
  AWS_SECRET_ACCESS_KEY: 'test',
  AWS_CONFIG_FILE: join(runFolder, 'no-config'),
  AWS_SHARED_CREDENTIALS_FILE: join(runFolder, 'no-credentials'),
  AWS_EC2_METADATA_DISABLED: 'true',
  AWS_CA_BUNDLE: certificateFile,
  NODE_EXTRA_CA_CERTS: certificateFile,
  NODE_NO_WARNINGS: '1',
  CDK_DISABLE_CLI_TELEMETRY: 'true',
  npm_config_loglevel: 'error',
});

/** See {@link Cdk}. */
export const createCdk = (emulator: Emulator): Cdk => {
  const run = createRunCdk(emulator);
  const program = join(projectFolder, 'node_modules', 'aws-cdk', 'bin', 'cdk');
  const cdk = async (cwd: string, args: readonly string[]): Promise<void> =>
    run(cwd, program, args);
  return {
    bootstrap: async () => {
      // Outside the project's folder: there the command line would build the app first, for
      // nothing.
      const outside = join(runFolder, 'bootstrap');
      mkdirSync(outside, { recursive: true });
      await cdk(outside, ['bootstrap', `aws://${target.account}/${target.region}`]);
    },
    deploy: (configuration, app) =>
      cdk(projectFolder, ['deploy', '--require-approval', 'never', ...withApp(configuration, app)]),
    destroy: (configuration, app) =>
      cdk(projectFolder, ['destroy', '--force', ...withApp(configuration, app)]),
    checkDeployment: async (args) =>
      runCommand('npm', ['run', '--silent', 'check:deployment', '--', ...args], {
        cwd: projectFolder,
        env: environmentOf(emulator),
        // Something is wrong: the caller reads what.
        alsoGood: [1],
      }),
    npmRunDeploy: async (configuration) => {
      const args = ['run', '--silent', 'deploy', '--', '--require-approval', 'never'];
      await runCommand('npm', [...args, ...withApp(configuration, undefined)], {
        cwd: projectFolder,
        env: environmentOf(emulator),
        logFile: join(runFolder, 'cdk.log'),
      });
    },
  };
};
