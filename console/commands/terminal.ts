import type { Place } from '../aws/explain.ts';
import type { Backend, Finding } from '../backend.ts';

/** Where a command reads and writes, and what ends it. */
export interface Terminal {
  readonly input: NodeJS.ReadStream;
  readonly output: NodeJS.WriteStream;
  readonly errors: NodeJS.WriteStream;
  /** Aborted when the user has had enough. */
  readonly stop: AbortSignal;
  readonly now: () => number;
  readonly sleep: (milliseconds: number) => Promise<void>;
}

/** Which archiver: what every command is told. */
export interface Target {
  readonly stack: string;
  readonly region?: string | undefined;
  readonly profile?: string | undefined;
}

/** An archiver that was found. */
export interface Connection {
  readonly backend: Backend;
  /** Looks at the deployment, one finding after the other. */
  doctor(): AsyncIterable<Finding>;
}

/** Finds the archiver. @throws what `explain` tells a person */
export type Connect = (target: Target) => Promise<Connection>;

/** What a command does. @returns the exit status */
export type Act = (connection: Connection, terminal: Terminal) => Promise<number>;

/** See {@link Place}: as far as it is known before anything is found. */
export const placeOf = ({ stack, region }: Target, environment: NodeJS.ProcessEnv): Place => ({
  stackName: stack,
  region:
    region ??
    environment['AWS_REGION'] ??
    environment['AWS_DEFAULT_REGION'] ??
    'the region of your profile',
});
