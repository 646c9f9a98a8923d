import type { Clock, Log, ObjectStore, OpenLink, Random } from '../../contract/ports.ts';
import type { RequestPace } from '../../polling/request-pace.ts';
import type { AskLink, AskProvider } from '../../providers/asking/ask.ts';

/** What copying needs of the world. */
export interface CopyOptions {
  readonly objects: ObjectStore;
  readonly ask: AskProvider;
  readonly askLink: AskLink;
  readonly openLink: OpenLink;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** First part of every key: empty, or ending in `/`. */
  readonly keyPrefix: string;
  /** How each provider wants to be asked; where absent, once a second about a generation. */
  readonly paceOf?: (provider: string) => RequestPace | undefined;
  /** Largest file, in bytes; default {@link defaultMaxBytes}. */
  readonly maxBytes?: number;
  /** When this invocation must be brought to an end, in milliseconds of the clock. */
  readonly stopAt: number;
}

/** 5 GiB: a hundred times the largest deck known, and a bound on what a wrong link can cost. */
export const defaultMaxBytes = 5 * 1024 ** 3;
