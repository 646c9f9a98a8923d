/** A download to open. */
export interface DownloadRequest {
  readonly url: string;
  /** Go on from this byte, provided the file is still the one that `validator` names. */
  readonly resume?: { readonly offset: number; readonly validator: string };
  /**
   * Milliseconds until the answer's head must be here, over all redirects together; no limit but
   * that of each hop where absent.
   */
  readonly withinMilliseconds?: number;
}

/** An open download: its head has been read, its body is still to come. */
export interface OpenDownload {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** Host that finally answered, after redirects. */
  readonly host: string;
  /**
   * A chunk holds its bytes until the next one is asked for: what is kept must be copied. Throws
   * where the connection breaks or stalls.
   */
  readonly body: AsyncIterable<Uint8Array>;
  /** Ends the connection without reading on. */
  close(): void;
}

/**
 * What came of opening a download. `blocked`: the link rules forbid it. Messages name the host,
 * never the link.
 */
export type DownloadOutcome =
  | { readonly kind: 'open'; readonly download: OpenDownload }
  | { readonly kind: 'blocked'; readonly reason: string }
  | { readonly kind: 'unreachable'; readonly reason: string };

/** Opens downloads: no API key ever travels with them. */
export type OpenLink = (request: DownloadRequest) => Promise<DownloadOutcome>;
