import { endClaim, endFolder } from '../contract/claim-names.ts';
import { ArchiverError, errorCodes } from '../contract/error-codes.ts';
import type {
  Claims,
  Clock,
  EndStatus,
  EventBus,
  Executions,
  Log,
  Measure,
} from '../contract/ports.ts';
import { logAbout, loggingErrors } from './generation-log.ts';
import { askAgain } from './intake/running-execution.ts';
import { lastKnown } from './last-known.ts';
import { measureFailed } from './measure-failed.ts';
import { resultOfEnd } from './result-of-end.ts';

/** The world of whatever announces ends. */
export interface AnnounceEndOptions {
  readonly bus: EventBus;
  readonly executions: Pick<Executions, 'describe' | 'lastState'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly measure: Measure;
  /** Where it is noted which ends were announced; absent where each is told of once. */
  readonly claims?: Claims;
}

/** A Fail state of the machine ends with one of these, always after an announcement. */
const isAnnounced = (error: string | undefined): boolean =>
  errorCodes.some((code) => code === error);

/** An execution that has ended without success, and who is to announce it. */
export interface EndToAnnounce {
  /** Its ARN. */
  readonly execution: string;
  readonly name: string;
  readonly status: EndStatus;
  /** The delivery that tells of it: the same in every retry. */
  readonly holder: string;
  /** Found by the sweep, without a status event: what the machine announced was counted before. */
  readonly isSearched: boolean;
}

/**
 * Announces an execution that ended without a word: cancelled on request, stopped by hand, stopped
 * by its time limit, or failed in a way that the machine cannot catch. What the machine announced
 * itself is only counted. Two who hear of the same end announce it once.
 *
 * @throws where it cannot be announced now
 */
export const createAnnounceEnd = ({
  bus,
  executions,
  clock,
  measure,
  claims,
  ...options
}: AnnounceEndOptions) => {
  const isNoted = async ({ name, holder, isSearched }: EndToAnnounce): Promise<boolean> => {
    if (claims === undefined) return false;
    const noted = await claims.list(endFolder(name));
    if (noted.includes('found')) return true;
    if (isSearched) {
      if (noted.includes('told')) return true;
      // Who cannot write would announce it again with every search.
      await claims.take(endClaim(name, 'trying'), holder);
      return false;
    }
    const outcome = await claims.take(endClaim(name, 'told'), holder);
    return outcome.kind === 'held' && outcome.note !== holder;
  };

  /**
   * Whether another one sees to it. Where that cannot be told, the function that was told of the end announces it:
   * rather twice than never. The sweep would announce what has been announced.
   */
  const standOf = async (end: EndToAnnounce, log: Log): Promise<'taken' | 'ours' | 'unknown'> => {
    try {
      return (await isNoted(end)) ? 'taken' : 'ours';
    } catch (error) {
      if (end.isSearched) throw error;
      log('error', 'nobody can tell whether it was announced', {
        error: error instanceof Error ? error.name : 'unknown error',
      });
      return 'unknown';
    }
  };

  return async (end: EndToAnnounce): Promise<void> => {
    const { execution, name, status, holder, isSearched } = end;
    const logBefore = logAbout(options.log, {
      provider: undefined,
      generationId: undefined,
      execution,
    });
    const found = await loggingErrors(logBefore, () =>
      askAgain(
        clock,
        () => executions.describe(name),
        (answer) => answer?.running === false,
      ),
    );
    const known =
      found === undefined
        ? undefined
        : await loggingErrors(logBefore, () => lastKnown(executions, name, found.input));
    const { provider, generationId } = known?.generation ?? {};
    const log = logAbout(options.log, { provider, generationId, execution });

    await loggingErrors(log, async () => {
      // Its answers are eventually consistent.
      if (found === undefined || found.running) {
        throw new ArchiverError(
          'InternalError',
          `the execution ${name} has ended (${status}), but Step Functions does not say so yet`,
        );
      }
      const { error } = found;
      const isStarted = known?.kind !== 'requested';
      if (status === 'FAILED' && isAnnounced(error)) {
        if (isSearched) return;
        measureFailed(measure, { provider, status, error, isAnnounced: true, isStarted });
        log('info', 'announced by the machine', { error: error ?? '' });
        return;
      }
      if (known === undefined) {
        // The function that was told of it has left it in the dead-letter queue.
        if (isSearched) return;
        const message = `the execution ${name} has no input of intake: whoever started it by hand must look after it`;
        throw new ArchiverError('InternalError', message);
      }
      const stand = await standOf(end, log);
      if (stand === 'taken') {
        if (!isSearched) log('info', 'announced already', { status });
        return;
      }

      const { detailType, detail } = resultOfEnd(known, { status, error }, execution, clock.now());
      await bus.put(detailType, detail);
      measureFailed(measure, { provider, status, error, isAnnounced: false, isStarted });
      if (detailType === 'Generation Cancelled')
        log('info', 'cancelled execution announced', { status });
      else log('warn', 'stopped execution announced', { status });
      if (isSearched) log('warn', 'its status event never came', { status });
      if (isSearched) await claims?.take(endClaim(name, 'found'), holder);
      // It has been announced: a retry would announce it again.
      else if (stand === 'unknown')
        await claims?.take(endClaim(name, 'found'), holder).catch(() => undefined);
    });
  };
};
