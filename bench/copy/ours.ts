import type { FileOutcome } from '../../lambdas/copying/archive/copy-file.ts';
import type { Bundles } from '../../test/support/function/bundles.ts';
import { copyEvent, startCopyFunction } from '../../test/support/function/copy-function.ts';
import type { Contender, Places } from './contender.ts';
import type { FileJob } from './file-function.ts';
import { startFunctionProcess } from './function-process.ts';

const version = `Node.js ${process.versions.node}`;

/** One file, as the rivals do it: from its link to the object, with every check. */
export const startOursForAFile = async (
  places: Places,
  options: { readonly ranged: boolean },
): Promise<Contender> => {
  const running = await startFunctionProcess(places, 'file', 'ours');
  return {
    name: options.ranged ? 'archiver, file in ranges' : 'archiver, file',
    version,
    keyOf: ({ id }) => `perceptis/${id}/presentation.pptx`,
    copy: async ({ id, url, bucket }) => {
      const job: FileJob = { event: copyEvent(id), url, bucket, ranged: options.ranged };
      const { answer, figures } = await running.invoke(job);
      const outcome = answer as FileOutcome;
      if (outcome.kind !== 'stored')
        throw new Error(`the copy ended with ${JSON.stringify(outcome)}`);
      return figures;
    },
    stop: async () => running.stop(),
  };
};

/**
 * The copy function as it is deployed, for a whole generation: it looks for a manifest, reads the
 * API key, asks the provider, copies, and writes the status document and the manifest.
 */
export const startOurs = async (
  { s3, host, bucket }: Places,
  bundles: Bundles,
  node?: string,
): Promise<Contender> => {
  const running = await startCopyFunction({
    bundles,
    s3,
    host,
    bucket,
    ...(node === undefined ? {} : { node }),
  });
  return {
    name: 'archiver, generation',
    version,
    keyOf: ({ id }) => `perceptis/${id}/presentation.pptx`,
    copy: async ({ id }) => {
      const { copy, ...figures } = await running.copy(copyEvent(id));
      const { detailType, detail } = copy.result ?? {};
      if (detailType !== 'Generation Archived')
        throw new Error(`the copy ended with ${detailType}: ${detail?.error?.message}`);
      return figures;
    },
    stop: async () => running.stop(),
  };
};
