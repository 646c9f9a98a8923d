import type { DownloadBehaviour, FileOptions } from '../../../local/simulator/index.ts';
import type { CaseFile, FaultCase } from '../fault-case.ts';
import { contentOf } from './files.ts';

/** The files of a case, as the simulator takes them. */
export interface HostFiles {
  readonly own: readonly FileOptions[];
  /** What the deck is exported to on request. */
  readonly onRequest: readonly FileOptions[];
  /** What the next request for a file meets. */
  next(behaviour: DownloadBehaviour): void;
}

/** A file that takes the place of another one of the same format. */
export const anotherOf = ({ format, content }: Pick<FileOptions, 'format' | 'content'>): Buffer => {
  const known = (['pdf', 'pptx', 'zip', 'png'] as const).find((name) => name === format);
  if (known === undefined) throw new Error(`no case has a file of the format ${format}`);
  return contentOf({ format: known, bytes: content.byteLength, fill: content.at(-100) ?? 0 });
};

/** See {@link HostFiles}. */
export const createHostFiles = ({ files, exportFiles = [] }: FaultCase): HostFiles => {
  let current: DownloadBehaviour = {};
  // Whatever the place in the list: which request meets what is for the book of faults.
  const downloads = new Proxy<DownloadBehaviour[]>([], { get: () => current });
  const served = (file: CaseFile): FileOptions => ({
    format: file.format,
    content: contentOf(file),
    downloads,
    ...(file.statedBytes === undefined ? {} : { statedBytes: file.statedBytes }),
    ...(file.lateSeconds === undefined ? {} : { lateSeconds: file.lateSeconds }),
    ...(file.lateAs === undefined ? {} : { lateAs: file.lateAs }),
  });
  return {
    own: files.map(served),
    onRequest: exportFiles.map(served),
    next: (behaviour) => {
      current = behaviour;
    },
  };
};
