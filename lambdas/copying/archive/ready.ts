import type { CopyInput, CopyProgress } from '../../contract/copy-state.ts';
import type { ReadyStatus } from './answer.ts';
import type { CopyOptions } from './copy-options.ts';
import type { FoundManifest } from './manifest.ts';
import type { StatusAsker } from './status-asker.ts';

/** A generation that is done, and what is there of it. */
export interface Ready {
  readonly input: CopyInput;
  readonly found: FoundManifest | undefined;
  /** The folder that is noted of it; see `home.ts`. */
  readonly noted: string | undefined;
  readonly progress: CopyProgress;
  readonly status: ReadyStatus;
  readonly asker: StatusAsker;
  readonly options: CopyOptions;
}
