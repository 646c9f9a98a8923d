import type { Fault } from '../fault-case.ts';

type Place = Fault['place'];

type At<P extends Place> = Extract<Fault, { place: P }>;

/** Hands out the faults of a run, and counts which of them struck. */
export interface FaultBook {
  /** Counts a request of that place, and answers the fault that it meets. */
  meet<P extends Place>(
    place: P,
    isMeant?: (fault: At<P>) => boolean,
    counter?: string,
  ): At<P> | undefined;
  readonly all: readonly Fault[];
  /** A fault struck. */
  struck(kind: string): void;
  readonly strikes: ReadonlyMap<string, number>;
}

/** See {@link FaultBook}. */
export const createFaultBook = (faults: readonly Fault[]): FaultBook => {
  const counts = new Map<string, number>();
  const strikes = new Map<string, number>();
  const struck = (kind: string): void => void strikes.set(kind, (strikes.get(kind) ?? 0) + 1);
  return {
    all: faults,
    struck,
    strikes,
    meet: <P extends Place>(
      place: P,
      isMeant: (fault: At<P>) => boolean = () => true,
      counter = '',
    ) => {
      const name = `${place} ${counter}`;
      const count = counts.get(name) ?? 0;
      counts.set(name, count + 1);
      const met = faults.find(
        (fault): fault is At<P> =>
          fault.place === place &&
          count >= fault.at &&
          count < fault.at + fault.times &&
          isMeant(fault as At<P>),
      );
      if (met !== undefined) struck(met.kind);
      return met;
    },
  };
};
