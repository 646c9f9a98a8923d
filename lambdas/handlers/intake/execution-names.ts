import { createHash } from 'node:crypto';
import { canonicalId } from '../../contract/canonical-id.ts';
import type { Generation, RequestedGeneration } from '../../contract/generation.ts';

/**
 * Characters of an id that the name shows; the hash makes it unique. A name has at most 80
 * characters.
 */
const shownIdLength = 24;

const hashLength = 16;

/** What names a generation. */
export type NamedGeneration = Pick<Generation, 'provider' | 'generationId'>;

const digestOf = (text: string): Buffer => createHash('sha256').update(text).digest();

const nameOf = (provider: string, id: string, hashed: string): string => {
  const hash = digestOf(hashed).toString('hex').slice(0, hashLength);
  return `${provider}-${id.slice(0, shownIdLength)}-${hash}`;
};

const keyOf = ({ provider, generationId }: NamedGeneration): string =>
  `${provider}/${canonicalId(generationId)}`;

/**
 * Name of the n-th execution for a generation within a period: the same for every event about it,
 * so that Step Functions itself refuses a second one.
 *
 * @param run 1 for the first of the period
 * @param period see {@link periodsAt}
 */
export const executionName = (generation: NamedGeneration, run: number, period = 0): string => {
  const key = keyOf(generation);
  const inPeriod = period === 0 ? key : `${key}#${period}`;
  const first = nameOf(generation.provider, canonicalId(generation.generationId), inPeriod);
  return run === 1 ? first : `${first}-${run}`;
};

/** Name of the one execution for a request, never one of a generation: no id holds a `:`. */
export const requestExecutionName = ({
  provider,
  requestId,
}: Pick<RequestedGeneration, 'provider' | 'requestId'>): string =>
  nameOf(provider, requestId, `${provider}/request:${requestId}`);

const day = 86_400_000;

/** Before it, every name is one of period 0: it is spelt as names were before there were periods. */
const epoch = Date.parse('2027-01-01T00:00:00Z');

/**
 * Step Functions forgets the name of an execution 90 days after its end, or 30 where the account
 * has asked for that (Developer Guide, "Execution guarantees"). Within a period and the overlap
 * after it, no name of the period is forgotten.
 */
const periodMilliseconds = 28 * day;

/**
 * Longer than an execution runs (36 hours), and than EventBridge and Lambda go on delivering an
 * event (24 and 6 hours): what began in the period before is over after it.
 */
const overlapMilliseconds = 2 * day;

/**
 * The periods in which an execution may have begun that still runs, or that the same event started:
 * the present one first. Each generation's periods begin at a time of its own, so that not all of
 * them are looked up twice on the same days.
 */
export const periodsAt = (generation: NamedGeneration, now: number): readonly number[] => {
  const share = digestOf(keyOf(generation)).readUInt32BE(28) / 2 ** 32;
  const elapsed = now - epoch - share * periodMilliseconds;
  if (elapsed < 0) return [0];
  const period = Math.floor(elapsed / periodMilliseconds) + 1;
  const isYoung = elapsed % periodMilliseconds < overlapMilliseconds;
  return isYoung ? [period, period - 1] : [period];
};
