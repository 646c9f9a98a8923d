import type { Fail } from '../../local/command-triggers.ts';
import type { Backend, Finding } from '../backend.ts';

/** Where a command reads and writes, and what ends it. */
export interface Terminal {
  readonly input: NodeJS.ReadStream;
  readonly output: NodeJS.WriteStream;
  readonly errors: NodeJS.WriteStream;
  /** Aborted when the user has had enough. */
  readonly stop: AbortSignal;
  /** What Ctrl-C does, also while a question has the terminal to itself. */
  readonly interrupt: () => void;
  readonly now: () => number;
  readonly sleep: (milliseconds: number) => Promise<void>;
}

/** Why a command ends whose output nobody reads any more: what it was told to send is sent. */
export const unread = 'unread';

/** Whether the user has had enough. */
export const isInterrupted = ({ stop }: Pick<Terminal, 'stop'>): boolean =>
  stop.aborted && stop.reason !== unread;

/** Which archiver: what every command is told. */
export interface Target {
  readonly stack: string;
  readonly region?: string | undefined;
  readonly profile?: string | undefined;
}

/** What every command takes. */
export interface Common extends Target {
  /** Print JSON for programs. */
  readonly json: boolean;
}

/** An archiver that was found. */
export interface Connection {
  readonly backend: Backend;
  /** Looks at the deployment, one finding after the other. */
  doctor(): AsyncIterable<Finding>;
  /** What an error means for a person; `undefined` for a defect. */
  readonly explain: (error: unknown) => string | undefined;
}

/** Finds the archiver. @throws what `explain` tells a person */
export type Connect = (target: Target) => Promise<Connection>;

/** What a command does with an archiver that was found. @returns the exit status */
export type Act = (connection: Connection, terminal: Terminal) => Promise<number>;

/**
 * What a command's arguments and options, by their names, stand for.
 *
 * @param fail ends the command where they do not go together: nothing is connected to
 */
export type Understand<Own> = (own: Own, fail: Fail) => Act;
