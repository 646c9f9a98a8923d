import type { Bundles } from '../../test/support/function/bundles.ts';
import { largeDeck, type LargeDeck } from '../../test/support/large-deck.ts';
import type { Target } from '../shared/targets.ts';
import type { Places } from './contender.ts';
import { startOurs } from './ours.ts';
import { copyOnce, type Track } from './race.ts';

const megabyte = 1_000_000;

/** Most that the function may have resident, in bytes. */
const mostResident = 200 * megabyte;

/** Most by which the large file may need more than the small one, in bytes. */
const mostGrowth = 20 * megabyte;

/** Peaks of fresh processes, each with one copy. */
export interface Peaks {
  readonly node: string;
  readonly small: number;
  readonly large: number;
}

const text = (bytes: number): string => `${(bytes / megabyte).toFixed(0)} MB`;

/**
 * Measures the deployed function on one Node.js: the peak of a fresh process for a file of 200 MB,
 * and of another for 2 GB.
 */
export const measurePeaks = async (
  places: Places,
  track: Track,
  bundles: Bundles,
  node: { name: string; program?: string },
): Promise<Peaks> => {
  const peakOf = async (deck: LargeDeck): Promise<number> => {
    const fresh = await startOurs(places, bundles, node.program);
    const { peakBytes } = await copyOnce(track, fresh, deck);
    await fresh.stop();
    return peakBytes;
  };
  return {
    node: node.name,
    small: await peakOf(largeDeck(200 * megabyte)),
    large: await peakOf(largeDeck(2000 * megabyte)),
  };
};

/** What the peaks had to be. */
export const memoryTargets = ({ node, small, large }: Peaks): Target[] => [
  {
    name: `peak memory, 2 GB, ${node}`,
    target: `below ${text(mostResident)}`,
    measured: text(large),
    met: large < mostResident,
  },
  {
    name: `growth from 200 MB to 2 GB, ${node}`,
    target: `below ${text(mostGrowth)}`,
    measured: text(large - small),
    met: large - small < mostGrowth,
  },
];
