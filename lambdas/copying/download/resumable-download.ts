import type { Problem } from '../../contract/error-codes.ts';
import { pauseAfter } from '../../polling/backoff.ts';
import { busyHostMilliseconds, lateFileMilliseconds, patienceWith } from '../patience.ts';
import { judgeBody } from './after-body.ts';
import { judgeDownload } from './download-answer.ts';
import { readBody } from './download-body.ts';
import {
  complete,
  failed,
  late,
  outOfTime,
  unproven,
  type DownloadOptions,
  type DownloadStep,
} from './download-steps.ts';
import type { Position } from './download-verdict.ts';

/**
 * Tries in a row that bring not one byte before the file is waited for as one that is late. With the
 * pauses below they span some 12 s: a restart of the file host.
 */
const maxFailures = 6;

/**
 * Times that a download starts over in quick succession where the server cannot go on, before the
 * file is waited for as one that is late: each may cost the whole file again.
 */
const maxRestarts = 4;

/** Connections for one file: bounds a server that sends a byte at a time. */
const maxConnections = 1000;

/**
 * Longest pause, in milliseconds, that is slept here because a host asks for it; a longer one is the machine's.
 */
const longestBusySleep = 60_000;

const backoff = { firstMilliseconds: 500, longestMilliseconds: 20_000 };

/**
 * Milliseconds that opening a link may take however little time is left: what begins just before
 * the end still has a chance, and the reserve of an invocation is far longer.
 */
const leastOpeningMilliseconds = 10_000;

const emptyFile: Problem = { code: 'ExportInvalid', message: 'the file is empty' };

/**
 * One file as one download, over as many connections as it takes. Breaks are mended with `Range`
 * and `If-Range`, and so is a part whose server does not tell how long the file is: it is asked for
 * more until it has no more. Where the server cannot go on (or the file has changed) the download
 * starts over, which a `begin` at offset 0 tells. Busy servers are tried again, honouring `Retry-After`, and waited for like late
 * files where that takes longer; dead links are replaced. The connection is closed when the consumer stops early.
 */
export async function* resumableDownload(options: DownloadOptions): AsyncGenerator<DownloadStep> {
  const { openLink, clock, random, freshLink, maxBytes, stopAt } = options;
  let { link } = options;
  let at: Position = options.resume ?? { offset: 0 };
  let hasBegun = false;
  let { lateSince } = options;
  /** The last part came in good order, and nothing tells whether it was the last of the file. */
  let mayBeWhole = false;
  /** Where a transfer of unknown length broke off last. */
  let brokeAt: number | undefined;
  // What an earlier invocation has waited for is not tried in quick succession again.
  let failures = lateSince === undefined ? 0 : maxFailures - 1;
  let restarts = lateSince === undefined ? 0 : maxRestarts;
  /** Bytes that the longest try has brought: what only comes to them again is no progress. */
  let furthest = at.offset;
  /** What came while the file was waited for was kept nowhere: this is the last time that it is tried. */
  const isLastTry =
    options.resume === undefined &&
    lateSince !== undefined &&
    clock.now() - lateSince >= lateFileMilliseconds;
  /** The file was asked for from its first byte, after its rest was asked for in vain. */
  let hasAskedForAll = false;
  let wasBlocked = false;
  let lastReason = 'its time was up before it began';

  /** Where nothing more is to be had, the file itself may still show that it is whole. */
  const gaveUp: typeof failed = (code, message) => (mayBeWhole ? unproven : failed(code, message));

  /**
   * Waits for a file that is not there (yet): the next link to try, a fresh one as a rule, or nothing where
   * that ends the download.
   */
  async function* replaceLink({
    problem: { code, message },
    retryAfterSeconds,
    graceMilliseconds = lateFileMilliseconds,
    keepsLink = false,
  }: {
    readonly problem: Problem;
    readonly retryAfterSeconds?: number | undefined;
    readonly graceMilliseconds?: number;
    /** The host is in trouble, and the link is as good as before. */
    readonly keepsLink?: boolean;
  }): AsyncGenerator<DownloadStep, string | undefined> {
    const now = clock.now();
    lateSince = (isLastTry ? options.lateSince : lateSince) ?? now;
    const times = { since: lateSince, now, stopAt };
    const patience = patienceWith(times, retryAfterSeconds, graceMilliseconds);
    switch (patience.kind) {
      case 'over':
        // Some hosts refuse a request for a part, and serve the whole.
        if (at.offset > 0 && !mayBeWhole && !hasAskedForAll) {
          hasAskedForAll = true;
          at = { offset: 0 };
          return link;
        }
        // A link that serves the begin of its file has not expired.
        yield gaveUp(
          hasAskedForAll && at.offset > 0 ? 'DownloadFailed' : code,
          `${message}, and went on so for ${graceMilliseconds / 1000} s`,
        );
        return undefined;
      case 'later':
        yield mayBeWhole ? unproven : late({ code, message }, lateSince, patience.milliseconds);
        return undefined;
      case 'sleep': {
        await clock.sleep(patience.milliseconds);
        if (keepsLink) return link;
        const fresh = await freshLink();
        if (fresh.kind === 'link') return fresh.link;
        if (fresh.passes === true) return link;
        yield gaveUp(code, `${message}, and there is no fresh one: ${fresh.problem.message}`);
        return undefined;
      }
    }
  }

  if (at.offset > 0 && at.offset === at.totalBytes) {
    yield {
      kind: 'begin',
      offset: at.offset,
      info: { ...at, host: new URL(link).hostname, hasEndMark: true },
    };
    return yield complete;
  }

  for (let connection = 1; connection <= maxConnections; connection += 1) {
    if (clock.now() >= stopAt) return yield outOfTime(lastReason);
    const { offset, validator } = at;
    const resume = offset > 0 && validator !== undefined ? { resume: { offset, validator } } : {};
    if (offset > 0 && validator === undefined) {
      at = { offset: 0 };
      restarts += 1;
    }
    if (restarts > maxRestarts) {
      const message = `${lastReason}, and the server cannot go on where it stopped`;
      // What came meanwhile is lost.
      lateSince = options.lateSince ?? lateSince;
      const next = yield* replaceLink({
        problem: { code: 'DownloadFailed', message },
        keepsLink: true,
      });
      if (next === undefined) return;
      link = next;
      restarts = maxRestarts;
      continue;
    }
    const withinMilliseconds = Math.max(stopAt - clock.now(), leastOpeningMilliseconds);
    const outcome = await openLink({ url: link, withinMilliseconds, ...resume });
    const verdict = judgeDownload(outcome, at, clock.now());
    let retryAfterSeconds: number | undefined;

    switch (verdict.kind) {
      case 'whole':
        if (!hasBegun)
          yield {
            kind: 'begin',
            offset: at.offset,
            info: { ...at, host: verdict.host, hasEndMark: true },
          };
        return yield complete;
      case 'fail': {
        // A link that has expired may lead astray: to a page for people, say, or in a circle.
        const fresh = wasBlocked ? undefined : await freshLink();
        wasBlocked = true;
        if (fresh?.kind !== 'link' || fresh.link === link)
          return yield failed(verdict.problem.code, verdict.problem.message);
        ({ link } = fresh);
        continue;
      }
      case 'retry':
        ({ retryAfterSeconds, reason: lastReason } = verdict);
        failures += 1;
        break;
      case 'startOver':
        if (mayBeWhole && verdict.hasNoMore === true) return yield unproven;
        mayBeWhole = false;
        lastReason = verdict.reason;
        at = { offset: 0 };
        restarts += 1;
        break;
      case 'noFile': {
        lastReason = verdict.problem.message;
        const next = yield* replaceLink(verdict);
        if (next === undefined) return;
        link = next;
        continue;
      }
      case 'body': {
        const { from, info, download } = verdict;
        if ((info.totalBytes ?? 0) > maxBytes) {
          download.close();
          return yield failed(
            'ExportTooLarge',
            `the file has ${info.totalBytes} bytes; the limit is ${maxBytes}`,
          );
        }
        if (from < at.offset) restarts += 1;
        const end = yield* readBody(download, {
          from,
          announces: !hasBegun || from === 0,
          info,
          maxBytes,
        });
        hasBegun = true;
        const { offset } = end;
        if (offset > furthest) lateSince = undefined;
        furthest = Math.max(furthest, offset);
        const after = judgeBody(end, info, { brokeAt, looksWhole: options.looksWhole });
        if (after.kind === 'over') return yield after.step;
        if (after.kind === 'empty') {
          const next = yield* replaceLink({ problem: emptyFile });
          if (next === undefined) return;
          link = next;
          continue;
        }
        failures = offset > from ? 0 : failures + 1;
        ({ at, reason: lastReason } = after);
        mayBeWhole = after.kind === 'part' && after.mayBeWhole;
        if (after.kind === 'part' && failures === 0) continue;
        if (after.kind === 'broke') brokeAt = offset;
        if (after.kind === 'broke' && after.startsOver) restarts += 1;
        break;
      }
    }

    const pause = pauseAfter(failures, backoff, random, retryAfterSeconds);
    if (failures >= maxFailures || pause > longestBusySleep) {
      const next = yield* replaceLink({
        problem: { code: 'DownloadFailed', message: lastReason },
        retryAfterSeconds,
        keepsLink: true,
        ...(retryAfterSeconds === undefined ? {} : { graceMilliseconds: busyHostMilliseconds }),
      });
      if (next === undefined) return;
      link = next;
      continue;
    }
    if (clock.now() + pause >= stopAt) return yield outOfTime(lastReason);
    await clock.sleep(pause);
  }
  yield gaveUp('DownloadFailed', `${lastReason}; gave up after ${maxConnections} connections`);
}
