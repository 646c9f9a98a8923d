import { createOpenLink } from '../../lambdas/adapters/download.ts';
import { checkLink, isPublicAddress } from '../../lambdas/adapters/link-rules.ts';
import { copySchema, type Copy, type CopyProgress } from '../../lambdas/contract/copy-state.ts';
import type { Generation } from '../../lambdas/contract/generation.ts';
import type { Log, Measure } from '../../lambdas/contract/ports.ts';
import { resultSchema } from '../../lambdas/contract/results.ts';
import { freshMemory, type PollMemory } from '../../lambdas/contract/state.ts';
import type { ReadyStatus } from '../../lambdas/copying/archive/answer.ts';
import { createCopyExports } from '../../lambdas/handlers/copy-exports.ts';
import type {
  ExportFile,
  GenerationStatus,
  LinkStatus,
  Report,
} from '../../lambdas/polling/status.ts';
import { keptLog, keptMeasurements } from './fake-world.ts';
import { startFileServer } from './file-server.ts';
import { aGeneration } from './generation.ts';
import { memoryStore } from './memory-store.ts';
import { virtualClock } from './virtual-clock.ts';

/** A status that says "done". */
export const ready = (
  exports: readonly ExportFile[],
  changes: Partial<Omit<ReadyStatus, 'exports'>> = {},
): GenerationStatus => ({
  kind: 'ready',
  said: 'completed',
  partial: false,
  exports,
  document: { status: 'completed', gammaId: 'g_1' },
  details: { gammaId: 'g_1' },
  ...changes,
});

/** What one invocation is told beside the generation. */
export interface Invocation {
  readonly generation?: Partial<Generation>;
  readonly memory?: Partial<PollMemory>;
  readonly progress?: CopyProgress | undefined;
  readonly remainingMilliseconds?: number;
  readonly maxBytes?: number;
  readonly keyPrefix?: string;
  /** Default: a new one, or the last one where there is progress to go on from. */
  readonly execution?: string;
}

/** The first execution in a world; the ones after it end in `-2`, `-3` and so on. */
export const execution = 'arn:aws:states:eu-west-1:111122223333:execution:Archiver:gamma-1';

/**
 * A file host, a bucket, a provider that answers from a script (its last answer for ever), and a
 * clock that jumps.
 *
 * @param told where lines and measurements go that are not to be kept here
 */
export const startCopyWorld = async (told: { log?: Log; measure?: Measure } = {}) => {
  const server = await startFileServer();
  const store = memoryStore();
  const clock = virtualClock('2026-11-20T10:02:00.000Z');
  const { log: keepingLog, lines } = keptLog();
  const { measure: keepingMeasure, measurements } = keptMeasurements();
  const { log = keepingLog, measure = keepingMeasure } = told;
  const freshReads: boolean[] = [];
  const linksAsked: string[] = [];
  let answers: readonly (GenerationStatus | Report)[] = [];
  let linkAnswers: readonly (LinkStatus | Report<LinkStatus>)[] = [];
  let executions = 0;

  const executionOf = ({ execution: named, progress }: Invocation): string => {
    if (named !== undefined) return named;
    if (progress === undefined || executions === 0) executions += 1;
    return executions === 1 ? execution : `${execution}-${executions}`;
  };

  const copyInto = async (objects: typeof store, invocation: Invocation = {}): Promise<Copy> => {
    const {
      generation,
      memory,
      progress,
      remainingMilliseconds = 900_000,
      maxBytes,
      keyPrefix = '',
    } = invocation;
    const copyExports = createCopyExports({
      objects,
      ask: async (_, fresh) => {
        freshReads.push(fresh);
        const [answer, ...rest] = answers;
        if (answer === undefined) throw new Error('the provider was not expected to be asked');
        if (rest.length > 0) answers = rest;
        return 'status' in answer ? answer : { status: answer };
      },
      askLink: async (_, linkId, fresh) => {
        linksAsked.push(linkId);
        freshReads.push(fresh);
        const [answer, ...rest] = linkAnswers;
        if (answer === undefined)
          throw new Error('the provider was not expected to be asked for a link');
        if (rest.length > 0) linkAnswers = rest;
        return 'status' in answer ? answer : { status: answer };
      },
      openLink: createOpenLink({
        allowInsecureSources: true,
        isPublicAddress,
        checkLink,
        idleTimeoutMilliseconds: 100,
      }),
      clock,
      random: () => 0.5,
      log,
      measure,
      keyPrefix,
      ...(maxBytes === undefined ? {} : { maxBytes }),
    });
    const poll = {
      next: 'copy',
      waitSeconds: 0,
      memory: { ...freshMemory, checks: 3, detectedAt: '2026-11-20T10:01:30.000Z', ...memory },
    };
    const copy = progress === undefined ? {} : { next: 'more', progress };
    // As the machine does: what is handed on is JSON.
    const input: unknown = JSON.parse(
      JSON.stringify({
        generation: aGeneration(generation),
        poll,
        copy,
        execution: executionOf(invocation),
      }),
    );
    const answer = await copyExports(input, {
      getRemainingTimeInMillis: () => remainingMilliseconds,
    });
    if (answer.result !== undefined) resultSchema.parse(answer.result);
    return copySchema.parse(JSON.parse(JSON.stringify(answer)));
  };

  /** Invokes as the machine does: again for `more`, after the time that it names. */
  const copyUntilDone = async (invocation: Invocation = {}): Promise<Copy> => {
    let { progress } = invocation;
    for (let round = 1; round <= 100; round += 1) {
      const answer = await copyInto(store, { ...invocation, progress });
      if (answer.next !== 'more') return answer;
      ({ progress } = answer);
      clock.advance(answer.waitSeconds ?? 0);
    }
    throw new Error('a copy without an end');
  };

  return {
    server,
    store,
    clock,
    copyUntilDone,
    lines,
    measurements,
    freshReads,
    /** Ids of the links that were asked for, in turn. */
    linksAsked,
    /** What the provider answers when asked for a link, in turn. */
    links: (...script: readonly (LinkStatus | Report<LinkStatus>)[]): void => {
      linkAnswers = script;
    },
    /** What the provider answers, in turn. */
    provider: (...script: readonly (GenerationStatus | Report)[]): void => {
      answers = script;
    },
    copyInto,
    copy: async (invocation: Invocation = {}): Promise<Copy> => copyInto(store, invocation),
  };
};

export type CopyWorld = Awaited<ReturnType<typeof startCopyWorld>>;
