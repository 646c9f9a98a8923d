import { randomBytes } from 'node:crypto';
import type { JsonObject } from '../../lambdas/contract/json.ts';
import type { SimulatedApi } from './api.ts';
import { serveFile, type LinkBook, type ServedFile } from './files.ts';
import type { Entry } from './generations.ts';
import type { ExportBehaviour } from './types.ts';

/** An export that was asked for. */
interface Export {
  readonly entry: Entry;
  readonly file: ServedFile | undefined;
  readonly exportAs: string;
  readonly doneAt: number;
  readonly behaviour: ExportBehaviour;
}

/** What each word of a request makes: pictures come in a ZIP, and the only one of a deck alone. */
const formats: ReadonlyMap<string, readonly ServedFile['format'][]> = new Map([
  ['pdf', ['pdf']],
  ['pptx', ['pptx']],
  ['png', ['zip', 'png']],
]);

/**
 * Exports of decks that are done, after Gamma, "POST /gammas/{gammaId}/export" and "GET
 * /exports/{id}".
 */
export const createExports = ({ links, now }: { links: LinkBook; now: () => number }) => {
  const all = new Map<string, Export>();

  return {
    /** The format that a request asks for, or `undefined` where it is none. */
    formatOf: ({ exportAs }: JsonObject): string | undefined =>
      typeof exportAs === 'string' && formats.has(exportAs) ? exportAs : undefined,
    begin: (entry: Entry, exportAs: string, behaviour: ExportBehaviour): JsonObject => {
      const exportId = randomBytes(8).toString('hex');
      const { exportFiles } = entry;
      const content = exportFiles.find(({ format }) => formats.get(exportAs)?.includes(format));
      const file = content === undefined ? undefined : serveFile(content, 0);
      all.set(exportId, {
        entry,
        file,
        exportAs,
        doneAt: now() + (behaviour.seconds ?? 0) * 1000,
        behaviour,
      });
      return { exportId };
    },
    find: (exportId: string): Entry | undefined => all.get(exportId)?.entry,
    status: (exportId: string, api: SimulatedApi): JsonObject => {
      const found = all.get(exportId);
      if (found === undefined) throw new Error(`there is no export ${exportId}`);
      const { entry, file, exportAs, doneAt, behaviour } = found;
      const { generationId, title } = entry.generation;
      const about = { exportId, exportAs, gammaId: generationId };
      if (now() < doneAt) return { ...about, status: 'pending' };
      if (behaviour.fails !== undefined)
        return { ...about, status: 'failed', error: { reason: behaviour.fails } };
      if (file === undefined)
        return { ...about, status: 'failed', error: { reason: 'no_content' } };
      const { url } = links.issue(api.linkPath, {
        file,
        generationId,
        title,
        lifeSeconds: api.linkSeconds,
      });
      return { ...about, status: 'completed', exportUrl: url };
    },
  };
};
