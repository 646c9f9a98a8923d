/** One process of the fault suite: runs the seeds that it is given, and sends back the figures. */
import { addUp, type Figures } from './figures.ts';
import { runSeed } from './suite.ts';

const [runs = '0', ...seeds] = process.argv.slice(2);
const figures: Figures[] = [];
for (const seed of seeds) figures.push(await runSeed(seed, Number(runs)));
process.send?.(addUp(figures));
