import { readdirSync, readFileSync } from 'node:fs';

const textOf = (file: string): string => {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    // The process has ended in the meantime.
    return '';
  }
};

/** The most memory that a process had resident so far, in bytes. Linux only; elsewhere 0. */
export const peakOf = (pid: number): number =>
  Number(/^VmHWM:\s+(\d+) kB/m.exec(textOf(`/proc/${pid}/status`))?.[1] ?? 0) * 1024;

/** Kernel ticks in a second, on every Linux that Node.js runs on. */
const ticksPerSecond = 100;

/** User and system time of a process so far, in seconds. */
export const cpuOf = (pid: number): number => {
  const fields = textOf(`/proc/${pid}/stat`).split(') ').at(-1)?.split(' ') ?? [];
  return (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) / ticksPerSecond;
};

/** The process and all that descend from it. */
const familyOf = (ancestor: number): Set<number> => {
  const parents = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(
      (pid) =>
        [
          Number(pid),
          Number(textOf(`/proc/${pid}/stat`).split(') ').at(-1)?.split(' ')[1]),
        ] as const,
    );
  const family = new Set([ancestor]);
  for (let before = 0; before < family.size;) {
    before = family.size;
    for (const [pid, parent] of parents) if (family.has(parent)) family.add(pid);
  }
  return family;
};

/** Watches a process and all that descend from it: their peaks are gone when they end. */
export const watchPeaks = (ancestor: number, everyMilliseconds = 20) => {
  const peaks = new Map<number, number>();
  const look = (): void => {
    for (const pid of familyOf(ancestor))
      peaks.set(pid, Math.max(peaks.get(pid) ?? 0, peakOf(pid)));
  };
  const timer = process.platform === 'linux' ? setInterval(look, everyMilliseconds) : undefined;
  return {
    /** Ends the watch. The peaks of all of them together, in bytes. */
    stop: (): number => {
      clearInterval(timer);
      return [...peaks.values()].reduce((sum, peak) => sum + peak, 0);
    },
  };
};
