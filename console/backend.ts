import type { JsonObject } from '../lambdas/contract/json.ts';
import type { Outcome } from '../lambdas/contract/metrics.ts';
import type { Artifact, FieldProblem, ObjectLocation } from '../lambdas/contract/results.ts';
import type { TriggerDetailType } from '../lambdas/contract/triggers.ts';

/** What names a generation for a person: the provider's id, or the `requestId` it began with. */
export interface Name {
  readonly provider: string;
  readonly id: string;
}

/**
 * How a generation stands. `Ended`: it ended without success, and no details were read that say
 * how.
 */
export type Standing = Outcome | 'Running' | 'Ended';

/** One generation, as far as one execution tells. Times are milliseconds since 1970. */
export interface Seen {
  /** ARN of the execution. */
  readonly execution: string;
  readonly provider: string;
  /** The provider's id; absent until the provider has accepted what was requested. */
  readonly generationId?: string | undefined;
  /** Of a generation that began with a request. */
  readonly requestId?: string | undefined;
  /** A request that ended without an id: it may have reached the provider all the same. */
  readonly mayExist?: true | undefined;
  /** Only the execution's name was read, which holds this beginning of the id and no more. */
  readonly idBeginning?: string | undefined;
  readonly standing: Standing;
  readonly startedAt: number;
  readonly endedAt?: number | undefined;
  readonly error?: { readonly code: string; readonly message: string } | undefined;
  readonly artifacts?: readonly Artifact[] | undefined;
  readonly manifest?: ObjectLocation | undefined;
  readonly checks?: number | undefined;
  /** What was asked for; absent where only the name was read. */
  readonly trigger?: Asked | undefined;
}

/** What the execution's input tells of its trigger. */
export interface Asked {
  readonly credential: string;
  readonly metadata: JsonObject;
  /** When the trigger event was sent. */
  readonly requestedAt: number;
  /** When following ends. */
  readonly deadline: number;
  /** The trigger event's own id. */
  readonly eventId: string;
  readonly exportAs?: readonly string[] | undefined;
  readonly folder?: string | undefined;
  readonly tags?: Readonly<Record<string, string>> | undefined;
  readonly progress?: true | undefined;
  /** The create request, of a generation that the archiver was to start. Confidential. */
  readonly request?: JsonObject | undefined;
}

/** What a generation that is under way says. */
export interface Progress {
  /** The provider's own word, where it has one. */
  readonly says: string;
  /** 0 to 1, where the provider tells. */
  readonly progress?: number | undefined;
  readonly checks?: number | undefined;
  /** The id that the provider gave since the execution began. */
  readonly generationId?: string | undefined;
}

/** Which generations are listed: newest first. */
export interface ListQuery {
  readonly which: 'all' | 'running' | 'failed' | 'archived';
  readonly provider?: string | undefined;
  /** Begun at or after; milliseconds since 1970. */
  readonly since?: number | undefined;
  /** Top-level fields of `metadata` as text. */
  readonly metadata?: Readonly<Record<string, string>> | undefined;
  /** Generations that are wanted at most; what is read at a time follows from it. */
  readonly limit: number;
  /** Executions whose details are read at most; beyond it, only names are told. */
  readonly maxDetails: number;
}

/** A place in the list, to go on from. */
export interface Cursor {
  /** Of the backend, for the page of the list that holds the place. */
  readonly token?: string | undefined;
  /** The last execution that was shown, and when it began. */
  readonly after: string;
  readonly at: number;
}

/** A part of the list. */
export interface ListPart {
  /** What a {@link Cursor} into it has. */
  readonly token?: string | undefined;
  readonly seen: readonly Seen[];
  /** From here on, no more details are read: {@link ListQuery.maxDetails}. */
  readonly isBrief?: boolean | undefined;
}

/** One thing that happened to a generation. */
export interface StoryLine {
  readonly at: number;
  readonly what: string;
  readonly detail?: string | undefined;
}

/** A file as the archive's manifest describes it. */
export type ArchivedFile = Pick<Artifact, 'bucket' | 'key' | 'bytes' | 'sha256' | 'contentType'> & {
  readonly format: string;
};

/** What the manifest of a generation lists, the provider's status document last. */
export interface Archive {
  readonly provider: string;
  readonly generationId: string;
  readonly metadata: JsonObject;
  readonly archivedAt: string;
  readonly isPartial: boolean;
  readonly files: readonly ArchivedFile[];
}

/** An event that could not be handled. */
export interface DeadLetter {
  readonly id: string;
  readonly detailType: string;
  readonly provider?: string | undefined;
  /** The id or the request id that the event names. */
  readonly about?: string | undefined;
  /** When the event was sent, ISO 8601, where it says so. */
  readonly sentAt?: string | undefined;
  /** What has not happened because of it. */
  readonly consequence: string;
  /** Why, as far as AWS tells. */
  readonly reason?: string | undefined;
}

/** What an estimate of today's costs says. */
export interface Cost {
  /** Dollars since midnight UTC; absent where nothing tells. */
  readonly dollars?: number | undefined;
  /** What the figure is and is not. */
  readonly note: string;
}

/** How grave a finding is. `unknown`: it could not be looked at. */
export type Gravity = 'good' | 'doubtful' | 'bad' | 'unknown';

/** One finding about the deployed stack. */
export interface Finding {
  readonly gravity: Gravity;
  readonly about: string;
  readonly says: string;
  /** What to do; absent where nothing needs to be done. */
  readonly remedy?: string | undefined;
}

/** What came of sending a trigger. */
export type Sent =
  | { readonly ok: true; readonly eventId: string }
  | { readonly ok: false; readonly problems: readonly FieldProblem[] };

/**
 * An archiver to look at and to send to. Implemented twice: over a deployed stack, and over the
 * embedded run. Methods throw what `explain` tells to a person.
 */
export interface Backend {
  /** For people: which stack, where. */
  readonly title: string;
  /** Names of the deployed providers; empty where that is not known. */
  readonly providers: readonly string[];
  list(query: ListQuery, from?: Cursor): AsyncIterable<ListPart>;
  /** The latest execution about it, with details. */
  find(name: Name): Promise<Seen | undefined>;
  story(seen: Seen): Promise<readonly StoryLine[]>;
  /** What those that are under way said last, by execution. */
  progress(running: readonly Seen[]): Promise<ReadonlyMap<string, Progress>>;
  /** What is archived of it, by its manifest. */
  archive(name: Name, known?: Seen): Promise<Archive | undefined>;
  /** The bytes of an archived file. */
  open(file: Pick<ArchivedFile, 'bucket' | 'key'>): Promise<AsyncIterable<Uint8Array>>;
  /** A link that opens the file for so many seconds. A bearer secret: never logged. */
  link(file: Pick<ArchivedFile, 'bucket' | 'key'>, seconds: number): Promise<string>;
  /** Sends a trigger that was checked. @returns the event's id */
  send(detailType: TriggerDetailType, detail: object): Promise<string>;
  /** The fields of a trigger that intake refused; `undefined` where it did not, or not yet. */
  refusal(eventId: string): Promise<readonly string[] | undefined>;
  /** What could not be handled: hidden from others until it is released. */
  deadLetters(): Promise<readonly DeadLetter[]>;
  /** Gives back the dead letters that were only looked at. */
  release(): Promise<void>;
  /** Sends one again and deletes it once it is taken. @returns why not, where it was not taken */
  resend(letter: DeadLetter): Promise<string | undefined>;
  costToday(): Promise<Cost>;
  /** Requests made so far, by AWS action. */
  requests(): ReadonlyMap<string, number>;
}
