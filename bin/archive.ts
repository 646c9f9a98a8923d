import { once } from 'node:events';
import process from 'node:process';
import { config as readEnvironmentFile } from 'dotenv';
import { ConfigurationError } from '../lib/config/config-problems.ts';
import { exitStatus, parseCommand } from '../local/command.ts';
import type { Request } from '../local/command.ts';
import { createEnvironmentKeys } from '../local/environment-keys.ts';
import { makeOutFolder } from '../local/out-folder.ts';
import { proxyNote } from '../local/proxy-note.ts';
import { readRequest } from '../local/request-file.ts';
import type { RunOptions } from '../local/run.ts';
import type { Trigger } from '../local/triggers.ts';

type World = Pick<RunOptions, 'input' | 'output' | 'errors' | 'stop' | 'interrupt'>;

type Real = Extract<Request, { kind: 'archive' | 'request' }>;

const demonstrate = async (
  { out, json }: Extract<Request, { kind: 'demonstration' }>,
  world: World,
): Promise<number> => {
  const [{ startDemonstration }, { runArchiver }] = await Promise.all([
    import('../local/demonstration.ts'),
    import('../local/run.ts'),
  ]);
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
    return await runArchiver({ ...world, props, apiKeys, triggers, answers, folder: out, json });
  } finally {
    await demonstration.close();
  }
};

/** The trigger events that a command stands for, or why there are none. */
const triggersOf = async (
  request: Real,
  { input }: World,
): Promise<readonly Trigger[] | string> => {
  const { provider, credential, timeout, expected, metadata, exportAs } = request;
  const shared = {
    provider,
    credential,
    ...(timeout === undefined ? {} : { timeoutMinutes: timeout }),
    ...(expected === undefined ? {} : { expectedSeconds: expected }),
    ...(metadata === undefined ? {} : { metadata }),
    ...(exportAs === undefined ? {} : { exportAs: [...exportAs] }),
  };
  if (request.kind === 'archive') {
    const { generationIds, refresh } = request;
    return generationIds.map((generationId) => ({
      detailType: 'Generation Started',
      detail: { generationId, refresh, ...shared },
    }));
  }
  const { requestId, body } = request;
  const read =
    body.from === 'file'
      ? await readRequest(body.file, input)
      : { ok: true as const, request: body.request };
  return read.ok
    ? [
        {
          detailType: 'Generation Requested',
          detail: { requestId, request: read.request, ...shared },
        },
      ]
    : read.message;
};

const archive = async (request: Real, world: World): Promise<number> => {
  const { provider, credential, baseUrl, allowInsecure, out, json } = request;
  const triggers = await triggersOf(request, world);
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
  const { runArchiver } = await import('../local/run.ts');
  return runArchiver({
    ...world,
    props: {
      allowInsecureSources: allowInsecure,
      providers: { [provider]: baseUrl === undefined ? {} : { baseUrl } },
    },
    folder: out,
    apiKeys,
    json,
    triggers,
  });
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
