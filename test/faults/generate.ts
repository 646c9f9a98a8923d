import { exportAsFormats } from '../../lambdas/contract/export-as.ts';
import type { DownloadBehaviour, SimulatedProvider } from '../../local/simulator/index.ts';
import { createDice, type Dice } from './dice.ts';
import {
  wrappings,
  type CaseFile,
  type CaseTrigger,
  type Fault,
  type FaultCase,
} from './fault-case.ts';
import {
  faultKinds,
  kindNames,
  linkKinds,
  shapeOf,
  triggerKinds,
  type Shape,
} from './kinds/index.ts';
import { planOf, type Plan } from './plan.ts';

/**
 * Files above the size of one part (8 MiB) take the multipart path; they cost a hundred times as
 * much to run.
 */
const shareOfLargeFiles = 0.02;

/** Where a fault of the multipart path is meant, it must be taken. */
const shareForMultipart = 0.6;

const formats: Readonly<Record<SimulatedProvider, readonly CaseFile['format'][]>> = {
  gamma: ['pdf', 'pptx', 'zip', 'png'],
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
  const isMultipart = faults.some(
    (fault) => fault.place === 's3' && /Part|Multipart/.test(fault.operation),
  );
  const shareOf = (index: number): number =>
    isMultipart && index === 0 ? shareForMultipart : shareOfLargeFiles;
  if (isBoth)
    return formats.alai.map((format, index) => ({
      ...fileOf(provider, shareOf(index), dice),
      format,
    }));
  return Array.from({ length: count }, (_, index) => fileOf(provider, shareOf(index), dice));
};

/** What the deck can be exported to: now and then not everything that is wanted. */
const exportFilesOf = ({ isExported }: Plan, dice: Dice): Pick<FaultCase, 'exportFiles'> => {
  if (!isExported) return {};
  const able = exportAsFormats.filter(() => dice.chance(0.95));
  return {
    exportFiles: able.map((format) => ({
      // Of a deck of one card, the picture itself.
      format: format === 'png' && dice.chance(0.6) ? 'zip' : format,
      bytes: dice.between(1, 60_000),
      fill: dice.between(1, 1_000_000),
    })),
  };
};

/**
 * How a run's faults are chosen: the kind that is its turn, alone or with others that can strike
 * beside it.
 */
const kindsOf = (turn: string, shapes: readonly Shape[], dice: Dice): string[] => {
  if (dice.chance(0.5)) return [turn];
  const able = kindNames.filter((kind) => shapes.includes(shapeOf(kind)));
  return [turn, ...Array.from({ length: dice.between(1, 5) }, () => dice.pick(able))];
};

/** What stands before the header of a PDF, up to a kilobyte. */
const beforeHeaders = [
  '\u00EF\u00BB\u00BF',
  '\r\n',
  'Content-Type: application/pdf\r\n\r\n',
  ' '.repeat(1000),
];

/** A PDF that has something before its header, where the provider makes PDFs. */
const withBefore = (provider: SimulatedProvider, file: CaseFile, before: string): CaseFile =>
  formats[provider].includes('pdf') && (provider === 'gamma' || file.format === 'pdf')
    ? { ...file, format: 'pdf', before }
    : file;

/** What hosts say before a file has arrived everywhere. */
const notYet: readonly DownloadBehaviour[] = [
  { status: 404 },
  { status: 403 },
  { status: 401 },
  { status: 202 },
  { status: 202, headers: { 'retry-after': '20' } },
  { empty: true },
];

/** Seconds that a file may be late for sure, and seconds that are too many. */
const lateSeconds = { sure: 150, tooMany: 4000 };

/** One of the files, own or exported, serves nothing at first. */
const withLateFiles = (made: FaultCase, isTooLate: boolean, dice: Dice): FaultCase => {
  const lateness = {
    lateSeconds: isTooLate ? lateSeconds.tooMany : dice.between(1, lateSeconds.sure),
    lateAs: dice.pick(notYet),
  };
  const which = dice.between(0, 9);
  const late = (files: readonly CaseFile[]): readonly CaseFile[] =>
    files.map((file, index) => (index === which % files.length ? { ...file, ...lateness } : file));
  return {
    ...made,
    files: late(made.files),
    ...(made.exportFiles === undefined ? {} : { exportFiles: late(made.exportFiles) }),
  };
};

const withLinks = (base: FaultCase, kinds: readonly string[], dice: Dice): FaultCase => {
  const [atOnce, within, wrongLength, slow, compressing, prefixed, late, tooLate, wraps] =
    linkKinds;
  const life = Array.from({ length: dice.between(1, 4) }, () => 0);
  const expiring = kinds.includes(within)
    ? { linkSeconds: [dice.between(1, 3)], bandwidth: 4000 }
    : {};
  const links = kinds.includes(atOnce) ? { linkSeconds: [...life, 3600] } : expiring;
  const cut: Fault = {
    kind: within,
    place: 'download',
    at: 0,
    times: 1,
    behaviour: { cutAfter: 20_000 },
  };
  const longer = dice.between(100, 2000);
  const bandwidth = kinds.includes(slow) ? { bandwidth: dice.pick([300, 2000, 20_000]) } : {};
  const before = dice.pick(beforeHeaders);
  const files = base.files
    .map((file) => (kinds.includes(prefixed) ? withBefore(base.provider, file, before) : file))
    .map((file) =>
      kinds.includes(wrongLength) ? { ...file, statedBytes: file.bytes + longer } : file,
    );
  const coding = kinds.includes(compressing)
    ? { coding: dice.pick(['gzip', 'deflate', 'br'] as const) }
    : {};
  const wrapping = kinds.includes(wraps) ? { wrapping: dice.pick(wrappings) } : {};
  const faults = kinds.includes(within) ? [...base.faults, cut] : base.faults;
  const troubles = linkKinds.filter((kind) => kinds.includes(kind));
  const made: FaultCase = {
    ...base,
    ...bandwidth,
    ...links,
    ...coding,
    ...wrapping,
    files,
    faults,
    troubles,
  };
  const isTooLate = kinds.includes(tooLate);
  return isTooLate || kinds.includes(late) ? withLateFiles(made, isTooLate, dice) : made;
};

/**
 * What S3 takes, it keeps: that it does not is tried where a file is looked at once. Where the
 * first file of a format fails and another one is asked for, what lies in the bucket is looked for
 * again by what this execution has noted beside it.
 */
const isRewritten = (fault: Fault): boolean => fault.place === 's3' && fault.how === 'corrupt';

/** Whether triggers of the same sort are there already. */
const hasOne = (wanted: string, kinds: readonly string[]): boolean =>
  triggerKinds.some(({ kind }) => kinds.includes(kind) && shapeOf(kind) === shapeOf(wanted));

const withProgress = (trigger: CaseTrigger): CaseTrigger => ({
  ...trigger,
  detail: { ...trigger.detail, progress: true },
});

/**
 * The case of a seed.
 *
 * @param seed any text
 * @param index the run's place: over as many runs as there are kinds, each kind has its turn
 */
export const generateCase = (seed: string, index: number): FaultCase => {
  const name = `${seed}/${index}`;
  const dice = createDice(name);
  const turn = kindNames[index % kindNames.length] ?? '';
  const plan = planOf(turn, dice);
  const { provider, script } = plan;
  const kinds = kindsOf(turn, plan.shapes, dice);
  const all = faultKinds.filter(({ kind }) => kinds.includes(kind)).map(({ make }) => make(dice));
  const faults = plan.isExported ? all.filter((fault) => !isRewritten(fault)) : all;
  const hasHeartbeat = faults.some(({ place }) => place === 'heartbeat');
  // Every third case, so that progress meets every kind of fault.
  const first = hasHeartbeat || index % 3 === 0 ? withProgress(plan.first) : plan.first;
  const triggers = triggerKinds
    .filter(({ kind }) => kinds.includes(kind) || (kind === plan.besides && !hasOne(kind, kinds)))
    .reduce(
      ([next, ...others], { make }): readonly CaseTrigger[] =>
        next === undefined ? [] : [...make(next, dice, plan), ...others],
      [first] as readonly CaseTrigger[],
    );
  const base: FaultCase = {
    name,
    provider,
    script,
    files: filesOf(provider, faults, dice),
    ...exportFilesOf(plan, dice),
    ...plan.links,
    bandwidth: dice.pick([20_000, 100_000, 10_000_000]),
    answerSeconds: dice.pick([0, 0.1, 0.4, 3, 9]),
    triggers,
    faults,
    troubles: [],
  };
  return withLinks(base, kinds, dice);
};
