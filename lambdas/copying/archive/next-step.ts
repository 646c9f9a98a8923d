import type { CopyProgress, StoredArtifact } from '../../contract/copy-state.ts';
import type { Problem } from '../../contract/error-codes.ts';
import { fulfils, type ExportAs } from '../../contract/export-as.ts';
import { ownField } from '../../contract/own-field.ts';
import { formatOf, type OfferedFile } from './offered-files.ts';
import { isThere } from './wanted-formats.ts';

/** What a step depends on, once every offered file is stored or has failed for good. */
export interface ArchiveView {
  readonly wanted: readonly ExportAs[];
  /** What the provider offers, exports on request included. */
  readonly files: readonly OfferedFile[];
  readonly progress: CopyProgress;
  /** Wanted formats that were looked for in the bucket, and what was found. */
  readonly earlier: ReadonlyMap<ExportAs, StoredArtifact | undefined>;
  /** Wanted formats that are not to be had. */
  readonly givenUp: ReadonlySet<ExportAs>;
  /** The provider's id of the deck; without it, nothing can be exported on request. */
  readonly deckId: string | undefined;
  /** Milliseconds of the clock. */
  readonly now: number;
  readonly deadline: number;
}

/** What follows. */
export type NextStep =
  /** Look whether an earlier execution has stored this format. */
  | { readonly kind: 'look'; readonly format: ExportAs }
  /** This format is not to be had. `problem` is absent where a file of its own has failed already. */
  | { readonly kind: 'giveUp'; readonly format: ExportAs; readonly problem?: Problem }
  | { readonly kind: 'wait'; readonly milliseconds: number }
  /** Ask the provider to export the deck, which may cost credits. */
  | { readonly kind: 'ask'; readonly format: ExportAs; readonly deckId: string }
  /** Nothing is left to be had. */
  | { readonly kind: 'conclude' };

/** Everything that is stored, each once. */
export const storedArtifacts = ({
  files,
  progress,
  earlier,
}: Pick<ArchiveView, 'files' | 'progress' | 'earlier'>): readonly StoredArtifact[] => {
  const all = [...files.map(({ id }) => ownField(progress.stored, id)), ...earlier.values()].filter(
    (artifact) => artifact !== undefined,
  );
  return [...new Map(all.map((artifact) => [artifact.key, artifact])).values()];
};

/** A file of the provider that failed, and the format that it has, where that is known. */
const failedFiles = ({ files, progress }: Pick<ArchiveView, 'files' | 'progress'>) =>
  files.flatMap((file) => {
    const problem = ownField(progress.failed, file.id);
    return problem === undefined ? [] : [{ problem, format: formatOf(file) }];
  });

/**
 * Whether a format is offered though it could not be saved: an export is paid for where the provider
 * has no file of that format, or its link has expired, and for no other trouble.
 */
const isOffered = (format: ExportAs, view: ArchiveView): boolean =>
  failedFiles(view).some(
    (failed) =>
      failed.problem.code !== 'ExportLinkExpired' &&
      (failed.format === undefined || fulfils(format, failed.format)),
  );

/** The bucket's trouble with another file: what is exported now could not be stored either. */
const storageTrouble = (view: ArchiveView): Problem | undefined =>
  failedFiles(view).find(({ problem }) => problem.code === 'StorageFailed')?.problem;

const notBefore = ({ askNotBefore }: CopyProgress): number =>
  askNotBefore === undefined ? -Infinity : Date.parse(askNotBefore);

const stepTo = (format: ExportAs, view: ArchiveView): NextStep => {
  const { progress, deckId, now, deadline, earlier } = view;
  if (!earlier.has(format)) return { kind: 'look', format };
  if (isOffered(format, view)) return { kind: 'giveUp', format };
  const giveUp = (problem: Problem): NextStep => ({ kind: 'giveUp', format, problem });
  const trouble = storageTrouble(view);
  if (trouble !== undefined) {
    const message = `no export to ${format} was asked for, as it could not be stored either: ${trouble.message}`;
    return giveUp({ code: trouble.code, message });
  }
  if (deckId === undefined) {
    const message = `there is no file of the format ${format}, and the provider tells no id to export the deck by`;
    return giveUp({ code: 'ExportMissing', message });
  }
  const pause = Math.max(notBefore(progress) - now, 0);
  if (now + pause >= deadline) {
    const message = `the export to ${format} could not be asked for before the deadline`;
    return giveUp({ code: 'DeadlineExceeded', message });
  }
  return pause > 0 ? { kind: 'wait', milliseconds: pause } : { kind: 'ask', format, deckId };
};

/**
 * What a copy does next. Each format that the trigger wants and that no stored file has is looked
 * for, asked for once, or given up.
 */
export const nextStep = (view: ArchiveView): NextStep => {
  const { wanted, progress, givenUp } = view;
  const formats = storedArtifacts(view).map(({ format }) => format);
  const asked = progress.asked ?? [];
  const missing = wanted.find(
    (format) => !isThere(format, formats) && !asked.includes(format) && !givenUp.has(format),
  );
  return missing === undefined ? { kind: 'conclude' } : stepTo(missing, view);
};
