import type { Problem } from '../../contract/error-codes.ts';
import type { LinkedFile } from '../../polling/status.ts';

/** One file of a generation, recognised across answers of the provider by its id. */
export interface Slot {
  /**
   * The variant; the format where that tells files apart; `1` for an only file. Names the file in
   * the progress of a copy.
   */
  readonly id: string;
  /** Absent for an only file, and for the only one of its format. */
  readonly variant?: string;
  readonly file: LinkedFile;
}

/**
 * Files that are archived of one generation: keeps the result event far below Step Functions' 256 KiB.
 */
export const maxSlots = 100;

/** A variant becomes part of a key and of a JSON object's name. */
const usableVariant = /^(?!__proto__$)[A-Za-z0-9._-]{1,64}$/;

const variantOf = ({ variant }: LinkedFile, index: number): string =>
  variant !== undefined && usableVariant.test(variant) ? variant : String(index + 1);

/** One deck in several formats, as opposed to several decks: the formats tell the files apart. */
const formatSlots = (files: readonly LinkedFile[]): readonly Slot[] | undefined => {
  const slots = files.flatMap((file) =>
    file.variant === undefined && file.format !== undefined ? [{ id: file.format, file }] : [],
  );
  const isOneDeck =
    slots.length === files.length && new Set(slots.map(({ id }) => id)).size === files.length;
  return isOneDeck ? slots : undefined;
};

/**
 * The files of an answer, each with an id of its own; those beyond {@link maxSlots} are counted
 * only.
 */
export const slotsOf = (
  files: readonly LinkedFile[],
): { readonly slots: readonly Slot[]; readonly refused: number } => {
  const [only] = files;
  if (only !== undefined && files.length === 1) {
    const named = only.variant === undefined ? {} : { variant: variantOf(only, 0) };
    return { slots: [{ id: named.variant ?? '1', ...named, file: only }], refused: 0 };
  }
  const oneDeck = formatSlots(files);
  if (oneDeck !== undefined) return { slots: oneDeck, refused: 0 };
  const taken = new Set<string>();
  const slots = files.slice(0, maxSlots).map((file, index): Slot => {
    const wanted = variantOf(file, index);
    let id = wanted;
    for (let copy = 2; taken.has(id); copy += 1) id = `${wanted}-${copy}`;
    taken.add(id);
    return { id, variant: id, file };
  });
  return { slots, refused: Math.max(files.length - maxSlots, 0) };
};

/** What stands for the files beyond {@link maxSlots} among the failures. */
export const refusedFiles = (refused: number): Problem => ({
  code: 'ExportInvalid',
  message: `the provider offers ${maxSlots + refused} files, and at most ${maxSlots} are archived; ${refused} were left out`,
});
