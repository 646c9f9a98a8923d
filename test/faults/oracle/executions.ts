import type { Fault } from '../fault-case.ts';
import type { Followed } from '../world/executions.ts';
import type { Observed, SeenEvent } from '../world/observed.ts';
import { isFailure, isOnTheWay, untrueEvent } from './events.ts';

/** An event of another execution, or one that no machine sends, is nobody's. */
export const eventsOf = ({ arn }: Followed, { events }: Observed): SeenEvent[] =>
  events.filter(({ detail }) => detail['execution'] === arn);

const lostAnswers = ({ faultCase, strikes }: Observed): number =>
  faultCase.faults
    .filter(
      (fault: Fault) =>
        (fault.place === 'announcement' || fault.place === 'bus') && fault.how === 'loseAnswer',
    )
    .reduce((sum, { kind }) => sum + (strikes.get(kind) ?? 0), 0);

/** What is wrong with how an execution ended. */
export const wrongEnd = (followed: Followed, observed: Observed): string[] => {
  const { name, arn, end, generation } = followed;
  const events = eventsOf(followed, observed);
  const terminal = events.filter((event) => !isOnTheWay(event));
  const different = new Set(
    terminal.map(({ detailType, detail }) => JSON.stringify([detailType, detail['error']])),
  );
  const isInQueue = observed.unannounced.includes(arn);
  const isStopped = observed.witness.hasSeen('stopped', 'cancelled', 'bus trouble');
  const hadStorageTrouble = observed.witness.hasSeen('storage trouble');
  if (end === undefined) return [`${name} never ended`];
  return [
    ...(terminal.length === 0 && !isInQueue
      ? [`${name} ended (${end.status} ${end.error ?? ''}) without an event`]
      : []),
    // Whoever announces an end notes that in the bucket, and announces it all the same where it cannot.
    ...(terminal.length > 1 + lostAnswers(observed) + (isStopped && hadStorageTrouble ? 1 : 0)
      ? [`${name} was announced ${terminal.length} times`]
      : []),
    // An announcement that went out unconfirmed may be followed by the one of its stop.
    ...(different.size > 1 && !isStopped
      ? [`${name} was announced as ${[...different].join(' and ')}`]
      : []),
    ...(end.status === 'SUCCEEDED' && terminal.some(isFailure)
      ? [`${name} succeeded with a failure`]
      : []),
    ...events.flatMap((event) => untrueEvent(event, followed, observed)),
    ...overrun(followed, observed, Date.parse(generation.deadline)),
  ];
};

/** Reading the key, one request of 10 s at most, and an answer that comes too slowly. */
const longestCheckSeconds = 30;

/** An execution whose check could not run waits as long for the next try. */
const queueSeconds = 60;

const queuedSeconds = (arn: string, { states }: Observed): number =>
  (states.get(arn) ?? []).filter((name) => name === 'Wait for a place').length * queueSeconds;

/** The last check is the first one at or after the deadline; one that was killed, twice run or not reported does not count. */
const overrun = (followed: Followed, observed: Observed, deadline: number): string[] => {
  const { arn, name, startedAt } = followed;
  const { checks, faultCase, strikes, delayed } = observed;
  const timedOut = eventsOf(followed, observed).find(
    ({ detailType }) => detailType === 'Generation Timed Out',
  );
  const over =
    ((timedOut?.at ?? 0) - Math.max(deadline, startedAt) - delayed) / 1000 -
    queuedSeconds(arn, observed);
  const late = checks.filter(({ execution, at }) => execution === arn && at > deadline).length;
  const struck = (meets: (fault: Fault) => boolean): number =>
    faultCase.faults.filter(meets).reduce((sum, { kind }) => sum + (strikes.get(kind) ?? 0), 0);
  const again = struck(
    (fault) => (fault.place === 'lambda' && fault.function === 'check') || fault.place === 'answer',
  );
  // The twins of one round begin the next, which has twins of its own.
  const underWay = 2 ** struck(({ place }) => place === 'checksMachine');
  return [
    ...(late > underWay + again ? [`${name} checked ${late} times after its deadline`] : []),
    // A copy that has begun goes on.
    ...(over > longestCheckSeconds && observed.states.get(arn)?.includes('Copy exports') !== true
      ? [`${name} timed out ${over} s after its deadline`]
      : []),
  ];
};

/** Events per entered state and per attempt of a task, at most; and how many a history holds. */
const eventsOfState = 2;
const eventsOfAttempt = 4;
const maxHistory = 25_000;

/** Executions that Step Functions would stop for the length of their history. */
export const longHistories = ({ executions, states, attempts }: Observed): string[] =>
  executions.flatMap(({ arn, name }) => {
    const length =
      (states.get(arn)?.length ?? 0) * eventsOfState + (attempts.get(arn) ?? 0) * eventsOfAttempt;
    return length > maxHistory ? [`the history of ${name} has ${length} events`] : [];
  });

/** Executions that should not have begun. */
export const startedTwice = ({ executions, witness }: Observed): string[] => {
  const ids = executions.map(({ generation }) => generation.eventId);
  const doubled = ids.filter((id, index) => ids.indexOf(id) !== index);
  const overlapping = executions.filter((one, index) =>
    executions.some(
      (other, place) =>
        place > index &&
        other.startedAt < (one.end?.at ?? Infinity) &&
        one.startedAt <= other.startedAt,
    ),
  );
  const requests = executions.flatMap(({ generation }) =>
    generation.generationId === '' ? (generation.requestId ?? []) : [],
  );
  const requestedAgain = requests.filter((id, index) => requests.indexOf(id) !== index);
  return [
    ...doubled.map((id) => `the event ${id} started two executions`),
    // Where the bucket takes no note of an acceptance, its id leads to an execution of its own.
    ...(witness.hasSeen('storage trouble') && requests.length > 0
      ? []
      : overlapping.map(({ name }) => `another execution began while ${name} ran`)),
    ...requestedAgain.map((id) => `the request ${id} started two executions`),
  ];
};
