import type { ProviderSettings } from '../../contract/environment.ts';
import type { ExportAs } from '../../contract/export-as.ts';
import type { FieldProblem } from '../../contract/results.ts';

/** A trigger as far as it wants exports. */
interface WantsExports {
  readonly provider: string;
  readonly exportAs?: readonly ExportAs[] | undefined;
}

/**
 * What is wrong with the formats that a trigger wants: their provider does not export to them on
 * request.
 */
export const formatProblems = (
  { provider, exportAs = [] }: WantsExports,
  { exportFormats = [] }: ProviderSettings,
): FieldProblem[] => {
  const unknown = exportAs.filter((format) => !exportFormats.includes(format));
  if (unknown.length === 0) return [];
  const possible =
    exportFormats.length === 0
      ? 'exports nothing on request'
      : `exports to ${exportFormats.join(', ')} only`;
  return [{ field: 'exportAs', message: `${provider} ${possible}; got ${unknown.join(', ')}` }];
};
