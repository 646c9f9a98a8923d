/** `npm run test:faults -- --runs N --seed S`: many runs over twenty seeds, on two processes. */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { table, targetTable, writeReport } from '../../bench/shared/targets.ts';
import { addUp, type Figures } from './figures.ts';
import { kindNames } from './kinds/index.ts';

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '10000' },
    seed: { type: 'string', default: '1' },
    seeds: { type: 'string', default: '20' },
    workers: { type: 'string', default: '2' },
  },
});

const wholeNumber = (name: keyof typeof values): number => {
  const value = Number(values[name]);
  if (!Number.isInteger(value) || value < 1)
    throw new Error(`--${name} is ${values[name]}: use a whole number from 1 on`);
  return value;
};

const toReach = { runs: 10_000, seeds: 20, kinds: 200, minutes: 15 };

const seedCount = Math.min(wholeNumber('seeds'), wholeNumber('runs'));
const runsPerSeed = Math.ceil(wholeNumber('runs') / seedCount);
const first = wholeNumber('seed');
const seeds = Array.from({ length: seedCount }, (_, index) => String(first + index));
const workerCount = Math.min(wholeNumber('workers'), seedCount);

const runWorker = async (own: readonly string[]): Promise<Figures> =>
  new Promise((resolve, reject) => {
    const worker = fork(
      fileURLToPath(new URL('worker.ts', import.meta.url)),
      [String(runsPerSeed), ...own],
      {
        execArgv: ['--import', 'tsx'],
        env: { ...process.env, NODE_NO_WARNINGS: '1' },
      },
    );
    worker.on('message', (message) => resolve(message as Figures));
    worker.on('exit', (code) =>
      reject(new Error(`a worker ended with status ${code} before its figures were there`)),
    );
    worker.on('error', reject);
  });

const began = performance.now();
const parts = Array.from({ length: workerCount }, (_, worker) =>
  seeds.filter((__, index) => index % workerCount === worker),
);
const { runs, faults, outcomes, deadLetters, failures } = addUp(
  await Promise.all(parts.map(runWorker)),
);
const minutes = (performance.now() - began) / 60_000;
const kinds = Object.keys(faults).length;

const targets = [
  {
    name: 'runs',
    target: `${toReach.runs} over ${toReach.seeds} seeds`,
    measured: `${runs} over ${seedCount}`,
    met: runs >= toReach.runs && seedCount >= toReach.seeds,
  },
  {
    name: 'kinds of fault that struck',
    target: `at least ${toReach.kinds}`,
    measured: `${kinds} of ${kindNames.length}`,
    met: kinds >= toReach.kinds,
  },
  {
    name: 'violations',
    target: '0',
    measured: String(failures.length),
    met: failures.length === 0,
  },
  {
    name: `time on ${workerCount} processes`,
    target: `under ${toReach.minutes} minutes`,
    measured: `${minutes.toFixed(1)} minutes`,
    met: minutes < toReach.minutes,
  },
];

const rows = (counts: Readonly<Record<string, number>>): string[][] =>
  Object.entries(counts)
    .toSorted(([, one], [, other]) => other - one)
    .map(([name, count]) => [String(count), name]);

console.log(table([['strikes', 'fault'], ...rows(faults)]));
console.log(`\n${table([['events', 'result'], ...rows(outcomes)])}\n`);
for (const { name, violations, smallest } of failures) {
  console.log(
    `run ${name} broke a guarantee:\n${violations.map((violation) => `  - ${violation}`).join('\n')}`,
  );
  console.log(
    `  the smallest case, for test/fixtures/faults: ${JSON.stringify({ case: smallest })}\n`,
  );
}
console.log(targetTable(targets));
const report = writeReport('faults', {
  targets,
  runs,
  seeds,
  minutes,
  faults,
  outcomes,
  deadLetters,
  violations: failures,
});
console.log(`\nreport: ${report}`);
process.exitCode = failures.length === 0 ? 0 : 1;
