/**
 * The world as the handlers see it. Each interface is implemented twice: in `lambdas/adapters` on
 * AWS, and in `local` for the embedded run. Tests pass their own.
 */
import type { JsonObject, JsonValue } from './json.ts';
import type { MetricName, Outcome } from './metrics.ts';
import type { ResultDetailType } from './results.ts';
import type { RequestInput } from './start-state.ts';
import type { ExecutionInput } from './state.ts';
import type { Tags } from './tags.ts';

/** Time. Milliseconds since 1970 (`now`), and a pause that ends early when `signal` is aborted. */
export interface Clock {
  now(): number;
  sleep(milliseconds: number): Promise<void>;
}

/** A number from 0 (included) to 1 (not included). */
export type Random = () => number;

/** A request to a provider's API. */
export interface ApiRequest {
  readonly url: string;
  /** Includes the API key: never logged. */
  readonly headers: Readonly<Record<string, string>>;
  /** What is posted, as JSON; a GET where absent. */
  readonly post?: JsonObject;
  /**
   * Where present, a long JSON answer is not held but skimmed: its text is then what lies near its
   * root (texts, numbers and flags within two levels), and reading ends as soon as this says so of
   * what was read so far.
   */
  readonly enough?: (beginning: JsonObject) => boolean;
}

/** A provider's answer, read but not yet understood. */
export interface ApiAnswer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /**
   * The body's text, at most {@link maxAnswerBytes}; `undefined` where it was longer or broke off.
   */
  readonly text: string | undefined;
}

/** Largest body of a status answer: a finished Chronicle deck comes inside it. */
export const maxAnswerBytes = 10 * 1024 * 1024;

/**
 * What came of a request: an answer with any HTTP status, or none (`reason` is for people and holds
 * no link or key). `unsent`: there was no connection to send it over, so that a POST has certainly
 * done nothing.
 */
export type AskOutcome =
  | { readonly reached: true; readonly answer: ApiAnswer }
  | { readonly reached: false; readonly reason: string; readonly unsent?: true };

/**
 * Sends one request, once, with a limit on its total time, and follows no redirect. Never throws
 * for what the network does.
 */
export type AskApi = (request: ApiRequest) => Promise<AskOutcome>;

/** Reads API keys. */
export interface ApiKeys {
  /**
   * The API key of a credential, or why there is none (the message holds the command that stores
   * it).
   *
   * @param fresh read past any cache: the provider has just refused the cached key
   * @throws when the secret service itself cannot answer
   */
  read(
    provider: string,
    credential: string,
    fresh: boolean,
  ): Promise<{ found: true; apiKey: string } | { found: false; message: string }>;
}

/** Sends events to the archiver's bus. */
export interface EventBus {
  /** @throws when the bus did not take the event. */
  put(detailType: ResultDetailType, detail: object): Promise<void>;
}

/** An execution as `describe` tells of it. */
export interface ExecutionFound {
  readonly running: boolean;
  readonly input: string;
  /** Name of the error with which it failed or was stopped; absent where there is none. */
  readonly error?: string;
  /** What was told beside the error, for people. */
  readonly cause?: string;
  /** When it ended, milliseconds since 1970; absent where that is not told. */
  readonly endedAt?: number;
}

/** How far an execution got. */
export interface LastState {
  /** Its state data, as JSON. */
  readonly data: string;
  /** A task may have been under way, whose work the data does not tell. */
  readonly inTask: boolean;
}

/**
 * How an execution ends without success (Step Functions API Reference, "DescribeExecution").
 */
export const endStatuses = ['ABORTED', 'TIMED_OUT', 'FAILED'] as const;

/** One of {@link endStatuses}. */
export type EndStatus = (typeof endStatuses)[number];

/** An execution that has ended, as a list tells of it. */
export interface EndedExecution {
  /** ARN of the execution. */
  readonly execution: string;
  readonly name: string;
  /** Milliseconds since 1970. */
  readonly endedAt: number;
}

/** Finds executions of the state machine that have ended without success. */
export interface EndedExecutions {
  /**
   * Those of a status that have begun after a time, in milliseconds since 1970; the newest first.
   * Eventually consistent.
   *
   * @throws where there are more than can be read in one go
   */
  list(status: EndStatus, begunAfter: number): AsyncIterable<EndedExecution>;
}

/** Starts and stops executions of the state machine. */
export interface Executions {
  /**
   * Starts one under a name that is used once; `exists` where the name is taken by another or an
   * ended execution.
   */
  start(name: string, input: ExecutionInput | RequestInput): Promise<'started' | 'exists'>;
  /** The execution of that name, or `undefined` where there is none (any more). */
  describe(name: string): Promise<ExecutionFound | undefined>;
  /** Stops one that runs. @throws where it does not run, or cannot be stopped now */
  stop(name: string, why: { readonly error: string; readonly cause: string }): Promise<void>;
  /** How far an execution got; `undefined` where its history does not tell. */
  lastState(name: string): Promise<LastState | undefined>;
  /**
   * Name of the state that an execution entered last; `undefined` where its history does not tell.
   * Absent where executions end with what they announce, so that no caller meets one that has
   * announced its result.
   */
  stateOf?(name: string): Promise<string | undefined>;
}

/** What came of a claim: it is ours, or it was made before, with this note. */
export type ClaimOutcome =
  | { readonly kind: 'ours' }
  | { readonly kind: 'held'; readonly note: string };

/**
 * Notes that are made once, and that every invocation sees alike from then on. They are kept for a
 * week at least.
 */
export interface Claims {
  /**
   * Notes something under a name, unless something is noted there.
   *
   * @param name segments that are safe in an S3 key, with `/` between them
   * @throws where it cannot be told whether the claim is ours
   */
  take(name: string, note: string): Promise<ClaimOutcome>;
  /** The last segments of the names in a folder. @throws where they cannot be told */
  list(folder: string): Promise<readonly string[]>;
}

/** What S3 knows of a stored object. */
export interface ObjectHead {
  readonly bytes: number;
  readonly etag: string;
  /** Base64 CRC-32 of the whole object, where S3 has one. */
  readonly crc32: string | undefined;
  readonly contentType: string | undefined;
  /** What {@link ObjectDescription.metadata} said; absent where the store keeps none. */
  readonly metadata?: Readonly<Record<string, string>>;
}

/** How an object is stored. */
export interface ObjectDescription {
  readonly contentType: string;
  readonly contentDisposition?: string;
  /**
   * Notes that are stored beside the bytes: names in lower case, values in ASCII, 2 kB in all. A
   * store may drop them.
   */
  readonly metadata?: Readonly<Record<string, string>>;
  /** S3 object tags. A store may drop them. */
  readonly tags?: Tags;
}

/**
 * The condition of a write: only where nothing is stored under the key (`absent`), or only over the
 * very object that was seen (`etag`). A write that meets another state of affairs answers
 * `conflict` and stores nothing.
 */
export type WriteCondition = { readonly absent: true } | { readonly etag: string };

/**
 * What came of a conditional write.
 *
 * - `stored`: `crc32` is that of the whole object, as the store says it has it; absent where it does
 *   not say.
 * - `conflict`: another object is there than the condition says. What was sent may be sent again under
 *   another condition.
 * - `sendAgain`: another write to the key was under way at the same moment, or the upload is gone.
 *   Nothing is stored, and the parts of an upload cannot be put together any more.
 */
export type WriteOutcome =
  | { readonly kind: 'stored'; readonly etag: string; readonly crc32?: string }
  | { readonly kind: 'conflict' }
  | { readonly kind: 'sendAgain' };

/** One part of a multipart upload. */
export interface UploadedPart {
  readonly partNumber: number;
  readonly etag: string;
  readonly crc32: string;
  readonly bytes: number;
}

/**
 * The bucket. Every method throws `StorageFailed` (an `ArchiverError`) once the store does not
 * answer after retries. CRC-32 values are base64 of the big-endian number, S3's own spelling; the
 * store refuses bytes that do not match.
 */
export interface ObjectStore {
  readonly bucket: string;
  head(key: string): Promise<ObjectHead | undefined>;
  /** A whole small object (a manifest). */
  read(key: string): Promise<{ body: Buffer; etag: string } | undefined>;
  /** The object's bytes as a stream, to hash what is stored. */
  readStream(key: string): Promise<AsyncIterable<Uint8Array>>;
  put(
    key: string,
    body: Buffer,
    crc32: string,
    description: ObjectDescription,
    condition: WriteCondition,
  ): Promise<WriteOutcome>;
  createUpload(key: string, description: ObjectDescription): Promise<string>;
  uploadPart(
    key: string,
    uploadId: string,
    partNumber: number,
    body: Buffer,
    crc32: string,
  ): Promise<UploadedPart>;
  /** The parts stored so far, in order; `undefined` where the upload is gone. */
  listParts(key: string, uploadId: string): Promise<readonly UploadedPart[] | undefined>;
  completeUpload(
    key: string,
    uploadId: string,
    parts: readonly UploadedPart[],
    whole: { bytes: number; crc32: string },
    condition: WriteCondition,
  ): Promise<WriteOutcome>;
  /** Never throws: what cannot be aborted is cleared by the bucket's lifecycle rule. */
  abortUpload(key: string, uploadId: string): Promise<void>;
}

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

/**
 * One line of the structured log. Fields hold no key and no link, and are not called `message`,
 * `level` or `timestamp`.
 */
export type Log = (
  level: 'info' | 'warn' | 'error',
  message: string,
  fields: Readonly<Record<string, JsonValue>>,
) => void;

/** Values by metric; of a list, each is a value of its own. */
export type Measured = Readonly<Partial<Record<MetricName, number | readonly number[]>>>;

/**
 * Writes measurements, all under the same dimensions. Each call is a line of the log, so that
 * values that go together come in one.
 */
export type Measure = (
  values: Measured,
  by?: { readonly provider?: string; readonly outcome?: Outcome },
) => void;
