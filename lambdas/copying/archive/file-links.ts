import type { LinkedFile } from '../../polling/status.ts';
import type { LinkOutcome } from '../download/download-steps.ts';
import type { Answer } from './answer.ts';
import type { OfferedFile } from './offered-files.ts';
import type { StatusAsker } from './status-asker.ts';

/** @param isLater the provider may have a better answer later */
const linkOf = (answer: Answer, file: OfferedFile | undefined, isLater: boolean): LinkOutcome => {
  switch (answer.kind) {
    case 'ready':
      if (file !== undefined) return { kind: 'link', link: file.url };
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
    case 'notReady': {
      const passes = isLater || (answer.kind === 'notReady' && answer.trouble !== undefined);
      return { kind: 'none', problem: answer.problem, ...(passes ? { passes } : {}) };
    }
  }
};

/** The links of a generation's files, as the provider gave them last. */
export interface FileLinks {
  /** The file with its newest link: one that was asked for because of another file serves this one, too. */
  newest(file: OfferedFile): OfferedFile;
  /** Asks for a new link to the file of this id. */
  fresh(fileId: string): Promise<LinkOutcome>;
}

/**
 * See {@link FileLinks}.
 *
 * @param offered what of an answer the files are
 */
export const createFileLinks = (
  files: readonly OfferedFile[],
  asker: StatusAsker,
  offered: (exports: readonly LinkedFile[]) => readonly OfferedFile[],
): FileLinks => {
  let current = files;
  const find = (fileId: string): OfferedFile | undefined => current.find(({ id }) => id === fileId);
  return {
    newest: (file) => find(file.id) ?? file,
    fresh: async (fileId) => {
      const linkId = find(fileId)?.linkId;
      // The status is not needed, and may be gone before the file is: SlideSpeak's task ids are
      // temporary.
      if (linkId !== undefined) return asker.askLink(linkId);
      const answer = await asker.ask();
      if (answer.kind === 'ready') {
        const others = current.filter((file) => file.linkId !== undefined);
        current = [...offered(answer.status.exports), ...others];
      }
      return linkOf(answer, find(fileId), asker.later() !== undefined);
    },
  };
};
