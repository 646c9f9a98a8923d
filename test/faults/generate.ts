import { simulatedProviders, type SimulatedProvider, type Step } from '../../local/simulator/index.ts';
import { createDice, type Dice } from './dice.ts';
import { generationId, startOfCase, type CaseFile, type CaseTrigger, type Fault, type FaultCase } from './fault-case.ts';
import { faultKinds, kindNames, linkKinds, triggerKinds } from './kinds/index.ts';


/** Files above the size of one part (8 MiB) take the multipart path; they cost a hundred times as much to run. */
const shareOfLargeFiles = 0.02;

/** Where a fault of the multipart path is meant, it must be taken. */
const shareForMultipart = 0.6;

const formats: Readonly<Record<SimulatedProvider, readonly CaseFile['format'][]>> = {
  gamma: ['pdf', 'pptx', 'zip'],
  chronicle: ['pdf'],
  duomi: ['pptx'],
  perceptis: ['pptx'],
  alai: ['pdf', 'pptx'],
  slidespeak: ['pptx'],
};

const fileOf = (provider: SimulatedProvider, share: number, dice: Dice): CaseFile => ({
  format: dice.pick(formats[provider]),
  bytes: dice.chance(share) ? dice.between(8_000_000, 20_000_000) : dice.between(1, 60_000),
  fill: dice.between(1, 1_000_000),
});

const filesOf = (provider: SimulatedProvider, faults: readonly Fault[], dice: Dice): CaseFile[] => {
  if (provider === 'chronicle') return [];
  const count = provider === 'perceptis' ? dice.between(1, 4) : 1;
  // One deck in several formats: each of them once.
  const isBoth = provider === 'alai' && dice.chance(0.6);
  const isMultipart = faults.some((fault) => fault.place === 's3' && /Part|Multipart/.test(fault.operation));
  const shareOf = (index: number): number => (isMultipart && index === 0 ? shareForMultipart : shareOfLargeFiles);
  if (isBoth) return formats.alai.map((format, index) => ({ ...fileOf(provider, shareOf(index), dice), format }));
  return Array.from({ length: count }, (_, index) => fileOf(provider, shareOf(index), dice));
};

const endOf = (provider: SimulatedProvider, dice: Dice): Step => {
  const chosen = dice.next();
  if (chosen < 0.06) return { says: 'failed', message: 'the outline could not be understood' };
  if (chosen < 0.1) return { says: 'working', progress: 0.9 };
  return provider === 'duomi' && chosen < 0.2 ? { says: 'partial' } : { says: 'completed' };
};

const question: Step = { says: 'question', question: 'Which quarter is it about?', seconds: 60 };

const scriptOf = (provider: SimulatedProvider, dice: Dice): Step[] => {
  const seconds = dice.pick([0, 1, 3, 20, 60, 120, 300, 1500]) * (0.5 + dice.next());
  const work = Array.from({ length: dice.between(1, 4) }, (_, step): Step => ({ says: 'working', progress: step / 4, seconds: seconds / 4 }));
  const asks = provider === 'chronicle' && dice.chance(0.2);
  return [...work, ...(asks ? [question] : []), endOf(provider, dice)];
};

const firstTrigger = (provider: SimulatedProvider, dice: Dice): CaseTrigger => {
  const at = dice.pick([0, 0, 0, 5, 90]);
  return {
    at,
    id: 'event',
    time: new Date(startOfCase + at * 1000).toISOString(),
    detail: {
      provider,
      generationId,
      ...(dice.chance(0.6) ? { timeoutMinutes: dice.pick([1, 5, 30, 60, 90]) } : {}),
      ...(dice.chance(0.2) ? { expectedSeconds: dice.between(1, 400) } : {}),
      metadata: { customer: '42' },
    },
  };
};

/** How a run's faults are chosen: the kind that is its turn, alone or with others. */
const kindsOf = (index: number, dice: Dice): string[] => {
  const turn = kindNames[index % kindNames.length] ?? '';
  const others = dice.chance(0.5) ? [] : Array.from({ length: dice.between(1, 5) }, () => dice.pick(kindNames));
  return [turn, ...others];
};

const withLinks = (base: FaultCase, kinds: readonly string[], dice: Dice): FaultCase => {
  const [atOnce, within, wrongLength, slow] = linkKinds;
  const life = Array.from({ length: dice.between(1, 4) }, () => 0);
  const expiring = kinds.includes(within) ? { linkSeconds: [dice.between(1, 3)], bandwidth: 4000 } : {};
  const links = kinds.includes(atOnce) ? { linkSeconds: [...life, 3600] } : expiring;
  const cut: Fault = { kind: within, place: 'download', at: 0, times: 1, behaviour: { cutAfter: 20_000 } };
  const longer = dice.between(100, 2000);
  const bandwidth = kinds.includes(slow) ? { bandwidth: dice.pick([300, 2000, 20_000]) } : {};
  const files = base.files.map((file) => (kinds.includes(wrongLength) ? { ...file, statedBytes: file.bytes + longer } : file));
  const faults = kinds.includes(within) ? [...base.faults, cut] : base.faults;
  const troubles = linkKinds.filter((kind) => kinds.includes(kind));
  return { ...base, ...bandwidth, ...links, files, faults, troubles };
};

/**
 * The case of a seed.
 *
 * @param seed any text
 * @param index the run's place: over as many runs as there are kinds, each kind has its turn
 */
export const generateCase = (seed: string, index: number): FaultCase => {
  const name = `${seed}/${index}`;
  const dice = createDice(name);
  const provider = dice.pick(simulatedProviders);
  const kinds = kindsOf(index, dice);
  const faults = faultKinds.filter(({ kind }) => kinds.includes(kind)).map(({ make }) => make(dice));
  const triggers = triggerKinds
    .filter(({ kind }) => kinds.includes(kind))
    .reduce(
      ([first, ...others], { make }): readonly CaseTrigger[] => (first === undefined ? [] : [...make(first, dice), ...others]),
      [firstTrigger(provider, dice)] as readonly CaseTrigger[],
    );
  const base: FaultCase = {
    name,
    provider,
    script: scriptOf(provider, dice),
    files: filesOf(provider, faults, dice),
    bandwidth: dice.pick([20_000, 100_000, 10_000_000]),
    answerSeconds: dice.pick([0, 0.1, 0.4, 3, 9]),
    checkWindowSeconds: dice.pick([0, 120, 780]),
    triggers,
    faults,
    troubles: [],
  };
  return withLinks(base, kinds, dice);
};
