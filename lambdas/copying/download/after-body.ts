import type { BodyEnd } from './download-body.ts';
import { complete, failed, unproven } from './download-steps.ts';
import type { DownloadStep } from './download-steps.ts';
import type { FileInfo, Position } from './download-verdict.ts';

/** What follows once the body of a connection has come to its end. `reason`s name the host, never the link. */
export type AfterBody =
  /** The last step of the download. */
  | { readonly kind: 'over'; readonly step: DownloadStep }
  /** Not one byte came, in good order. */
  | { readonly kind: 'empty' }
  /**
   * The server sends no more than a part at a time: the next one is asked for. `mayBeWhole`: nothing
   * tells whether it was the last of the file.
   */
  | {
      readonly kind: 'part';
      readonly reason: string;
      readonly at: Position;
      readonly mayBeWhole: boolean;
    }
  /** It broke off: the rest is asked for, or all of it where nothing that came can be trusted. */
  | {
      readonly kind: 'broke';
      readonly reason: string;
      readonly at: Position;
      readonly startsOver: boolean;
    };

const over = (step: DownloadStep): AfterBody => ({ kind: 'over', step });

/**
 * Judges how the body of one connection ended. Pure.
 *
 * @param before.brokeAt where a transfer broke off last: some hosts never send the chunk that ends
 *   theirs, so that the file itself is asked where one breaks off there again
 * @param before.looksWhole whether what came ends as a whole file does
 */
export const judgeBody = (
  { offset, fault }: BodyEnd,
  info: FileInfo,
  before: {
    readonly brokeAt?: number | undefined;
    readonly looksWhole?: (() => boolean) | undefined;
  } = {},
): AfterBody => {
  const { brokeAt, looksWhole } = before;
  const hasTotal = info.totalBytes !== undefined;
  const at = { ...info, offset };
  const reason = `${info.host} sends no more than a part of the file at a time`;
  if (fault === undefined) {
    if (offset === 0) return { kind: 'empty' };
    if (hasTotal || info.partEnd === undefined) return over(complete);
    if (info.validator === undefined) return over(unproven);
    return { kind: 'part', reason, at, mayBeWhole: true };
  }
  if (fault.kind === 'tooLarge') return over(failed('ExportTooLarge', fault.reason));
  if (info.partEnd === offset) return { kind: 'part', reason, at, mayBeWhole: false };
  if (!hasTotal && brokeAt === offset && looksWhole?.() === true) return over(unproven);
  const startsOver = fault.kind === 'tooLong';
  return { kind: 'broke', reason: fault.reason, at: startsOver ? { offset: 0 } : at, startsOver };
};
