import type { FaultCase } from './fault-case.ts';

const withoutOne = <T>(list: readonly T[], least: number): readonly (readonly T[])[] =>
  list.length <= least ? [] : list.map((_, index) => list.filter((__, place) => place !== index));

/**
 * Every case that is a little simpler, the greatest steps first: faults, then events, then what the
 * provider does.
 */
const simpler = (faultCase: FaultCase): FaultCase[] => {
  const { faults, triggers, script, files } = faultCase;
  return [
    ...withoutOne(faults, 0).map((fewer) => ({ ...faultCase, faults: fewer })),
    ...withoutOne(triggers, 1).map((fewer) => ({ ...faultCase, triggers: fewer })),
    ...withoutOne(script, 1).map((fewer) => ({ ...faultCase, script: fewer })),
    ...withoutOne(files, 1).map((fewer) => ({ ...faultCase, files: fewer })),
    ...faults.flatMap((fault, index) =>
      fault.times > 1
        ? [
            {
              ...faultCase,
              faults: faults.with(index, { ...fault, times: Math.floor(fault.times / 2) }),
            },
          ]
        : [],
    ),
    ...files.flatMap((file, index) =>
      file.bytes > 1000
        ? [{ ...faultCase, files: files.with(index, { ...file, bytes: 1000 }) }]
        : [],
    ),
    ...(faultCase.answerSeconds > 0 ? [{ ...faultCase, answerSeconds: 0 }] : []),
    ...(faultCase.troubles.length > 0 ? [{ ...faultCase, troubles: [] }] : []),
  ];
};

/**
 * The simplest case that still fails, as far as single steps lead to it.
 *
 * @param fails runs a case
 */
export const shrink = async (
  faultCase: FaultCase,
  fails: (faultCase: FaultCase) => Promise<boolean>,
): Promise<FaultCase> => {
  let smallest = faultCase;
  for (let isSmaller = true; isSmaller;) {
    isSmaller = false;
    for (const candidate of simpler(smallest)) {
      if (!(await fails(candidate))) continue;
      smallest = candidate;
      isSmaller = true;
      break;
    }
  }
  return smallest;
};
