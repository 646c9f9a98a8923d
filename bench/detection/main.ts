import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { everyProvider } from '../../tools/every-provider.ts';
import { table, targetTable, writeReport } from '../shared/targets.ts';
import { simulateDay } from './day.ts';
import { deploy } from './deployment.ts';
import { worstHistory } from './history.ts';
import { measureLengths, type Cell } from './lengths.ts';
import { drawPlot } from './plot.ts';
import { answerSeconds, coldSeconds, prices, warmSeconds } from './prices.ts';
import { chronicleOnOneKey, gammaOnOneKey, outage, quietKeyBesideCrowd } from './shared-keys.ts';
import { judge, type Measured } from './targets.ts';

const { values } = parseArgs({
  options: {
    samples: { type: 'string', default: '1000' },
    day: { type: 'string', default: '100000' },
  },
});
const samples = Number(values.samples);
const generationsOfDay = Number(values.day);
if (!(samples >= 1) || !(generationsOfDay >= 1)) {
  throw new Error(
    `--samples is ${values.samples} and --day is ${values.day}: use numbers from 1 on`,
  );
}

const conventions = [
  'Costs are orchestration and Lambda time in dollars per 1,000 generations; the work of copying and announcing is left out for all.',
  'Everyone is charged for a copy and an announcement in their own currency: states here and in the job poller, operations in a durable function.',
  "The checks of all run in as much memory as the archiver's: the same check needs the same.",
  'Intervals run from request to request. The lag is the time from the end of the job to the request that finds it.',
];

const say = (line: string): void => void process.stdout.write(`${line}\n`);

const rowsOf = (cells: readonly Cell[]): string[][] => [
  [
    'provider',
    'length',
    'lengths',
    'cost',
    'mean lag',
    'p95 lag',
    'requests',
    'states',
    'cost of job poller',
    'cost of durable',
    'its cost, same schedule',
    'cost of SQS timer',
  ],
  ...cells.map(({ provider, nominalSeconds, distribution, archiver, poller, durable, others }) => [
    provider,
    `${Math.round(nominalSeconds / 60)} min`,
    distribution,
    `$${(archiver.dollarsPerThousand ?? 0).toFixed(3)}`,
    `${archiver.meanLagSeconds.toFixed(1)} s`,
    `${archiver.p95LagSeconds.toFixed(1)} s`,
    archiver.requestsPerGeneration.toFixed(1),
    archiver.transitionsPerGeneration.toFixed(1),
    `$${(poller.dollarsPerThousand ?? 0).toFixed(3)}`,
    `$${(durable.dollarsPerThousand ?? 0).toFixed(3)}`,
    `$${(others.find(({ name }) => name.endsWith('schedule'))?.dollarsPerThousand ?? 0).toFixed(3)}`,
    `$${(others.find(({ name }) => name.startsWith('SQS'))?.dollarsPerThousand ?? 0).toFixed(3)}`,
  ]),
];

const deployment = deploy(everyProvider);
const cells = await measureLengths(deployment, samples);
say(table(rowsOf(cells)));
say('');

const gammaCrowd = { provider: 'gamma', generations: 2000, apartSeconds: 0 };
const chronicleCrowd = { provider: 'chronicle', generations: 100, lengthSeconds: 300 };
const chronicleSeeds = [12, 13, 14, 15, 16];
const began = performance.now();
const day = await simulateDay(deployment, generationsOfDay);
const daySeconds = (performance.now() - began) / 1000;
const measured: Measured = {
  cells,
  gamma: {
    '2,000 of 2 min at once': await gammaOnOneKey(
      deployment,
      { ...gammaCrowd, lengthSeconds: 120 },
      0,
    ),
    '2,000 of 10 min at once, hour about to end': await gammaOnOneKey(
      deployment,
      { ...gammaCrowd, lengthSeconds: 600 },
      3500,
    ),
    '2,000 of 25 min at once': await gammaOnOneKey(
      deployment,
      { ...gammaCrowd, lengthSeconds: 1500 },
      0,
    ),
  },
  chronicle: {
    '100 of 5 min at once': await chronicleOnOneKey(
      deployment,
      { ...chronicleCrowd, apartSeconds: 0 },
      chronicleSeeds,
    ),
    '100 of 5 min at once, maxConcurrentChecks 2': await chronicleOnOneKey(
      deployment,
      { ...chronicleCrowd, apartSeconds: 0, maxConcurrentChecks: 2 },
      chronicleSeeds,
    ),
    '100 of 5 min, 12 s apart': await chronicleOnOneKey(
      deployment,
      { ...chronicleCrowd, apartSeconds: 12 },
      chronicleSeeds,
    ),
    '100 of 5 min, 60 s apart': await chronicleOnOneKey(
      deployment,
      { ...chronicleCrowd, apartSeconds: 60 },
      chronicleSeeds,
    ),
  },
  quietKey: await quietKeyBesideCrowd(deployment),
  outage: await outage(deployment, 1000),
  history: await worstHistory(deployment),
  day,
  daySeconds,
};
const targets = judge(measured);
say(targetTable(targets));
say('');
say(table(Object.entries(day).map(([name, value]) => [name, String(value)])));
say('');
for (const line of conventions) say(line);

const assumptions = { conventions, answerSeconds, warmSeconds, coldSeconds, prices, samples };
say(`\nreport: ${writeReport('detection', { targets, assumptions, ...measured })}`);
const plot = fileURLToPath(new URL('../../docs/detection.svg', import.meta.url));
writeFileSync(plot, drawPlot(cells));
say(`plot: ${plot}`);
