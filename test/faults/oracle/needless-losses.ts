import { exportAsFormats, fulfils, type ExportAs } from '../../../lambdas/contract/export-as.ts';
import type { ResultDetailType } from '../../../lambdas/contract/results.ts';
import { startOfCase, type Fault, type FaultCase, type Refusal } from '../fault-case.ts';
import { isMood } from '../kinds/download.ts';
import { hasNeverRun } from '../never-ran.ts';
import type { Observed } from '../world/observed.ts';
import { isOnTheWay } from './events.ts';

/**
 * Seconds that the archiver may need beyond the generation's own time to get over faults that pass.
 */
const slackSeconds = 1500;

/** Longest transfer, in seconds, that is taken for sure to fit. */
const sureTransferSeconds = 100;

const isPassingRefusal = ({ status, code }: Refusal): boolean =>
  status >= 500 || /Timeout|Throttling|ConditionalRequestConflict/.test(code);

/**
 * A refusal passes where the key has worked before, a first 401 anyway: the secret is read again. A
 * single 404 is nobody's last word.
 */
const refusalPasses = (status: number, at: number, times: number): boolean => {
  if (status === 404 || status === 410) return times === 1;
  if (![400, 401, 402, 403, 422].includes(status)) return false;
  return at > 0 ? times <= 5 : status === 401 && times === 1;
};

const passesAtApi = ({
  saying,
  network,
  at,
  times,
  kind,
}: Extract<Fault, { place: 'api' }>): boolean => {
  if (network !== undefined) return times <= 3;
  switch (saying?.says) {
    case 'http':
      return (
        refusalPasses(saying.status, at, times) ||
        (times <= 3 &&
          (saying.status >= 500 ||
            saying.status === 408 ||
            saying.instead !== undefined ||
            /^429 (without|with Retry-After (in|that))/.test(kind)))
      );
    case 'nothing':
    case 'silence':
    case 'truncated':
      return times <= 3;
    case 'working':
      return times <= 6;
    case 'raw':
      return times <= 3 && /breaks off|empty body|null|MB|nested/.test(kind);
    case 'completed':
      return saying.unfinished === true && times <= 12;
    case 'partial':
    case 'failed':
    case 'question':
    case undefined:
      return false;
  }
};

/**
 * Where nobody knows whether a start was carried out, only a provider that knows the repetition is
 * asked again.
 */
const passesAtPost = (
  { to, times, isDone, saying, network, adds, kind }: Extract<Fault, { place: 'post' }>,
  knowsRepetition: boolean,
): boolean => {
  if (to === 'message' || adds !== undefined) return true;
  const isRefusedForNow = /^(no connection|429 for|429 with|401 .* once)/.test(kind);
  if (isRefusedForNow) return times <= 2;
  if (to === 'export' || !knowsRepetition || times > 2) return false;
  return network !== undefined || isDone
    ? !/odd id/.test(kind)
    : saying?.says === 'nothing' || /^(a 5xx|a page|408|.* without an id)/.test(kind);
};

/** Longest time, in seconds, that an export may need. */
const exportSeconds = 300;

/** Faults that pass, or that somebody sets right: no generation may be lost to one of them. */
const passes = (fault: Fault, knowsRepetition: boolean): boolean => {
  const { times } = fault;
  switch (fault.place) {
    case 'api':
      return passesAtApi(fault);
    case 'post':
      return passesAtPost(fault, knowsRepetition);
    case 'exporting':
      return fault.fails === undefined && (fault.seconds ?? 0) <= exportSeconds;
    case 'exported':
      return (
        times <= 3 &&
        fault.saying.says === 'http' &&
        (fault.saying.status !== 404 || fault.saying.instead !== undefined)
      );
    case 'download': {
      if (isMood(fault.behaviour)) return true;
      const { status, cutAfter, stallAfter, html } = fault.behaviour ?? {};
      if (html === true) return times <= 3;
      if (fault.network !== undefined || (status ?? 0) >= 500) return times <= 12;
      if (status === 429) return times === 1;
      return times <= 3 && (cutAfter ?? stallAfter ?? status ?? fault.replace) !== undefined;
    }
    case 's3':
      if (typeof fault.how === 'object') return times <= 2 && isPassingRefusal(fault.how);
      return fault.how === 'reset' ? times <= 2 : times === 1 && /lose|plant|twin/.test(fault.how);
    case 'secret':
      return times <= 2 && (fault.how === 'reset' || isPassingRefusal(fault.how));
    case 'heartbeat':
      // Of progress alone.
      return true;
    case 'lambda':
      if (fault.function === 'reply') return true;
      if (fault.function === 'export' || fault.function === 'start') {
        return (
          times <= 10 &&
          (hasNeverRun(fault.error) ||
            (fault.function === 'start' && knowsRepetition && times === 1))
        );
      }
      return fault.afterCalls === undefined
        ? times <= 10 && fault.function !== 'intake'
        : times === 1;
    case 'announcement':
      return times <= 12;
    case 'statusEvent':
    case 'checksMachine':
    case 'answer':
      return true;
    case 'bus':
    case 'executions':
      return times <= 2;
    case 'time':
      return fault.what === 'rotateKey' && (fault.forSeconds ?? 0) <= 4;
  }
};

/** Each place at most once: what passes alone may last too long together. */
const passTogether = ({ faults, provider }: FaultCase): boolean => {
  // Under another key a repetition may not be known.
  const knowsRepetition =
    provider === 'perceptis' && !faults.some((fault) => fault.place === 'time');
  return (
    faults.every((fault) => passes(fault, knowsRepetition)) &&
    faults.length <= 3 &&
    new Set(faults.map(({ place }) => place)).size === faults.length
  );
};

/** What belongs to a generation and is no reason to lose it. */
const harmless = [
  'links that expire at once',
  'a proxy that compresses every answer',
  'something that wraps every answer',
  'a PDF with something before it',
  'a file that is late behind its link',
];

/**
 * Expired links are replaced for as long as a file may be late: a few that expire at once are no
 * reason.
 */
const haveGoodLinks = ({ troubles, linkSeconds = [] }: FaultCase): boolean =>
  troubles.every((kind) => harmless.includes(kind)) &&
  linkSeconds.filter((seconds) => seconds === 0).length <= 4;

/**
 * What is wanted can be made, and a deck that comes without a file that can be had has one made of
 * it.
 */
const canBeExported = ({
  script,
  triggers,
  files,
  exportFiles,
  linkSeconds,
}: FaultCase): boolean => {
  const last = script.at(-1);
  const isMissing = last?.says === 'completed' && last.linkMissing === true;
  const isDead = linkSeconds?.at(-1) === 0;
  const wanted = triggers.flatMap(
    ({ detail }) => (detail['exportAs'] ?? []) as ExportAs | readonly ExportAs[],
  );
  if (wanted.length === 0) return !isMissing && !isDead;
  // A file of another format is lost with its link.
  return (
    exportFiles?.length === exportAsFormats.length &&
    (!isDead || files.every(({ format }) => wanted.some((word) => fulfils(word, format))))
  );
};

const hasTime = (
  { script, files, bandwidth }: FaultCase,
  deadlines: readonly number[],
): boolean => {
  const works = script.reduce((sum, step) => sum + (step.seconds ?? 0), 0);
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  const isInTime = deadlines.every(
    (deadline) => startOfCase + (works + slackSeconds) * 1000 < deadline,
  );
  return isInTime && bytes / bandwidth < sureTransferSeconds;
};

/**
 * Whether nothing in a case excuses that its generation is not archived: the provider finishes it
 * in time, and every fault is one that passes.
 */
export const mustBeArchived = ({ faultCase, executions }: Observed): boolean => {
  const end = faultCase.script.at(-1)?.says;
  return (
    (end === 'completed' || end === 'partial') &&
    canBeExported(faultCase) &&
    !faultCase.triggers.some(({ detailType }) => detailType === 'Generation Cancel') &&
    haveGoodLinks(faultCase) &&
    passTogether(faultCase) &&
    executions.length > 0 &&
    hasTime(
      faultCase,
      executions.map(({ generation }) => Date.parse(generation.deadline)),
    )
  );
};

/** Generations that were lost without need. */
export const needlessLosses = (observed: Observed): string[] => {
  if (!mustBeArchived(observed)) return [];
  const wanted: ResultDetailType =
    observed.faultCase.script.at(-1)?.says === 'partial'
      ? 'Generation Partially Archived'
      : 'Generation Archived';
  return observed.executions.flatMap(({ arn, name }) => {
    const own = observed.events.filter(
      (event) => event.detail['execution'] === arn && !isOnTheWay(event),
    );
    const wrong = own.filter(({ detailType }) => detailType !== wanted);
    return wrong.map(
      ({ detailType, detail }) =>
        `${name} should be "${wanted}" and is "${detailType}": ${JSON.stringify(detail['error'])}`,
    );
  });
};
