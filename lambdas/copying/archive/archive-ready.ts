import type { Problem } from '../../contract/error-codes.ts';
import { fileFormatOf, type ExportAs } from '../../contract/export-as.ts';
import { manifestKey } from '../../contract/keys.ts';
import type { Copy, CopyInput, CopyProgress, StoredArtifact } from '../../contract/state.ts';
import type { LinkedFile } from '../../polling/status.ts';
import type { LinkOutcome } from '../download/download-steps.ts';
import { contentTypes } from '../formats.ts';
import { storeDocument } from '../upload/document.ts';
import { fileNameOf } from '../upload/file-name.ts';
import { copyFile } from './copy-file.ts';
import { copyFiles } from './copy-files.ts';
import { defaultMaxBytes, type CopyOptions } from './copy-options.ts';
import { refusedFiles, slotsOf, type Slot } from './export-slots.ts';
import { keptFile } from './kept-file.ts';
import { writeManifest, type Failure, type FoundManifest, type Manifest } from './manifest.ts';
import { announced, notArchived, problemOf } from './outcome.ts';
import type { Answer, ReadyStatus, StatusAsker } from './status-asker.ts';
import {
  awaitExports,
  nextWanted,
  ownSlots,
  settleStart,
  wantedOf,
  withAsked,
} from './wanted-exports.ts';

/**
 * How long after its deadline a generation may still be downloading, in milliseconds: well within
 * the machine's own limit.
 */
const graceMilliseconds = 6 * 3_600_000;

/** A generation that is done, and what is there of it. */
export interface Ready {
  readonly input: CopyInput;
  readonly found: FoundManifest | undefined;
  readonly progress: CopyProgress;
  readonly status: ReadyStatus;
  readonly asker: StatusAsker;
  readonly options: CopyOptions;
}

const linkOf = (answer: Answer, slot: Slot | undefined): LinkOutcome => {
  switch (answer.kind) {
    case 'ready':
      if (slot !== undefined) return { kind: 'link', link: slot.file.url };
      return {
        kind: 'none',
        problem: {
          code: 'ExportLinkExpired',
          message: 'the provider does not offer this file any more',
        },
      };
    case 'failed':
      return {
        kind: 'none',
        problem: { code: 'GenerationFailed', message: answer.status.message },
      };
    case 'refused':
    case 'notReady':
      return { kind: 'none', problem: answer.problem };
  }
};

type OwnFiles = (files: readonly LinkedFile[]) => ReturnType<typeof slotsOf>;

/** The provider's own files; where several formats of one deck are wanted, each by its format. */
const ownFiles = (wanted: readonly ExportAs[]): OwnFiles =>
  wanted.length === 0 ? slotsOf : (files) => ({ slots: ownSlots(files), refused: 0 });

/**
 * Links by slot, as the provider gave them last: one that was refreshed for one file serves the
 * next files, too.
 */
const createLinks = (slots: readonly Slot[], asker: StatusAsker, own: OwnFiles) => {
  let current = slots;
  return {
    of: (slot: Slot): Slot => current.find(({ id }) => id === slot.id) ?? slot,
    fresh: async (slotId: string): Promise<LinkOutcome> => {
      const linkId = current.find(({ id }) => id === slotId)?.file.linkId;
      // The status is not needed, and may be gone before the file is: SlideSpeak's task ids are
      // temporary.
      if (linkId !== undefined) return asker.askLink(linkId);
      const answer = await asker.ask();
      if (answer.kind === 'ready') current = own(answer.status.exports).slots;
      return linkOf(
        answer,
        current.find(({ id }) => id === slotId),
      );
    },
  };
};

const failuresOf = (
  slots: readonly Slot[],
  refused: number,
  { failed }: CopyProgress,
): readonly Failure[] => [
  ...slots.flatMap(({ id, variant }): Failure[] => {
    const problem = failed[id];
    return problem === undefined
      ? []
      : [{ file: id, ...(variant === undefined ? {} : { variant }), ...problem }];
  }),
  ...(refused > 0 ? [{ file: 'others', ...refusedFiles(refused) }] : []),
];

const timingOf = ({ input, status }: Ready): Manifest['timing'] => {
  const { detectedAt } = input.poll.memory;
  const { completedAt } = status;
  return {
    requestedAt: input.generation.requestedAt,
    ...(detectedAt === undefined ? {} : { detectedAt }),
    ...(completedAt === undefined ? {} : { completedAt }),
  };
};

/**
 * Stores the status document, then the manifest, and announces. A provider without exports has the
 * document as its artifact.
 */
const conclude = async (
  ready: Ready,
  files: readonly StoredArtifact[],
  failures: readonly Failure[],
): Promise<Copy> => {
  const { input, found, status, asker, options } = ready;
  const { objects, clock, keyPrefix } = options;
  const { provider, generationId, credential, metadata } = input.generation;
  const fileName = fileNameOf({ provider, generationId, title: status.title });
  const document = await storeDocument(objects, keyPrefix, input.generation, {
    document: status.document,
    fileName,
  });
  const key = manifestKey(keyPrefix, input.generation);
  const ours: Manifest = {
    version: '1',
    provider,
    generationId,
    credential,
    metadata,
    outcome: status.partial || failures.length > 0 ? 'partial' : 'archived',
    providerPartial: status.partial,
    generation: status.details,
    artifacts:
      files.length > 0
        ? [...files]
        : [{ ...document, format: 'json', contentType: contentTypes.json }],
    document,
    failures: [...failures],
    timing: timingOf(ready),
    archivedAt: new Date(clock.now()).toISOString(),
  };
  const manifest = await writeManifest(objects, key, ours, found);
  return announced(manifest, key, { input, asks: asker.asks(), now: clock.now() });
};

/**
 * Has the machine ask for an export; after a pause where the provider has just refused one for the
 * moment.
 */
const askFor = async (
  format: ExportAs,
  {
    ready,
    progress,
    pauseMilliseconds,
  }: { ready: Ready; progress: CopyProgress; pauseMilliseconds: number },
): Promise<Copy> => {
  const { input, status, options } = ready;
  const { clock, stopAt } = options;
  const left = Date.parse(input.generation.deadline) - clock.now();
  const fail = async (problem: Problem): Promise<Copy> => {
    const asked = withAsked(progress, format);
    const failed = { ...asked.failed, [fileFormatOf[format]]: problem };
    const { export: _, started: __, ...copy } = input.copy;
    return archiveReady({ ...ready, input: { ...input, copy }, progress: { ...asked, failed } });
  };
  if (status.deckId === undefined) {
    return fail({
      code: 'ExportMissing',
      message: `there is no file of the format ${format}, and the provider tells no id to export the deck by`,
    });
  }
  if (left <= pauseMilliseconds) {
    return fail({
      code: 'DeadlineExceeded',
      message: `the export to ${format} could not be asked for before the deadline`,
    });
  }
  await clock.sleep(Math.min(pauseMilliseconds, Math.max(stopAt - clock.now(), 0)));
  return {
    next: 'export',
    progress: withAsked(progress, format),
    export: { deckId: status.deckId, format },
  };
};

/** Wanted formats that failed without ever having had a link. */
const unmade = (
  wanted: readonly ExportAs[],
  slots: readonly Slot[],
  { failed }: CopyProgress,
): readonly Failure[] =>
  wanted.flatMap((format): Failure[] => {
    const file = fileFormatOf[format];
    const problem = slots.some(({ id }) => id === file) ? undefined : failed[file];
    return problem === undefined ? [] : [{ file, ...problem }];
  });

/**
 * Copies the files of a generation that is done, and concludes once every file is stored or has
 * failed for good. Where the trigger wants formats that no file has, it has the machine ask for one
 * after the other.
 */
export const archiveReady = async (ready: Ready): Promise<Copy> => {
  const { input, status, asker, options } = ready;
  const { objects, clock, stopAt, maxBytes = defaultMaxBytes } = options;
  const { generation } = input;
  const wanted = wantedOf(input);
  const deadline = Date.parse(generation.deadline);
  const settled = settleStart(input, ready.progress, clock.now());
  const awaited = await awaitExports(settled.progress, { asker, clock, deadline, stopAt });
  if (awaited.isWaiting) return { next: 'more', progress: awaited.progress };

  const { progress } = awaited;
  const own = ownFiles(wanted);
  const slots = [
    ...own(status.exports).slots.filter(({ id }) => awaited.slots.every((slot) => slot.id !== id)),
    ...awaited.slots,
  ];
  const { refused } = own(status.exports);
  const links = createLinks(slots, asker, own);
  const { open } = progress;
  if (open !== undefined && !slots.some(({ id }) => id === open.file))
    await objects.abortUpload(open.key, open.uploadId);
  const kept = async (slot: Slot) =>
    keptFile(slot, {
      input,
      found: ready.found,
      isPartial: status.partial,
      objects,
      keyPrefix: options.keyPrefix,
    });

  const copied = await copyFiles({
    ...options,
    giveUpAt: deadline + graceMilliseconds,
    slots,
    progress,
    kept,
    copy: async (slot, upload) =>
      copyFile(links.of(slot), upload, {
        ...options,
        maxBytes,
        generation,
        execution: input.execution,
        title: status.title,
        freshLink: links.fresh,
      }),
  });
  const after: CopyProgress = { ...progress, ...copied.progress };
  if (!copied.isDone) return { next: 'more', progress: after };

  const files = slots.flatMap(({ id }) => after.stored[id] ?? []);
  const failures = [...failuresOf(slots, refused, after), ...unmade(wanted, slots, after)];
  for (;;) {
    const format = nextWanted(
      wanted,
      files.map((file) => file.format),
      after,
    );
    if (format === undefined) break;
    const earlier = await kept({
      id: fileFormatOf[format],
      file: { format: fileFormatOf[format], url: '' },
    });
    if (earlier === undefined)
      return askFor(format, {
        ready,
        progress: after,
        pauseMilliseconds: settled.pauseMilliseconds,
      });
    files.push(earlier);
  }
  const problem = problemOf(failures, slots.length + (refused > 0 ? 1 : 0));
  if (files.length === 0 && problem !== undefined) {
    const detailType =
      problem.code === 'DeadlineExceeded' ? 'Generation Timed Out' : 'Generation Not Archived';
    return notArchived(
      problem,
      { input, asks: asker.asks(), now: clock.now() },
      { detailType, details: status.details },
    );
  }
  return conclude(ready, files, failures);
};
