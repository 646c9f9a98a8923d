import type { Figures } from './figures.ts';

/** One copy to make: the file behind a link into a bucket. */
export interface Job {
  /** The generation's id, which is used once. */
  readonly id: string;
  readonly url: string;
  readonly bucket: string;
}

/** A way to copy that is measured. */
export interface Contender {
  readonly name: string;
  readonly version: string;
  /** Copies, and tells what it cost. @throws where it does not get there */
  copy(job: Job): Promise<Figures>;
  /** Key under which the copy of a job lies. */
  keyOf(job: Job): string;
  stop(): Promise<void>;
}

/** What every contender must know. */
export interface Places {
  /** Address of the S3 server. */
  readonly s3: string;
  /** Address of the deck host. */
  readonly host: string;
  readonly bucket: string;
  /** Folder with the bundles. */
  readonly folder: string;
}
