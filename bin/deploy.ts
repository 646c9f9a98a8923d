/**
 * `npm run deploy`: `cdk deploy` with the same arguments, after a look at what CloudFormation would
 * find out in the middle of it: whether the account can give the concurrency that
 * `maxConcurrentChecks` reserves.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { askAccount } from '../deployment/account.ts';
import { readArguments } from '../deployment/arguments.ts';
import { judgeConcurrency, type ConcurrencyFinding } from '../deployment/concurrency.ts';
import { ConfigurationError } from '../lib/config/config-problems.ts';
import { configurationFrom } from '../lib/config/config-sources.ts';
import { contextKey, parseConfiguration } from '../lib/config/config.ts';

const argv = process.argv.slice(2);

const say = (line: string): void => {
  process.stderr.write(`${line}\n`);
};

/** What the configuration reserves. `undefined` where it is wrong: the app says so better. */
const wantedConcurrency = (
  context: string | undefined,
): { stackName: string; perProvider: Map<string, number> } | undefined => {
  try {
    const { stackName, archiver } = parseConfiguration(configurationFrom(context, 'cdk.json'));
    const perProvider = Object.entries(archiver.providers).flatMap(([name, options]) =>
      options?.maxConcurrentChecks === undefined
        ? []
        : [[name, options.maxConcurrentChecks] as const],
    );
    return { stackName, perProvider: new Map(perProvider) };
  } catch (error) {
    if (error instanceof ConfigurationError) return undefined;
    throw error;
  }
};

const look = async (): Promise<ConcurrencyFinding> => {
  const { context, profile } = readArguments(argv, contextKey);
  const wanted = wantedConcurrency(context);
  if (wanted === undefined) return { kind: 'enough' };
  if (profile !== undefined) process.env['AWS_PROFILE'] = profile;
  try {
    const { account, held } = await askAccount(wanted.stackName);
    return judgeConcurrency(account, { perProvider: wanted.perProvider, held });
  } catch (error) {
    // A caller that may deploy may still not be allowed to ask.
    const name = error instanceof Error ? error.name : 'no reason given';
    say(`note: AWS does not say how many functions this account may run at a time (${name})`);
    return { kind: 'enough' };
  }
};

const deploy = async (): Promise<number> => {
  const cdk = join(
    dirname(createRequire(import.meta.url).resolve('aws-cdk/package.json')),
    'bin',
    'cdk',
  );
  const child = spawn(process.execPath, [cdk, 'deploy', ...argv], { stdio: 'inherit' });
  // Ctrl-C reaches the child as well, which decides how to end.
  process.on('SIGINT', () => undefined);
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  const [status] = (await once(child, 'close')) as [number | null];
  return status ?? 1;
};

const finding = await look();
switch (finding.kind) {
  case 'refused':
    say(`not deployed: ${finding.message}`);
    process.exitCode = 1;
    break;
  case 'small':
    say(`note: ${finding.message}`);
    process.exitCode = await deploy();
    break;
  case 'enough':
    process.exitCode = await deploy();
    break;
}
