import type { Copy, CopyProgress, StoredArtifact } from '../../contract/copy-state.ts';
import { fileFormatOf, fulfils, type ExportAs } from '../../contract/export-as.ts';
import type { LinkedFile } from '../../polling/status.ts';
import { awaitExports } from './await-exports.ts';
import { conclude, storeStatus } from './conclude.ts';
import { copyFile } from './copy-file.ts';
import { copyFiles, type FilesCopied } from './copy-files.ts';
import { defaultMaxBytes } from './copy-options.ts';
import { withAsked } from './export-start.ts';
import { createFileLinks } from './file-links.ts';
import { nextStep, type ArchiveView } from './next-step.ts';
import { formatOf, offeredFiles, type FilePlace, type OfferedFile } from './offered-files.ts';
import { paused } from './paused.ts';
import type { Ready } from './ready.ts';
import { storedEarlier } from './stored-earlier.ts';
import { wantedOf } from './wanted-formats.ts';

/**
 * How long after its deadline a generation may still be downloading, in milliseconds: well within
 * the machine's own limit.
 */
const graceMilliseconds = 6 * 3_600_000;

/** Has the machine invoke the copy again, after a while where there is nothing to do before. */
const later = (progress: CopyProgress, now: number, milliseconds?: number): Copy =>
  milliseconds === undefined
    ? { next: 'more', progress }
    : { next: 'more', ...paused(progress, now, milliseconds) };

const lookup = (ready: Ready, place: FilePlace): Promise<StoredArtifact | undefined> =>
  storedEarlier(place, {
    input: ready.input,
    found: ready.found,
    isPartial: ready.status.partial,
    objects: ready.options.objects,
    keyPrefix: ready.options.keyPrefix,
  });

/** Whether a file has a wanted format, as far as its format is known. */
const isMadeAs = (file: OfferedFile, wanted: ExportAs): boolean => {
  const format = formatOf(file);
  return format !== undefined && fulfils(wanted, format);
};

/** The provider's own files, but for those in whose place an export was asked for. */
const ownFiles = (
  exports: readonly LinkedFile[],
  { stored, asked = [] }: CopyProgress,
): readonly OfferedFile[] =>
  offeredFiles(exports).files.filter(
    (file) => Object.hasOwn(stored, file.id) || !asked.some((wanted) => isMadeAs(file, wanted)),
  );

const copyAll = async (
  ready: Ready,
  files: readonly OfferedFile[],
  progress: CopyProgress,
): Promise<FilesCopied> => {
  const { input, status, asker, options } = ready;
  const { objects, maxBytes = defaultMaxBytes } = options;
  const { generation, execution } = input;
  const links = createFileLinks(files, asker, (exports) => ownFiles(exports, progress));
  const { open } = progress;
  if (open !== undefined && !files.some(({ id }) => id === open.file))
    await objects.abortUpload(open.key, open.uploadId);
  return copyFiles({
    ...options,
    giveUpAt: Date.parse(generation.deadline) + graceMilliseconds,
    files,
    progress,
    storedEarlier: async (file) => lookup(ready, file),
    copy: async (file, before) =>
      copyFile(links.newest(file), before, {
        ...options,
        maxBytes,
        generation,
        execution,
        title: status.title,
        freshLink: async (fileId) => links.fresh(fileId),
      }),
  });
};

/** The view after a wanted format was looked for in the bucket. */
const afterLooking = (
  view: ArchiveView,
  format: ExportAs,
  found: StoredArtifact | undefined,
): ArchiveView => ({ ...view, earlier: new Map([...view.earlier, [format, found]]) });

/** The view after a wanted format was given up; its own file, which has expired, goes with it. */
const afterGivingUp = (
  view: ArchiveView,
  {
    format,
    problem,
  }: { readonly format: ExportAs; readonly problem?: ArchiveView['progress']['failed'][string] },
): ArchiveView => {
  const givenUp = new Set([...view.givenUp, format]);
  if (problem === undefined) return { ...view, givenUp };
  const { progress } = view;
  const file = fileFormatOf[format];
  return {
    ...view,
    givenUp,
    files: view.files.filter((offered) => !isMadeAs(offered, format)),
    progress: { ...progress, failed: { ...progress.failed, [file]: problem } },
  };
};

/** Everything that is not there yet: looked for, asked for, given up, until nothing is left. */
const settle = async (ready: Ready, begin: ArchiveView, refused: number): Promise<Copy> => {
  const { asker, options } = ready;
  const { clock } = options;
  let view = begin;
  for (;;) {
    const step = nextStep({ ...view, now: clock.now() });
    switch (step.kind) {
      case 'look': {
        const file = fileFormatOf[step.format];
        const found = await lookup(ready, { id: file, format: file });
        view = afterLooking(view, step.format, found);
        break;
      }
      case 'giveUp':
        view = afterGivingUp(view, step);
        break;
      case 'wait':
        return later(view.progress, clock.now(), step.milliseconds);
      case 'ask': {
        // A bucket that takes no document takes no export either: nothing is paid for it then.
        await storeStatus(ready);
        await asker.settle();
        const { deckId, format } = step;
        return {
          next: 'export',
          progress: withAsked(view.progress, format),
          export: { deckId, format },
        };
      }
      case 'conclude':
        return conclude(ready, view, refused);
    }
  }
};

/**
 * Copies the files of a generation that is done, and concludes once every file is stored or has
 * failed for good. Where the trigger wants formats that no file has, it has the machine ask for one
 * after the other.
 */
export const archiveReady = async (ready: Ready): Promise<Copy> => {
  const { input, status, asker, options } = ready;
  const { clock, stopAt } = options;
  const deadline = Date.parse(input.generation.deadline);
  const exports = await awaitExports(ready.progress, { asker, clock, deadline, stopAt });
  if (exports.waitMilliseconds !== undefined)
    return later(exports.progress, clock.now(), exports.waitMilliseconds);

  const { open: _, lateSince: __, ...kept } = exports.progress;
  const files = [...ownFiles(status.exports, exports.progress), ...exports.files];
  const copied = await copyAll(ready, files, exports.progress);
  const progress: CopyProgress = { ...kept, ...copied.progress };
  if (!copied.isDone) return later(progress, clock.now(), copied.waitMilliseconds);

  return settle(
    ready,
    {
      wanted: wantedOf(input),
      files,
      progress,
      earlier: new Map(),
      givenUp: new Set(),
      deckId: status.deckId,
      now: clock.now(),
      deadline,
    },
    offeredFiles(status.exports).refused,
  );
};
