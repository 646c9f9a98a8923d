import type { Problem } from '../../contract/error-codes.ts';
import type { Generation } from '../../contract/generation.ts';
import type { GenerationStatus, LinkedFile, LinkStatus } from '../../polling/status.ts';

/** A status that says "done", with a link to every file. */
export interface ReadyStatus extends Omit<Extract<GenerationStatus, { kind: 'ready' }>, 'exports'> {
  readonly exports: readonly LinkedFile[];
}

/** Trouble of a provider, which passes. */
type Trouble = 'throttled' | 'unavailable';

/** What asking again before copying came to. */
export type Answer =
  | { readonly kind: 'ready'; readonly status: ReadyStatus }
  | { readonly kind: 'failed'; readonly status: Extract<GenerationStatus, { kind: 'failed' }> }
  /** `what` was refused: the status itself, or the link of a file that the status names. */
  | { readonly kind: 'refused'; readonly what: 'status' | 'link'; readonly problem: Problem }
  /**
   * Not done (any more), or no usable answer. `problem` is the outcome where there is no time to
   * check again.
   */
  | {
      readonly kind: 'notReady';
      readonly problem: Problem;
      /** The provider is in trouble, not the generation. */
      readonly trouble?: Trouble;
    };

/** Which trouble a status is, if any. */
export const troubleOf = ({ kind }: GenerationStatus | LinkStatus): Trouble | undefined =>
  kind === 'throttled' || kind === 'unavailable' ? kind : undefined;

type NoLink = Exclude<LinkStatus, { kind: 'link' }>;

/** Why there is no link to a file. */
export const problemOf = (status: NoLink): Problem => {
  switch (status.kind) {
    case 'noLink':
    case 'notFound':
      return {
        code: 'ExportMissing',
        message: `the generation is done, but there is no link to its file: ${status.message}`,
      };
    case 'refused':
    case 'unavailable':
      return { code: status.code, message: status.message };
    case 'throttled':
      return { code: 'ProviderUnavailable', message: status.message };
  }
};

/** What a status is worth whose file has no link. */
export const withoutLink = (status: NoLink): Answer => {
  if (status.kind === 'refused')
    return { kind: 'refused', what: 'link', problem: problemOf(status) };
  const trouble = troubleOf(status);
  return {
    kind: 'notReady',
    problem: problemOf(status),
    ...(trouble === undefined ? {} : { trouble }),
  };
};

const notReady = (
  code: Problem['code'],
  message: string,
): Extract<Answer, { kind: 'notReady' }> => ({
  kind: 'notReady',
  problem: { code, message },
});

/** What a status is worth that is not "done". */
export const answerOf = (status: Exclude<GenerationStatus, { kind: 'ready' }>): Answer => {
  switch (status.kind) {
    case 'failed':
      return { kind: 'failed', status };
    case 'refused':
      return {
        kind: 'refused',
        what: 'status',
        problem: { code: status.code, message: status.message },
      };
    case 'exportPending':
      return notReady(
        'ExportMissing',
        `the generation is done, but there is no file: ${status.remedy}`,
      );
    case 'notFound':
      return notReady('GenerationNotFound', status.message);
    case 'pending':
    case 'awaitingInput':
      return notReady(
        'UnexpectedResponse',
        `the provider said that it was done, but now says "${status.said}"`,
      );
    case 'throttled':
      return { ...notReady('ProviderUnavailable', status.message), trouble: 'throttled' };
    case 'unavailable':
      return { ...notReady(status.code, status.message), trouble: 'unavailable' };
  }
};

/** A deck without a file is as good as done where it can be exported on request. */
export const exportable = (
  status: GenerationStatus,
  { exportAs }: Generation,
): GenerationStatus => {
  if (status.kind !== 'exportPending' || status.deck === undefined || exportAs === undefined)
    return status;
  const { said, details, deck } = status;
  return {
    kind: 'ready',
    said,
    partial: false,
    exports: [],
    document: deck.document,
    details,
    deckId: deck.id,
  };
};
