import { once } from 'node:events';
import process from 'node:process';
import { config as readEnvironmentFile } from 'dotenv';
import { exitStatus, parseCommand } from '../local/command.ts';
import type { Request } from '../local/command.ts';
import { createEnvironmentKeys } from '../local/environment-keys.ts';
import type { RunOptions } from '../local/run.ts';
import { ConfigurationError } from '../lib/config-problems.ts';

type World = Pick<RunOptions, 'output' | 'errors' | 'stop'>;

const demonstrate = async ({ out, json }: Extract<Request, { kind: 'demonstration' }>, world: World): Promise<number> => {
  const [{ startDemonstration }, { runArchiver }] = await Promise.all([
    import('../local/demonstration.ts'),
    import('../local/run.ts'),
  ]);
  const demonstration = await startDemonstration();
  if (!json) world.output.write('A demonstration against a simulator of all providers on this machine; nothing leaves it.\n\n');
  try {
    const { props, apiKeys, triggers } = demonstration;
    return await runArchiver({ ...world, props, apiKeys, triggers, folder: out, json });
  } finally {
    await demonstration.close();
  }
};

const archive = async (request: Extract<Request, { kind: 'archive' }>, world: World): Promise<number> => {
  const { provider, generationIds, credential, refresh, timeout, metadata, baseUrl, allowInsecure, out, json } = request;
  const apiKeys = createEnvironmentKeys(process.env);
  const key = await apiKeys.read(provider, credential, false);
  if (!key.found) {
    world.errors.write(`${key.message}\n`);
    return exitStatus.notArchived;
  }
  const shared = {
    credential,
    refresh,
    ...(timeout === undefined ? {} : { timeoutMinutes: timeout }),
    ...(metadata === undefined ? {} : { metadata }),
  };
  const { runArchiver } = await import('../local/run.ts');
  return runArchiver({
    ...world,
    props: { allowInsecureSources: allowInsecure, providers: { [provider]: baseUrl === undefined ? {} : { baseUrl } } },
    folder: out,
    apiKeys,
    json,
    // oxlint-disable-next-line oxc/no-map-spread -- a handful of ids from a command line
    triggers: generationIds.map((generationId) => ({ provider, generationId, ...shared })),
  });
};

const main = async (): Promise<number> => {
  readEnvironmentFile({ quiet: true });
  const request = parseCommand(process.argv.slice(2), process.env);
  if (request.kind === 'exit') return request.code;

  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    // The second one does not wait for anything.
    process.on(signal, () => (stop.signal.aborted ? process.exit(exitStatus.interrupted) : stop.abort()));
  }
  // Nobody reads any more, as behind `| head`: there is no one left to show anything to.
  process.stdout.on('error', () => stop.abort());
  const world = { output: process.stdout, errors: process.stderr, stop: stop.signal };
  try {
    return request.kind === 'demonstration' ? await demonstrate(request, world) : await archive(request, world);
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    process.stderr.write(`${error.message}\n`);
    return exitStatus.badUsage;
  }
};

const status = await main();
// What is written must be out before the process ends, and nothing that is still open may keep it.
if (process.stdout.writableLength > 0) await once(process.stdout, 'drain');
process.exit(status);
