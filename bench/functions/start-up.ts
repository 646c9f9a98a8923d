import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { median } from './median.ts';

/** What loading a function takes. */
export interface Loaded {
  /** From the first byte read to the handler ready, without the start of Node.js itself. */
  readonly milliseconds: number;
  readonly residentBytes: number;
}

/** A function beside an empty one with the same clients. */
export interface StartUp {
  readonly own: Loaded;
  readonly empty: Loaded;
}

const run = promisify(execFile);

const medianOf = (all: readonly Loaded[]): Loaded => ({
  milliseconds: median(all.map(({ milliseconds }) => milliseconds)),
  residentBytes: median(all.map(({ residentBytes }) => residentBytes)),
});

/**
 * Loads both in turn, so that whatever else the machine does meets both.
 *
 * @param node the program
 * @param load the bundle of `load.ts`
 */
export const measureStartUp = async (options: {
  readonly node: string;
  readonly load: string;
  readonly own: string;
  readonly empty: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly rounds: number;
}): Promise<StartUp> => {
  const { node, load, own, empty, environment, rounds } = options;
  const loadOnce = async (bundle: string): Promise<Loaded> => {
    const { stdout } = await run(node, [load, bundle], { env: environment });
    return JSON.parse(stdout) as Loaded;
  };
  const figures: { own: Loaded; empty: Loaded }[] = [];
  for (let round = 0; round < rounds; round += 1)
    figures.push({ own: await loadOnce(own), empty: await loadOnce(empty) });
  return {
    own: medianOf(figures.map((figure) => figure.own)),
    empty: medianOf(figures.map((figure) => figure.empty)),
  };
};
