import type { CopyInput } from '../../contract/copy-state.ts';
import { fulfils, type ExportAs } from '../../contract/export-as.ts';
import type { ExportFormat } from '../../contract/results.ts';
import type { Manifest } from './manifest.ts';

/** The formats that the trigger asks for. */
export const wantedOf = ({ generation }: Pick<CopyInput, 'generation'>): readonly ExportAs[] =>
  generation.exportAs ?? [];

/** Whether files of these formats hold what a format of `exportAs` asks for. */
export const isThere = (format: ExportAs, formats: readonly ExportFormat[]): boolean =>
  formats.some((found) => fulfils(format, found));

/** Whether a manifest holds every wanted format. */
export const holdsWanted = (
  { artifacts }: Pick<Manifest, 'artifacts'>,
  wanted: readonly ExportAs[],
): boolean => {
  const formats = artifacts.map(({ format }) => format);
  return wanted.every((format) => isThere(format, formats));
};
