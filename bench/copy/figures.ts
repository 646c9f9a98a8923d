/** What one copy cost. */
export interface Figures {
  readonly milliseconds: number;
  /** User and system time of everything that took part on this side. */
  readonly cpuSeconds: number;
  /** The most memory that was resident at a time, of all processes together. */
  readonly peakBytes: number;
}

/** The middle value; of an even number, the lower of the two in the middle. */
export const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) / 2)] ?? Number.NaN;

/**
 * Each figure's own median; the peak is the highest, as memory that was once needed must be there.
 */
export const medianFigures = (all: readonly Figures[]): Figures => ({
  milliseconds: median(all.map(({ milliseconds }) => milliseconds)),
  cpuSeconds: median(all.map(({ cpuSeconds }) => cpuSeconds)),
  peakBytes: Math.max(...all.map(({ peakBytes }) => peakBytes)),
});
