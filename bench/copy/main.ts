/**
 * `npm run bench:copy`: copying against what else there is, side by side, over plain HTTP on the
 * loopback address. See docs/limits.md, Copying, for what it found.
 *
 *   --sizes 1,20 megabytes, in place of all four sizes --skip-memory leaves out the peaks on both
 *   versions of Node.js --skip-ranges leaves out the comparison with ranges in parallel
 */
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { largeDeck } from '../../test/support/large-deck.ts';
import { installNode24 } from '../../test/support/node-24.ts';
import { targetTable, writeReport, type Target } from '../shared/targets.ts';
import type { Contender } from './contender.ts';
import { measurePeaks, memoryTargets, type Peaks } from './memory.ts';
import { startOurs, startOursForAFile } from './ours.ts';
import { prepare, type Surroundings } from './places.ts';
import { race } from './race.ts';
import { resultsOf, resultTable, speedTarget, type Result } from './results.ts';
import { curlAndAws, rclone } from './rivals/commands.ts';
import { startLibStorage } from './rivals/lib-storage.ts';
import { startRcloneDaemon } from './rivals/rclone-daemon.ts';

/** How often each size is copied by each: small files vary most. */
const roundsOf: ReadonlyMap<number, number> = new Map([
  [1, 15],
  [20, 9],
  [200, 5],
  [2000, 3],
]);

/**
 * Bytes per second of one connection, for the comparison with ranges: a fast host and a slow one.
 */
const limits: readonly (number | undefined)[] = [undefined, 80e6, 20e6];

const say = (text: string): void => {
  process.stdout.write(`${text}\n`);
};

const { values } = parseArgs({
  options: {
    sizes: { type: 'string' },
    'skip-memory': { type: 'boolean' },
    'skip-ranges': { type: 'boolean' },
  },
});
const sizes =
  values.sizes === undefined ? [...roundsOf.keys()] : values.sizes.split(',').map(Number);

const withContenders = async <Made>(
  started: readonly (Contender | undefined)[],
  work: (all: Contender[]) => Promise<Made>,
): Promise<Made> => {
  const contenders = started.filter((contender) => contender !== undefined);
  try {
    return await work(contenders);
  } finally {
    for (const contender of contenders) await contender.stop();
  }
};

const compare = async ({
  places,
  track,
  bundles,
}: Surroundings): Promise<{
  results: Result[];
  targets: Target[];
  versions: Record<string, string>;
}> => {
  const ours = await startOursForAFile(places, { ranged: false });
  const named = [await startLibStorage(places), curlAndAws(places), rclone(places)];
  const rivals = named.filter((contender) => contender !== undefined);
  if (rivals.length < named.length)
    say(
      'left out, because they are not installed: aws and curl, or rclone (see PyPI awscli, Debian rclone)',
    );
  return withContenders(
    [ours, ...rivals, await startOurs(places, bundles), await startRcloneDaemon(places)],
    async (contenders) => {
      const results: Result[] = [];
      const targets: Target[] = [];
      for (const megabytes of sizes) {
        const ofSize = resultsOf(
          megabytes,
          await race(track, contenders, largeDeck(megabytes * 1e6), roundsOf.get(megabytes) ?? 3),
        );
        say(`\n${megabytes} MB, median of ${ofSize[0]?.rounds}\n${resultTable(ofSize)}`);
        results.push(...ofSize);
        targets.push(
          ...speedTarget(
            ofSize,
            ours.name,
            rivals.map(({ name }) => name),
          ),
        );
      }
      return {
        results,
        targets,
        versions: Object.fromEntries(contenders.map(({ name, version }) => [name, version])),
      };
    },
  );
};

const compareRanges = async ({ places, track }: Surroundings): Promise<unknown[]> => {
  const started = [
    await startOursForAFile(places, { ranged: false }),
    await startOursForAFile(places, { ranged: true }),
  ];
  return withContenders(started, async (contenders) => {
    const all: unknown[] = [];
    for (const limit of limits) {
      track.host.limit = limit;
      const results = resultsOf(200, await race(track, contenders, largeDeck(200e6), 3));
      say(
        `\n200 MB in ranges, ${limit === undefined ? 'no limit' : `${limit / 1e6} MB/s for each connection`}\n${resultTable(results)}`,
      );
      all.push({ bytesPerSecondOfAConnection: limit ?? null, results });
    }
    track.host.limit = undefined;
    return all;
  });
};

const measureMemory = async ({ places, track, bundles }: Surroundings): Promise<Peaks[]> => {
  const program = await installNode24();
  const peaks = [
    await measurePeaks(places, track, bundles, { name: `Node.js ${process.versions.node}` }),
  ];
  if (program === undefined)
    say('\nmemory on the Node.js of Lambda is left out: it cannot be fetched');
  else
    peaks.push(
      await measurePeaks(places, track, bundles, { name: 'Node.js 24 as on Lambda', program }),
    );
  return peaks;
};

const surroundings = await prepare();
try {
  say(`S3 server: ${surroundings.s3}; ${cpus().length} CPUs; Node.js ${process.versions.node}`);
  const { results, targets: speed, versions } = await compare(surroundings);
  const ranges = values['skip-ranges'] === true ? [] : await compareRanges(surroundings);
  const peaks = values['skip-memory'] === true ? [] : await measureMemory(surroundings);
  const targets = [...speed, ...peaks.flatMap(memoryTargets)];
  const machine = {
    cpus: cpus().length,
    model: cpus()[0]?.model,
    node: process.versions.node,
    s3: surroundings.s3,
  };
  const file = writeReport('copy', { targets, machine, versions, results, ranges, peaks });
  say(`\n${targetTable(targets)}\n\n${file}`);
} finally {
  await surroundings.stop();
}
