import type { Problem } from '../../contract/error-codes.ts';
import type { OpenDownload } from '../../contract/ports.ts';

/** How far a download is. */
export interface Position {
  /** Bytes that are safely here. */
  readonly offset: number;
  /**
   * A strong validator of the file that they belong to; without one, a broken download starts over.
   */
  readonly validator?: string | undefined;
  /** Length of the whole file, where the server told. */
  readonly totalBytes?: number | undefined;
}

/** What the head of an answer tells of the file. */
export interface FileInfo extends Omit<Position, 'offset'> {
  /** Host that served it, after redirects. */
  readonly host: string;
  readonly contentType?: string | undefined;
  /** A compression that we did not ask for; absent where the bytes are the file's own. */
  readonly contentEncoding?: string | undefined;
  /**
   * Whether the transfer's own framing shows its end (a length, or chunks with a last one). A
   * transfer that ends with the connection looks the same whole and cut, and so does a part of a
   * file whose length is not told.
   */
  readonly hasEndMark: boolean;
  /** The byte behind the part that the answer is, where it is one: it need not be the file's end. */
  readonly partEnd?: number;
}

/** What to do with an answer. `reason`s are for people and name the host, never the link. */
export type DownloadVerdict =
  /** Read the body: it starts at byte `from` of the file. */
  | {
      readonly kind: 'body';
      readonly from: number;
      readonly info: FileInfo;
      readonly download: OpenDownload;
    }
  /** The server says that the file has no further bytes. */
  | { readonly kind: 'whole'; readonly host: string }
  /** Try again from the first byte: what is here belongs to another version of the file. */
  | {
      readonly kind: 'startOver';
      readonly reason: string;
      /** The server says that no byte follows, and not how many there are. */
      readonly hasNoMore?: true;
    }
  /** The link serves no file: it is past its time, or the file has not arrived everywhere yet. */
  | {
      readonly kind: 'noFile';
      readonly problem: Problem;
      readonly retryAfterSeconds?: number | undefined;
    }
  /** Trouble that passes. */
  | {
      readonly kind: 'retry';
      readonly reason: string;
      readonly retryAfterSeconds?: number | undefined;
    }
  | { readonly kind: 'fail'; readonly problem: Problem };
