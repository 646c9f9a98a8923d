import { once } from 'node:events';
import process from 'node:process';
import { config as readEnvironmentFile } from 'dotenv';
import { ConfigurationError } from '../lib/config/config-problems.ts';
import { triggersOf } from '../local/command-triggers.ts';
import { exitStatus, parseCommand } from '../local/command.ts';
import type { Request } from '../local/command.ts';
import { createEnvironmentKeys } from '../local/environment-keys.ts';
import { makeOutFolder } from '../local/out-folder.ts';
import { proxyNote } from '../local/proxy-note.ts';
import type { RunOptions } from '../local/run.ts';

type World = Pick<RunOptions, 'input' | 'output' | 'errors' | 'stop' | 'interrupt'>;

/** A page over the run, served until the user has had enough. */
const servedOver = async ({ stop, errors }: World) => {
  const [{ createEmbeddedBackend }, { servePage }, { ConsoleError }] = await Promise.all([
    import('../console/embedded/backend.ts'),
    import('../console/page/serve.ts'),
    import('../console/aws/explain.ts'),
  ]);
  const stopped = new Promise<void>((resolve) => {
    stop.addEventListener('abort', () => resolve(), { once: true });
  });
  const { backend, onlooker } = createEmbeddedBackend(
    () => Date.now(),
    async () => {
      errors.write('The page stays until Ctrl-C.\n');
      await stopped;
    },
  );
  const explain = (error: unknown) => (error instanceof ConsoleError ? error.message : undefined);
  const served = await servePage({ backend, now: () => Date.now(), explain }, 0);
  errors.write(`The page: ${served.address}\n\n`);
  return { onlooker, close: () => served.close() };
};

/** Runs, with a page where that is wanted. */
const run = async (options: Omit<RunOptions, 'onlooker'>, page: boolean): Promise<number> => {
  const { runArchiver } = await import('../local/run.ts');
  if (!page) return runArchiver(options);
  const { onlooker, close } = await servedOver(options);
  try {
    return await runArchiver({ ...options, onlooker });
  } finally {
    await close();
  }
};

type Real = Extract<Request, { kind: 'archive' | 'request' }>;

const demonstrate = async (
  { out, json, page }: Extract<Request, { kind: 'demonstration' }>,
  world: World,
): Promise<number> => {
  const { startDemonstration } = await import('../local/demonstration.ts');
  const mistake = await makeOutFolder(out);
  if (mistake !== undefined) {
    world.errors.write(`error: ${mistake}\n`);
    return exitStatus.badUsage;
  }
  const demonstration = await startDemonstration();
  if (!json)
    world.output.write(
      'A demonstration against a simulator of all providers on this machine; nothing leaves it.\n\n',
    );
  try {
    const { props, apiKeys, triggers, answers } = demonstration;
    return await run(
      { ...world, props, apiKeys, triggers, answers, folder: out, json },
      page === true,
    );
  } finally {
    await demonstration.close();
  }
};

const archive = async (request: Real, world: World): Promise<number> => {
  const { provider, credential, baseUrl, allowInsecure, out, json, page } = request;
  const triggers = await triggersOf(request, world.input);
  const mistake = typeof triggers === 'string' ? triggers : await makeOutFolder(out);
  if (typeof triggers === 'string' || mistake !== undefined) {
    world.errors.write(`error: ${mistake}\n`);
    return exitStatus.badUsage;
  }
  const note = proxyNote(process.env);
  if (note !== undefined) world.errors.write(`${note}\n`);
  const apiKeys = createEnvironmentKeys(process.env);
  const key = await apiKeys.read(provider, credential, false);
  if (!key.found) {
    world.errors.write(`${key.message}\n`);
    return exitStatus.notArchived;
  }
  if (request.kind === 'request' && !json) {
    const { requestId } = request;
    world.output.write(
      `Request ${requestId}: the same command with --request-id ${requestId} goes on with it, and starts nothing again.\n\n`,
    );
  }
  const options = {
    ...world,
    props: {
      allowInsecureSources: allowInsecure,
      providers: { [provider]: baseUrl === undefined ? {} : { baseUrl } },
    },
    folder: out,
    apiKeys,
    json,
    triggers,
  };
  return run(options, page === true);
};

const main = async (): Promise<number> => {
  readEnvironmentFile({ quiet: true });
  const request = parseCommand(process.argv.slice(2), process.env);
  if (request.kind === 'exit') return request.code;

  const stop = new AbortController();
  // The second time does not wait for anything.
  const interrupt = (): void =>
    stop.signal.aborted ? process.exit(exitStatus.interrupted) : stop.abort();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, interrupt);
  // The reader is gone, as behind `| head`, so that nothing can be shown any more.
  process.stdout.on('error', () => stop.abort());
  const world = {
    input: process.stdin,
    output: process.stdout,
    errors: process.stderr,
    stop: stop.signal,
    interrupt,
  };
  try {
    return request.kind === 'demonstration'
      ? await demonstrate(request, world)
      : await archive(request, world);
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
