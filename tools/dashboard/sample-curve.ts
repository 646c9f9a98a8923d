import type { Series } from '../../lib/monitoring/dashboard-body.ts';

/** What is measured only when something is wrong: quiet, with one bad hour. */
const isTrouble = ({ about, label }: Series): boolean =>
  /Errors|Throttles|TransientFailures|UnknownStatuses|answers\d|starts\d|Failures|Rejected|Messages/.test(
    about,
  ) || /^(Partially|Failed|Timed|Not|Cancelled)/.test(label);

/** A number from 0 to 1 that looks like chance and is the same each time (FNV-1a, then a sine). */
const noise = (seed: string, step: number): number => {
  let hash = 2_166_136_261;
  for (const character of seed)
    hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 16_777_619);
  const value = Math.sin((hash >>> 0) * 0.001 + step * 12.9898) * 43_758.5453;
  return value - Math.floor(value);
};

/**
 * Values from 0 to 1 that have the shape of a day, invented: the picture of a dashboard shows where
 * curves are, not what they are.
 */
export const sampleCurve = (series: Series, points: number): number[] => {
  const seed = series.label + series.about;
  const level = 0.25 + 0.5 * noise(seed, 0);
  const badHour = Math.floor(points * (0.2 + 0.6 * noise(seed, 1)));
  return Array.from({ length: points }, (_, step) => {
    if (isTrouble(series))
      return Math.abs(step - badHour) < 2 && noise(seed, 2) > 0.6 ? level * noise(seed, step) : 0;
    const day = 0.55 + 0.45 * Math.sin((step / points) * 2 * Math.PI - 1.8);
    return level * day * (0.85 + 0.3 * noise(seed, step + 3));
  });
};
