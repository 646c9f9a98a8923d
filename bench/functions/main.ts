/**
 * `npm run bench:functions`: size and start of every function beside an empty one with the same
 * clients, and the memory of the status check, on the Node.js of Lambda.
 *
 *   --rounds 15 starts of each function
 */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { environmentNames } from '../../lambdas/contract/environment.ts';
import { bundle } from '../../test/support/function/bundles.ts';
import { installNode24 } from '../../test/support/node-24.ts';
import { table, targetTable, writeReport, type Target } from '../shared/targets.ts';
import { startApiServer } from './api-server.ts';
import { peakOfChecks } from './check-memory.ts';
import { measureStartUp, type StartUp } from './start-up.ts';

const functions = ['intake', 'check-status', 'copy-exports', 'announce-stopped'] as const;

/**
 * Megabytes of the check function (lib/functions/status-checks.ts): beyond it, Lambda ends the
 * process.
 */
const checkMegabytes = 128;

/**
 * The largest status document that is read at all (lambdas/contract/ports.ts), but for some change.
 */
const deckBytes = 9.9 * 1024 * 1024;

/** A start that takes more than twice that of the clients alone would be our own doing. */
const maxStartRatio = 2;

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '15' } } });
const rounds = Number(values.rounds);
if (!(rounds >= 1)) throw new Error(`--rounds is ${values.rounds}: use a number from 1 on`);

const say = (line: string): void => void process.stdout.write(`${line}\n`);

const megabytes = (bytes: number): string => `${(bytes / 1024 / 1024).toFixed(1)} MB`;

const environmentFor = (origin: string): Record<string, string> => ({
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: 'of-the-bench',
  AWS_SECRET_ACCESS_KEY: 'of-the-bench',
  AWS_ENDPOINT_URL_SECRETS_MANAGER: origin,
  POWERTOOLS_LOG_LEVEL: 'SILENT',
  [environmentNames.providers]: JSON.stringify({
    chronicle: {
      baseUrl: origin,
      timeoutMinutes: 60,
      checkIntervalSeconds: 4,
      firstCheckSeconds: 0,
    },
  }),
  [environmentNames.secretPrefix]: 'generation-archiver',
  [environmentNames.allowInsecureSources]: 'true',
  [environmentNames.archiverName]: 'bench',
  [environmentNames.bucketName]: 'decks',
  [environmentNames.keyPrefix]: '',
  [environmentNames.eventBusName]: 'generation-archiver',
  [environmentNames.stateMachineArn]: 'arn:aws:states:us-east-1:111122223333:stateMachine:bench',
});

const ids = (name: string, count: number): string[] =>
  Array.from({ length: count }, (_, index) => `${name}-${index}`);

const ratioOf = ({ own, empty }: StartUp): number => own.milliseconds / empty.milliseconds;

const measure = async (folder: string, node: string, origin: string) => {
  const environment = environmentFor(origin);
  const file = (name: string): string => join(folder, `${name}.mjs`);
  await bundle(folder, {
    load: 'bench/functions/load.ts',
    runtime: 'test/support/function/runtime.ts',
    ...Object.fromEntries(functions.map((name) => [name, `lambdas/functions/${name}.ts`])),
  });
  // As anybody bundles a function: what ours leave out is our own doing, too.
  await bundle(
    folder,
    Object.fromEntries(
      functions.map((name) => [`empty-${name}`, `bench/functions/empty/${name}.ts`]),
    ),
    {},
  );
  const measured = [];
  for (const name of functions) {
    const startUp = await measureStartUp({
      node,
      load: file('load'),
      own: file(name),
      empty: file(`empty-${name}`),
      environment,
      rounds,
    });
    measured.push({
      name,
      bytes: statSync(file(name)).size,
      emptyBytes: statSync(file(`empty-${name}`)).size,
      ...startUp,
    });
  }
  const check = { node, runtime: file('runtime'), bundle: file('check-status'), environment };
  return {
    functions: measured,
    checks: {
      afterOne: await peakOfChecks(check, ids('job', 1), 'wait'),
      afterThousand: await peakOfChecks(check, ids('job', 1000), 'wait'),
      afterFiftyDecks: await peakOfChecks(check, ids('deck', 50), 'copy'),
    },
  };
};

const node = await installNode24();
if (node === undefined)
  throw new Error(
    'the Node.js of Lambda cannot be fetched from npm: this bench says nothing on another one',
  );
const folder = mkdtempSync(join(tmpdir(), 'generation-archiver-bench-'));
const server = await startApiServer(deckBytes);
try {
  const figures = await measure(folder, node, server.origin);
  const withinMemory = (name: string, bytes: number): Target => ({
    name,
    target: `at most ${checkMegabytes} MB`,
    measured: megabytes(bytes),
    met: bytes <= checkMegabytes * 1024 * 1024,
  });
  const targets: Target[] = [
    ...figures.functions.map((one) => ({
      name: `${one.name}: start over that of an empty function with the same clients`,
      target: `at most ${maxStartRatio}`,
      measured: ratioOf(one).toFixed(2),
      met: ratioOf(one) <= maxStartRatio,
    })),
    withinMemory('status check: resident memory after 1,000 checks', figures.checks.afterThousand),
    withinMemory(
      'status check: resident memory after 50 decks of 10 MB in the status',
      figures.checks.afterFiftyDecks,
    ),
  ];
  say(
    table([
      ['function', 'bundle', 'empty', 'start', 'empty', 'resident', 'empty'],
      ...figures.functions.map(({ name, bytes, emptyBytes, own, empty }) => [
        name,
        megabytes(bytes),
        megabytes(emptyBytes),
        `${own.milliseconds.toFixed(0)} ms`,
        `${empty.milliseconds.toFixed(0)} ms`,
        megabytes(own.residentBytes),
        megabytes(empty.residentBytes),
      ]),
    ]),
  );
  say(`\n${targetTable(targets)}\n`);
  say(`report: ${writeReport('functions', { targets, rounds, ...figures })}`);
} finally {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
}
