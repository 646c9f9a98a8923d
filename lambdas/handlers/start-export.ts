import { exportInputSchema } from '../contract/copy-state.ts';
import type { ErrorCode } from '../contract/error-codes.ts';
import { uncertainExport, type ExportAs, type ExportStart } from '../contract/export-as.ts';
import type { Generation } from '../contract/generation.ts';
import type { Log } from '../contract/ports.ts';
import { createFreshKey, isKeyRefused } from '../providers/asking/fresh-key.ts';
import type { PostToProvider } from '../providers/asking/post.ts';
import type { PostReport } from '../providers/post-outcome.ts';
import type { ExportEndpoint, Provider } from '../providers/provider.ts';
import type { Registry } from '../providers/registry.ts';
import { logAbout, loggingErrors } from './generation-log.ts';

/** The world of the function that starts exports. */
export interface StartExportOptions {
  readonly registry: Pick<Registry, 'providerNamed'>;
  readonly post: PostToProvider;
  readonly log: Log;
}

const failed = (code: ErrorCode, message: string): ExportStart => ({
  kind: 'failed',
  code,
  message,
});

const startOf = (
  { outcome, retryAfterSeconds }: PostReport,
  format: ExportAs,
  { readStarted }: Pick<ExportEndpoint, 'readStarted'>,
): ExportStart => {
  switch (outcome.kind) {
    case 'accepted': {
      const exportId = readStarted(outcome.answer.body);
      return exportId === undefined
        ? uncertainExport(format, 'the answer holds no usable id')
        : { kind: 'started', exportId };
    }
    case 'refused':
      return failed(outcome.code, outcome.message);
    case 'throttled':
    case 'unreached':
      return {
        kind: 'notNow',
        message: outcome.message,
        ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
      };
    case 'uncertain':
      return uncertainExport(format, outcome.message);
  }
};

/**
 * Asks a provider, once, to export a deck that is done: the copy function says which format. The
 * state machine repeats this only where it certainly did not run, as an export may cost credits.
 */
export const createStartExport = ({ registry, post, ...options }: StartExportOptions) => {
  const send = async (
    provider: Provider,
    generation: Generation,
    format: ExportAs,
    deckId: string,
  ): Promise<ExportStart> => {
    const { exporting } = provider;
    if (exporting === undefined)
      return failed('ExportMissing', `${provider.title} exports nothing on request`);
    const report = await createFreshKey().send(
      async (fresh) =>
        post({
          provider,
          credential: generation.credential,
          fresh,
          request: (base) => exporting.request({ ...base, deckId, format }),
          errors: exporting.errors,
        }),
      ({ outcome }) => isKeyRefused(outcome),
    );
    return startOf(report, format, exporting);
  };

  return async (input: unknown): Promise<ExportStart> => {
    const { generation, execution, copy } = exportInputSchema.parse(input);
    const { provider, generationId } = generation;
    const log = logAbout(options.log, { provider, generationId, execution });
    const { format, deckId } = copy.export;
    const outcome = await loggingErrors(log, () =>
      send(registry.providerNamed(provider), generation, format, deckId),
    );
    log(outcome.kind === 'started' ? 'info' : 'warn', 'export asked for', {
      format,
      outcome: outcome.kind,
    });
    return outcome;
  };
};
