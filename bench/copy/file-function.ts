/**
 * One file, from its link to the verified object: what the rivals do, with every check of the
 * archiver.
 */
import { systemClock } from '../../lambdas/adapters/clock.ts';
import { createOpenLink } from '../../lambdas/adapters/download.ts';
import { checkLink, isPublicAddress } from '../../lambdas/adapters/link-rules.ts';
import { createObjectStore } from '../../lambdas/adapters/objects.ts';
import { createS3Client } from '../../lambdas/adapters/s3-client.ts';
import type { CopyInput } from '../../lambdas/contract/copy-state.ts';
import { copyFile, type FileOutcome } from '../../lambdas/copying/archive/copy-file.ts';
import { defaultMaxBytes } from '../../lambdas/copying/archive/copy-options.ts';
import { rangedLink } from './ranged-link.ts';

const client = createS3Client();
const openLink = createOpenLink({ allowInsecureSources: true, isPublicAddress, checkLink });

/** What the bench sends. */
export interface FileJob {
  readonly event: CopyInput;
  readonly url: string;
  readonly bucket: string;
  readonly ranged: boolean;
}

/** Copies one file. */
export const handler = async ({ event, url, bucket, ranged }: FileJob): Promise<FileOutcome> =>
  copyFile(
    { id: '1', url, format: 'pptx' },
    {},
    {
      objects: createObjectStore({ client, bucket }),
      openLink: ranged ? rangedLink(openLink) : openLink,
      clock: systemClock,
      random: Math.random,
      keyPrefix: '',
      maxBytes: defaultMaxBytes,
      stopAt: Date.now() + 800_000,
      generation: event.generation,
      execution: event.execution,
      freshLink: async () => {
        throw new Error('no fresh link was expected');
      },
    },
  );
