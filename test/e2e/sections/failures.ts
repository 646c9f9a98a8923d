import { StartExecutionCommand } from '@aws-sdk/client-sfn';
import { describe, expect, it } from 'vitest';
import { errorCodes, type ErrorCode } from '../../../lambdas/contract/error-codes.ts';
import { resultAbout } from '../harness/expect-archived.ts';
import { executionsAbout, historyOf, listKeys } from '../harness/observe.ts';
import type { World } from '../harness/world.ts';
import { failures, type Failure } from './failure-cases.ts';

/** Seconds for which a missing export is waited for, and some more. */
const exportMissingSeconds = 170;

/** Generations that take minutes to fail: started early, looked at late. */
export interface SlowFailure {
  start(): Promise<void>;
  finish(): void;
}

/** Gamma was not told to export: known for certain after two minutes only. */
export const exportMissing = (world: () => World): SlowFailure => {
  const generationId = 'without-export';
  return {
    start: async () => {
      await world().generate({
        provider: 'gamma',
        generationId,
        script: [{ says: 'completed', linkMissing: true }],
      });
    },
    finish: () => {
      it(
        'announces ExportMissing, with what to do, where no export was asked for',
        { timeout: exportMissingSeconds * 1000 + 10_000 },
        async () => {
          const { error } = await resultAbout(
            world(),
            { generationId },
            'Generation Not Archived',
            {
              seconds: exportMissingSeconds,
            },
          );
          expect(error).toEqual({
            code: 'ExportMissing',
            message: expect.stringMatching(/set exportAs to pdf, pptx or png/),
          });
        },
      );
    },
  };
};

/**
 * Before an export is paid for, the document is stored: a bucket that takes none would not take the
 * export either. It stays, whatever comes of the export.
 */
const documentsLeft = (
  code: ErrorCode,
  { provider, generationId }: { readonly provider: string; readonly generationId: string },
): string[] =>
  code === 'ExportFailed' || code === 'ExportUncertain'
    ? [`${provider}/${generationId}/generation.json`]
    : [];

/** A generation that was handed over. */
type Begun = Awaited<ReturnType<World['generate']>>;

/** Every way to end without an archive that can be brought about from outside. */
export const failuresSection = (world: () => World): SlowFailure => {
  const begun = new Map<Failure, Begun>();
  return {
    start: async () => {
      for (const failure of failures) {
        const { generation, trigger, ageSeconds } = failure;
        begun.set(failure, await world().generate(generation, trigger, ageSeconds));
      }
    },
    finish: () => announced(world, begun),
  };
};

const announced = (world: () => World, begun: ReadonlyMap<Failure, Begun>): void => {
  describe.concurrent('announces', () => {
    it.each(
      failures.map((failure) => [`${failure.code}, where ${failure.what}`, failure] as const),
    )('%s', async (_, failure) => {
      const { generation: options, detailType, code, message } = failure;
      const generation = begun.get(failure);
      if (generation === undefined) throw new Error('it was not begun');
      const { error, artifacts, execution } = await resultAbout(
        world(),
        generation,
        detailType ?? 'Generation Not Archived',
      );
      expect(error).toEqual({ code, message: expect.stringMatching(message) });
      expect(artifacts).toBeUndefined();
      expect(
        await listKeys(
          world().aws,
          world().bucket,
          `${options.provider}/${generation.generationId}/`,
        ),
      ).toEqual(documentsLeft(code, generation));
      await world().results.until(
        () => world().results.about(generation.generationId).length > 0,
        'the event',
      );
      const runs = await executionsAbout(
        world().aws,
        world().stateMachineArn,
        options.provider,
        generation.generationId,
      );
      // Newest first; the command line's own section sends failures of Perceptis again.
      expect(runs.length).toBeLessThanOrEqual(options.provider === 'perceptis' ? 2 : 1);
      expect(runs.at(-1)?.executionArn).toBe(execution);
      const last = await lastEvent(world(), execution);
      expect(last).toMatchObject({
        type: 'ExecutionFailed',
        executionFailedEventDetails: { error: code, cause: error?.message },
      });
    });

    it('InternalError, where an execution cannot be understood by a function', async () => {
      const at = new Date().toISOString();
      const generation = {
        provider: 'gamma',
        generationId: 'by-hand',
        credential: 'default',
        metadata: { by: 'hand' },
        requestedAt: at,
      };
      const poll = { next: 'wait', waitSeconds: 0, memory: { checks: 0 } };
      const { stateMachineArn } = world();
      await world().aws.stepFunctions.send(
        new StartExecutionCommand({
          stateMachineArn,
          name: 'gamma-by-hand',
          input: JSON.stringify({ generation, poll, copy: {} }),
        }),
      );
      const { error, metadata } = await resultAbout(world(), generation, 'Generation Not Archived');
      expect(error).toEqual({
        code: 'InternalError',
        message: expect.stringMatching(/a step of the archiver ended with/),
      });
      expect(metadata).toEqual({ by: 'hand' });
    });

    it('a rejection that lists everything that is wrong with an event', async () => {
      const generationId = 'refused-event';
      await world().send({ provider: 'gamma', generationId, timeoutMinutes: 0, expectedSecond: 5 });
      const { detail } = await world().results.next(generationId, 'Generation Rejected');
      expect(detail.error).toMatchObject({
        code: 'InvalidRequest',
        problems: [{ field: 'timeoutMinutes' }, { field: 'expectedSecond' }],
      });
    });

    it('a rejection of a provider that is not deployed', async () => {
      const generationId = 'unknown-provider';
      await world().send({ provider: 'acme', generationId });
      const { detail } = await world().results.next(generationId, 'Generation Rejected');
      expect(detail.error).toMatchObject({
        code: 'UnknownProvider',
        message: expect.stringContaining('unknown provider "acme"; deployed: gamma'),
      });
    });
  });

  it('covers every error code, save those that other sections bring about', () => {
    const elsewhere: readonly ErrorCode[] = [
      'GenerationCancelled',
      'StartUncertain',
      'ExportMissing',
      'StorageFailed',
    ];
    const here: readonly ErrorCode[] = [
      ...failures.map(({ code }) => code),
      'InternalError',
      'InvalidRequest',
      'UnknownProvider',
    ];
    expect(errorCodes.filter((code) => !here.includes(code))).toEqual(elsewhere);
  });
};

/** The last event of an execution that has announced its result and is about to end. */
const lastEvent = async (world: World, executionArn: string) => {
  let last: Awaited<ReturnType<typeof historyOf>>[number] | undefined;
  const deadline = Date.now() + 20_000;
  do {
    last = (await historyOf(world.aws, executionArn)).at(-1);
  } while (last?.type?.startsWith('Execution') !== true && Date.now() < deadline);
  return last;
};
