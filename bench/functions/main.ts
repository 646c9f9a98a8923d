/**
 * `npm run bench:functions`: size and start of the functions beside an empty one with the same
 * clients, and the memory that they need, on the Node.js of Lambda, started as Lambda starts it.
 *
 *   --rounds 15 starts of each function --megabytes 128 in place of the sizes that are deployed
 */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { environmentNames } from '../../lambdas/contract/environment.ts';
import type { FunctionEntry } from '../../lib/functions/function-code.ts';
import { memoryMegabytes } from '../../lib/functions/memory-sizes.ts';
import { bundle } from '../../test/support/function/bundles.ts';
import { runtimeMegabytes } from '../../test/support/function/lambda-process.ts';
import { installNode24 } from '../../test/support/node-24.ts';
import { coldSeconds, warmSeconds } from '../detection/prices.ts';
import { table, targetTable, writeReport, type Target } from '../shared/targets.ts';
import { startApiServer } from './api-server.ts';
import { cameTo, checkOf, peakOf, startOf, triggerOf, wasAccepted, type Peak } from './peaks.ts';
import { measureStartUp, type StartUp } from './start-up.ts';

const functions = ['intake', 'check-status', 'copy-exports', 'announce-stopped'] as const;

/** Those that are invoked, besides. */
const invoked = [...functions, 'start-generation'] as const;

/**
 * The largest status document that is read at all (lambdas/contract/ports/api.ts), but for some change.
 */
const deckBytes = 9.9 * 1024 * 1024;

/**
 * A start that takes more than twice that of the clients alone would be our own doing. A check starts
 * most often: half as much again is allowed.
 */
const maxStartRatio = { 'check-status': 1.5, others: 2 } as const;

const startRatioOf = (name: string): number =>
  name === 'check-status' ? maxStartRatio[name] : maxStartRatio.others;

/** Milliseconds of processor time of a warm check: at 256 MB a function has a seventh of a CPU. */
const maxCheckMilliseconds = 4;

/**
 * Megabytes at which a function has a whole CPU, and so its part of one (AWS Lambda Developer Guide,
 * "Configure Lambda function memory").
 */
const megabytesOfCpu = 1769;

/** Milliseconds of Node.js itself before it reads a function's code, on a whole CPU. Assumed. */
const nodeMilliseconds = 60;

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '15' }, megabytes: { type: 'string' } },
});
const rounds = Number(values.rounds);
if (!(rounds >= 1)) throw new Error(`--rounds is ${values.rounds}: use a number from 1 on`);

const say = (line: string): void => void process.stdout.write(`${line}\n`);

const megabytes = (bytes: number): string => `${(bytes / 1024 / 1024).toFixed(1)} MB`;

const settingsFor = (origin: string) => ({
  baseUrl: origin,
  timeoutMinutes: 60,
  checkIntervalSeconds: 4,
  firstCheckSeconds: 0,
});

const environmentFor = (origin: string): Record<string, string> => ({
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: 'of-the-bench',
  AWS_SECRET_ACCESS_KEY: 'of-the-bench',
  AWS_ENDPOINT_URL: origin,
  POWERTOOLS_LOG_LEVEL: 'SILENT',
  [environmentNames.providers]: JSON.stringify({
    chronicle: settingsFor(origin),
    gamma: settingsFor(origin),
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
    ...Object.fromEntries(invoked.map((name) => [name, `lambdas/functions/${name}.ts`])),
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
  const peakIn = async (
    entry: FunctionEntry,
    what: string,
    events: readonly unknown[],
    check?: (answer: unknown) => void,
  ): Promise<Peak & { entry: FunctionEntry; what: string; megabytes: number }> => {
    const megabytes =
      values.megabytes === undefined ? memoryMegabytes[entry] : Number(values.megabytes);
    const started = { node, runtime: file('runtime'), bundle: file(entry), environment, megabytes };
    return { entry, what, megabytes, ...(await peakOf(started, events, check)) };
  };
  return {
    functions: measured,
    peaks: [
      await peakIn(
        'check-status',
        '1 check',
        ids('job', 1).map((id) => checkOf(id)),
        cameTo('wait'),
      ),
      await peakIn(
        'check-status',
        '1,000 checks',
        ids('job', 1000).map((id) => checkOf(id)),
        cameTo('wait'),
      ),
      await peakIn(
        'check-status',
        '50 decks of 10 MB in the status',
        ids('deck', 50).map((id) => checkOf(id)),
        cameTo('copy'),
      ),
      // Those that are no deck are not skimmed but held.
      await peakIn(
        'check-status',
        '10 other answers of 10 MB',
        ids('long', 10).map((id) => checkOf(id, 'gamma')),
        cameTo('wait'),
      ),
      await peakIn('intake', '1,000 triggers', ids('job', 1000).map(triggerOf)),
      await peakIn(
        'start-generation',
        '200 long prompts',
        ids('job', 200).map(startOf),
        wasAccepted,
      ),
    ],
  };
};

type Figures = Awaited<ReturnType<typeof measure>>;

/**
 * What `bench:detection` reckons for a check beside its request, held against what was measured here:
 * processor time at the part of a CPU that the function has. While it starts, Lambda gives it a whole one.
 */
const reckoned = ({ functions: started, peaks }: Figures): Target[] => {
  const secondsOf = (what: string): number => {
    const peak = peaks.find((one) => one.entry === 'check-status' && one.what === what);
    if (peak === undefined) throw new Error(`no check was measured as "${what}"`);
    return (peak.cpuMilliseconds * megabytesOfCpu) / peak.megabytes / 1000;
  };
  const load = started.find(({ name }) => name === 'check-status')?.own.milliseconds ?? Number.NaN;
  const warm = secondsOf('1,000 checks');
  const cold = (nodeMilliseconds + load) / 1000 + secondsOf('1 check');
  return [
    {
      name: 'check-status: a warm check beside its request, at its part of a CPU',
      target: `at most ${warmSeconds} s`,
      measured: `${warm.toFixed(4)} s`,
      met: warm <= warmSeconds,
    },
    {
      name: 'check-status: what the first check of an environment takes longer',
      target: `at most ${coldSeconds} s`,
      measured: `${cold.toFixed(2)} s`,
      met: cold <= coldSeconds,
    },
  ];
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
  const withinMemory = ({
    entry,
    what,
    megabytes: size,
    bytes,
  }: Figures['peaks'][number]): Target => ({
    name: `${entry}: resident memory after ${what}`,
    target: `at most ${size} MB, less ${runtimeMegabytes} for Lambda's runtime`,
    measured: megabytes(bytes),
    met: bytes <= (size - runtimeMegabytes) * 1024 * 1024,
  });
  const targets: Target[] = [
    ...figures.functions.map((one) => ({
      name: `${one.name}: start over that of an empty function with the same clients`,
      target: `at most ${startRatioOf(one.name)}`,
      measured: ratioOf(one).toFixed(2),
      met: ratioOf(one) <= startRatioOf(one.name),
    })),
    ...figures.peaks
      .filter(({ what }) => what === '1,000 checks')
      .map(({ cpuMilliseconds }) => ({
        name: 'check-status: CPU time of a warm check',
        target: `at most ${maxCheckMilliseconds} ms`,
        measured: `${cpuMilliseconds.toFixed(1)} ms`,
        met: cpuMilliseconds <= maxCheckMilliseconds,
      })),
    ...reckoned(figures),
    ...figures.peaks.map(withinMemory),
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
  say('');
  say(
    table([
      ['function', 'after', 'peak', 'CPU of a warm invocation'],
      ...figures.peaks.map(({ entry, what, bytes, cpuMilliseconds }) => [
        entry,
        what,
        megabytes(bytes),
        `${cpuMilliseconds.toFixed(1)} ms`,
      ]),
    ]),
  );
  say(`\n${targetTable(targets)}\n`);
  say(`report: ${writeReport('functions', { targets, rounds, ...figures })}`);
} finally {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
}
