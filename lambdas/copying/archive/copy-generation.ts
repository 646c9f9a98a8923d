import type { Copy, CopyInput, CopyProgress } from '../../contract/copy-state.ts';
import { ArchiverError, type Problem } from '../../contract/error-codes.ts';
import { manifestKey } from '../../contract/keys.ts';
import { exportGraceSeconds } from '../../polling/policy.ts';
import { hasWorked, refusedGraceSeconds } from '../../polling/refused-key.ts';
import type { Answer, ReadyStatus } from './answer.ts';
import { archiveReady } from './archive-ready.ts';
import type { CopyOptions } from './copy-options.ts';
import { recordExportStart } from './export-start.ts';
import { findHome, type Home } from './home.ts';
import { isIntact } from './manifest.ts';
import { announced, notArchived } from './outcome.ts';
import { paused } from './paused.ts';
import { createStatusAsker, type StatusAsker } from './status-asker.ts';
import { holdsWanted, wantedOf } from './wanted-formats.ts';

/**
 * Shortest pause before the provider is asked again, in seconds: a fiftieth of the time since the
 * generation was first seen done, so that a provider that contradicts itself for a whole day costs
 * some hundred rounds and never fills the history.
 */
const shortestSettleSeconds = 5;
const longestSettleSeconds = 300;
const settleShare = 0.02;

const settleMilliseconds = ({ generation, poll }: CopyInput, now: number): number => {
  const elapsed = (now - Date.parse(poll.memory.detectedAt ?? generation.requestedAt)) / 1000;
  return (
    Math.min(Math.max(elapsed * settleShare, shortestSettleSeconds), longestSettleSeconds) * 1000
  );
};

/**
 * Whether a refusal may pass while the status checks go on. They have patience with a key that
 * has worked; a link that is refused beside a good status has as much of it, from the first "done"
 * on.
 */
const mayPass = (
  answer: Extract<Answer, { kind: 'refused' }>,
  { generation, poll: { memory } }: CopyInput,
  now: number,
): boolean => {
  if (!hasWorked(memory, generation)) return false;
  const doneSince = Date.parse(memory.detectedAt ?? generation.requestedAt);
  return answer.what === 'status' || now < doneSince + refusedGraceSeconds * 1000;
};

/**
 * What was asked for counts, though nothing may have come of it: a copy that forgot it would ask,
 * and pay, again.
 */
const isEmpty = ({ stored, failed, open, asked = [], askNotBefore }: CopyProgress): boolean =>
  open === undefined &&
  askNotBefore === undefined &&
  asked.length === 0 &&
  Object.keys(stored).length === 0 &&
  Object.keys(failed).length === 0;

const noProgress: CopyProgress = { stored: {}, failed: {} };

/**
 * When the generation was asked about last, by whichever function came before this one; `undefined`
 * where that is long enough ago.
 */
const lastRequestAt = ({ copy, poll }: CopyInput, now: number): number | undefined => {
  switch (copy.next) {
    // The first copy: its check has just seen that the generation is done, if it did not have to
    // wait for a file.
    case undefined:
      return poll.memory.detectedAt === undefined || poll.memory.exportPendingSince !== undefined
        ? now
        : Date.parse(poll.memory.detectedAt);
    case 'checkAgain':
    case 'export':
      return now;
    // A copy lets the provider's pace pass before it ends.
    case 'more':
    case 'succeed':
    case 'fail':
      return undefined;
  }
};

/** Whether a file that is still being made is waited for: as long as for a link that is missing. */
const isStillMade = ({ unfinished }: ReadyStatus, { poll }: CopyInput, now: number): boolean => {
  const since = poll.memory.exportPendingSince;
  return (
    unfinished === true &&
    (since === undefined || now < Date.parse(since) + exportGraceSeconds * 1000)
  );
};

/** Pause before the provider is asked again after the deadline, in milliseconds. */
const askAgainMilliseconds = 15_000;

/**
 * After the deadline no status check follows any more. A generation that was seen done may have been
 * paid for, so that one bad answer does not lose it: the copy itself asks again, for as long as a
 * link may be missing. Trouble that passes has been waited for already.
 */
const askUntilReady = async (
  asker: StatusAsker,
  deadline: number,
  { clock, stopAt }: Pick<CopyOptions, 'clock' | 'stopAt'>,
): Promise<Answer> => {
  const givesUpAt = Math.min(clock.now() + exportGraceSeconds * 1000, stopAt);
  for (;;) {
    const answer = await asker.ask();
    const now = clock.now();
    const isFinal = now < deadline || now + askAgainMilliseconds >= givesUpAt;
    if (answer.kind !== 'notReady' || answer.trouble !== undefined || isFinal) return answer;
    await clock.sleep(askAgainMilliseconds);
  }
};

const unfinishedProblem: Problem = {
  code: 'ExportMissing',
  message: 'the generation is done, but one of its files is still being made',
};

const askAndCopy = async (
  input: CopyInput,
  { found, noted }: Pick<Home, 'found' | 'noted'>,
  asker: StatusAsker,
  options: CopyOptions,
): Promise<Copy> => {
  const { objects, clock, stopAt } = options;
  const deadline = Date.parse(input.generation.deadline);
  // Before anything else can go wrong: the id of an export that began is nowhere but here.
  const { resumeAt, ...known } = input.copy.progress ?? noProgress;
  const progress = recordExportStart(input, known, clock.now());
  // A machine that does not know of waiting has invoked this at once.
  const early = resumeAt === undefined ? 0 : Math.min(Date.parse(resumeAt), stopAt) - clock.now();
  if (early > 0) await clock.sleep(early);

  const forget = async (): Promise<void> => {
    if (progress.open !== undefined)
      await objects.abortUpload(progress.open.key, progress.open.uploadId);
  };
  const pause = (now: number): number =>
    Math.min(Math.max(settleMilliseconds(input, now), asker.later() ?? 0), deadline - now);
  const checkAgain = async (problem: Problem): Promise<Copy> => {
    const now = clock.now();
    if (now < deadline) return { next: 'checkAgain', ...paused(progress, now, pause(now)) };
    await forget();
    return notArchived(problem, { input, asks: asker.asks(), now });
  };
  const answer = await askUntilReady(asker, deadline, options);
  const now = clock.now();
  const of = { input, asks: asker.asks(), now };
  switch (answer.kind) {
    case 'ready':
      if (now < deadline && isStillMade(answer.status, input, now))
        return checkAgain(unfinishedProblem);
      return archiveReady({ input, found, noted, asker, progress, status: answer.status, options });
    case 'failed': {
      await forget();
      const { message, details } = answer.status;
      return notArchived({ code: 'GenerationFailed', message }, of, {
        detailType: 'Generation Failed',
        details,
      });
    }
    case 'notReady':
      // A check would only be told the same, and cost the key another request.
      if (answer.trouble === 'throttled' && asker.later() !== undefined)
        return { next: 'more', ...paused(progress, now, pause(now)) };
      return checkAgain(answer.problem);
    case 'refused':
      if (now < deadline && mayPass(answer, input, now)) return checkAgain(answer.problem);
      await forget();
      return notArchived(answer.problem, of);
  }
};

/**
 * Archives one generation that is done: asks the provider for fresh links, downloads, verifies,
 * stores, and writes the manifest last. What is stored already and matches its manifest is only
 * announced again. Storage trouble that outlasts the retries is a result (`StorageFailed`), like
 * everything else that can be expected to go wrong.
 */
export const copyGeneration = async (asked: CopyInput, options: CopyOptions): Promise<Copy> => {
  const { objects, clock, log, keyPrefix } = options;
  let input = asked;
  const { generation } = input;
  const keyHasWorked = hasWorked(input.poll.memory, generation);
  const asker = createStatusAsker({
    ...options,
    generation,
    keyHasWorked,
    pace: options.paceOf?.(generation.provider),
    lastRequestAt: lastRequestAt(input, clock.now()),
  });
  try {
    const home = await findHome(options, generation);
    const { found } = home;
    input = { ...asked, generation: home.generation };
    const key = manifestKey(keyPrefix, home.generation);
    if (home.generation.folder !== generation.folder)
      log('info', 'stored in another folder already; it stays there', { key });
    if (found !== undefined && found.manifest === undefined)
      log('warn', 'manifest not understood; archiving anew', { key });
    const isWhole =
      found?.manifest?.outcome === 'archived' && holdsWanted(found.manifest, wantedOf(input));
    const isComplete = isWhole && !generation.refresh && isEmpty(input.copy.progress ?? noProgress);
    if (found?.manifest !== undefined && isComplete && (await isIntact(objects, found.manifest))) {
      log('info', 'already archived; announcing again', { key });
      return announced(found.manifest, key, { input, asks: 0, now: clock.now() });
    }
    const copy = await askAndCopy(input, home, asker, options);
    if (copy.next === 'more' && copy.waitSeconds === undefined) await asker.settle();
    return copy;
  } catch (error) {
    if (!(error instanceof ArchiverError)) throw error;
    return notArchived(
      { code: error.code, message: error.message },
      { input, asks: asker.asks(), now: clock.now() },
    );
  }
};
