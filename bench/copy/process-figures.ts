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
export const peakOf = (pid: number): number => Number(/^VmHWM:\s+(\d+) kB/m.exec(textOf(`/proc/${pid}/status`))?.[1] ?? 0) * 1024;

/** Kernel ticks in a second, on every Linux that Node.js runs on. */
const ticksPerSecond = 100;

/** User and system time of a process so far, in seconds. */
export const cpuOf = (pid: number): number => {
  const fields = textOf(`/proc/${pid}/stat`).split(') ').at(-1)?.split(' ') ?? [];
  return (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) / ticksPerSecond;
};

const membersOf = (group: number): number[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => Number(textOf(`/proc/${pid}/stat`).split(') ').at(-1)?.split(' ')[2]) === group);

/** Watches the processes of a group, whose peaks are gone when they end. */
export const watchPeaks = (group: number, everyMilliseconds = 20) => {
  const peaks = new Map<number, number>();
  const look = (): void => {
    for (const pid of membersOf(group)) peaks.set(pid, Math.max(peaks.get(pid) ?? 0, peakOf(pid)));
  };
  const timer = process.platform === 'linux' ? setInterval(look, everyMilliseconds) : undefined;
  return {
    /** Ends the watch. The peaks of all members together, in bytes. */
    stop: (): number => {
      clearInterval(timer);
      return [...peaks.values()].reduce((sum, peak) => sum + peak, 0);
    },
  };
};
