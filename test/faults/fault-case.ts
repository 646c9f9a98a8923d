import type { JsonObject } from '../../lambdas/contract/json.ts';
import type { TriggerDetailType } from '../../lambdas/contract/triggers.ts';
import type {
  Coding,
  DownloadBehaviour,
  Saying,
  SimulatedProvider,
  Step,
} from '../../local/simulator/index.ts';
import type { Spelling } from './world/echoes.ts';

/**
 * What happens on the way to a host: Node's code of the error, an answer that never comes, or one
 * that comes byte by byte.
 */
export type Network = { readonly error: string } | 'hangs' | 'drips';

/** The functions that can be killed. */
export type FunctionName =
  | 'intake'
  | 'start'
  | 'check'
  | 'copy'
  | 'export'
  | 'reply'
  | 'announce'
  | 'sweep';

/**
 * What is posted to a provider: a request to start a generation, an answer to a question, a request
 * for an export.
 */
export type PostKind = 'create' | 'message' | 'export';

/** What can be said to any request. */
export type PlainSaying = Extract<Saying, { says: 'http' | 'raw' | 'nothing' }>;

/** S3's names for what is asked of it. */
export type S3Operation =
  | 'HeadObject'
  | 'GetObject'
  | 'PutObject'
  | 'CreateMultipartUpload'
  | 'UploadPart'
  | 'ListParts'
  | 'CompleteMultipartUpload'
  | 'AbortMultipartUpload';

/** An AWS service says no, before it does anything. */
export interface Refusal {
  readonly status: number;
  readonly code: string;
}

/**
 * One fault, as data. It strikes at the `at`-th request of its place (from 0), and at the `times -
 * 1` after it.
 */
export type Fault = { readonly kind: string; readonly at: number; readonly times: number } & (
  | {
      readonly place: 'api';
      readonly saying?: Saying;
      readonly network?: Network;
      /** The error repeats the API key, spelled like this. */
      readonly echoes?: Spelling;
    }
  | {
      readonly place: 'post';
      readonly to: PostKind;
      /** Whether the provider does what it is asked, whatever it answers. */
      readonly isDone: boolean;
      /** In place of the provider's own answer. */
      readonly saying?: PlainSaying;
      /** `breaks`: the answer breaks off within its body. */
      readonly network?: Network | 'breaks';
      /** Told beside the id. */
      readonly adds?: JsonObject;
      /** The error repeats what was posted and the API key, spelled like this. */
      readonly echoes?: Spelling;
    }
  /** An export that began: how long it takes, and why it fails. */
  | { readonly place: 'exporting'; readonly seconds?: number; readonly fails?: string }
  /** The question how an export stands. */
  | { readonly place: 'exported'; readonly saying: PlainSaying }
  | {
      readonly place: 'download';
      readonly behaviour?: Omit<DownloadBehaviour, 'replaceWith'>;
      readonly network?: Network;
      /** The file is another one from then on. */
      readonly replace?: boolean;
    }
  | {
      readonly place: 's3';
      readonly operation: S3Operation;
      /**
       * `plant`: somebody else writes that key first; `twin`: with other bytes of the same length and
       * CRC-32. `corrupt`, `vanish`: what was accepted is not what is there.
       */
      readonly how: Refusal | 'reset' | 'loseAnswer' | 'plant' | 'twin' | 'corrupt' | 'vanish';
    }
  | { readonly place: 'secret'; readonly how: Refusal | 'reset' }
  | {
      readonly place: 'lambda';
      readonly function: FunctionName;
      /** The error's name, as the caller of the function sees it. */
      readonly error: string;
      /** Calls to the world that the invocation makes before it dies; absent where it never ran. */
      readonly afterCalls?: number;
    }
  /** The state machine's own announcements. */
  | { readonly place: 'announcement'; readonly how: 'refuse' | 'partly' | 'loseAnswer' }
  /** `PutEvents` of a function. */
  | { readonly place: 'bus'; readonly how: Refusal | 'partly' | 'loseAnswer' }
  | {
      readonly place: 'executions';
      readonly operation:
        | 'StartExecution'
        | 'DescribeExecution'
        | 'StopExecution'
        | 'GetExecutionHistory'
        | 'ListExecutions';
      /** `stale`: the answer is as it was some seconds before. */
      readonly how: Refusal | 'loseAnswer' | 'unknown' | 'stale';
    }
  /**
   * An execution of the checks machine that is called for: it cannot be, never runs, runs twice at
   * once, or begins after some seconds.
   */
  | {
      readonly place: 'checksMachine';
      readonly how: 'refuse' | 'lose' | 'twice' | 'late';
      readonly seconds?: number;
    }
  /** What the checks machine tells the generation machine. */
  | { readonly place: 'answer'; readonly how: 'refuse' | 'loseAnswer' }
  /** What the checks machine asks before it tells of progress. */
  | { readonly place: 'heartbeat'; readonly how: 'refuse' | 'loseAnswer' }
  /** Step Functions' own event about an end. */
  | { readonly place: 'statusEvent'; readonly how: 'lost' | 'late' }
  /** At a time: `at` is in seconds from the start, `times` is 1. */
  | {
      readonly place: 'time';
      readonly what:
        | 'revokeKey'
        | 'rotateKey'
        | 'deleteSecret'
        | 'spoilSecret'
        | 'removeObject'
        | 'abort'
        | 'timeOut';
      /** Seconds until a rotated or deleted key is stored again. */
      readonly forSeconds?: number;
    }
);

/** A file that the generation exports; its bytes follow from `fill`. */
export interface CaseFile {
  readonly format: 'pdf' | 'pptx' | 'zip' | 'png';
  /** What stands before the first bytes of its format. */
  readonly before?: string;
  readonly bytes: number;
  readonly fill: number;
  /** Length that the provider tells, where it is not the true one. */
  readonly statedBytes?: number;
  /** Seconds from its first link on in which the file has not arrived everywhere. */
  readonly lateSeconds?: number;
  /** What requests for it meet until then. */
  readonly lateAs?: DownloadBehaviour;
}

/** A trigger event, sent `at` seconds after the start. */
export interface CaseTrigger {
  /** What is unusual about it: counted as a fault. */
  readonly kind?: string;
  readonly at: number;
  /**
   * Sent as soon as somebody can have heard of such an event, about the generation that it names:
   * `at` is passed over, and nothing is sent where no such event comes.
   */
  readonly answers?: 'acceptance' | 'result';
  /** `Generation Started` where absent. */
  readonly detailType?: TriggerDetailType;
  readonly id: string;
  /** The event's own time; absent where the envelope has none. */
  readonly time?: string;
  readonly detail: Readonly<Record<string, unknown>>;
}

/** A whole run, as data: equal cases run equally. */
export interface FaultCase {
  /** Where it came from; also the seed of the random numbers that the functions use. */
  readonly name: string;
  readonly provider: SimulatedProvider;
  readonly script: readonly Step[];
  readonly files: readonly CaseFile[];
  /** What the deck is exported to on request; none where absent. */
  readonly exportFiles?: readonly CaseFile[];
  /** Life of the links, by status answer; the last repeats. Absent: the provider's usual one. */
  readonly linkSeconds?: readonly number[];
  /** Bytes per second of a download. */
  readonly bandwidth: number;
  /** Seconds that a provider needs to answer. */
  readonly answerSeconds: number;
  readonly triggers: readonly CaseTrigger[];
  readonly faults: readonly Fault[];
  /** How a proxy before the API compresses every answer; not at all where absent. */
  readonly coding?: Coding;
  /** How something before the API wraps every answer that is no error; not at all where absent. */
  readonly wrapping?: Wrapping;
  /** Kinds of fault that lie in the fields above: in links, files, bandwidth, answers. */
  readonly troubles: readonly string[];
}

/** What a framework or a gateway puts around an answer. */
export const wrappings = ['data', 'word and data', 'list', 'text in body'] as const;

/** One of {@link wrappings}. */
export type Wrapping = (typeof wrappings)[number];

/** When every case begins. */
export const startOfCase = Date.parse('2026-11-20T10:00:00.000Z');

/** The generation of every case; the first one that a provider is asked to start. */
export const generationId = 'gen-1';

/**
 * Part of whatever a request or a reply says: it may be nowhere but at the provider, and in the
 * state until a request is accepted.
 */
export const confidentialWord = 'Umbra';
