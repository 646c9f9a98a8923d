import type { Clock } from '../../../lambdas/contract/ports.ts';
import { builtIn } from '../../../lambdas/providers/registry.ts';
import { startOfCase, type CaseTrigger, type FaultCase } from '../fault-case.ts';
import { runBeside } from './beside.ts';
import type { Announced } from './event-buses.ts';
import type { FaultBook } from './fault-book.ts';
import type { createFunctions } from './functions.ts';
import type { SeenTrigger } from './observed.ts';
import type { Timeline } from './timeline.ts';

/**
 * Pauses before the two retries of an asynchronous invocation (AWS Lambda Developer Guide, "Error
 * handling"), in milliseconds.
 */
const asynchronousRetries = [60_000, 120_000];

/**
 * An asynchronous invocation that others need not wait for: two retries, then the dead-letter
 * queue.
 */
export const invokeLater = (
  clock: Timeline,
  run: (own: Clock) => Promise<void>,
  lost: () => void,
  attempt = 0,
): void => {
  const wait = attempt === 0 ? 0 : (asynchronousRetries[attempt - 1] ?? 0);
  const invoke = async (own: Clock): Promise<void> => {
    try {
      await run(own);
    } catch {
      if (attempt < asynchronousRetries.length) invokeLater(clock, run, lost, attempt + 1);
      else lost();
    }
  };
  clock.at(clock.now() + wait, async () => runBeside(clock, invoke));
};

const eventOf = ({ id, time, detail, detailType = 'Generation Started' }: CaseTrigger) => ({
  id,
  source: 'a-back-end',
  'detail-type': detailType,
  ...(time === undefined ? {} : { time }),
  detail,
});

/** Whether the rule of a function that sends replies matches an event. */
const isForReplies = ({ detailType, detail }: CaseTrigger): boolean =>
  detailType === 'Generation Reply' &&
  builtIn.providers.some(({ name, reply }) => name === detail['provider'] && reply !== undefined);

const nobodyHears = (): void => undefined;

/** A trigger that answers an event which has not come yet. */
interface Waiting {
  readonly answers: NonNullable<CaseTrigger['answers']>;
  readonly send: (generationId: string) => void;
}

/** The triggers of a case, under way. */
export interface Deliveries {
  readonly triggers: readonly SeenTrigger[];
  /** Has those sent that answer an event. */
  readonly hear: (event: Announced) => void;
}

const answered = (detailType: string): Waiting['answers'] | undefined => {
  switch (detailType) {
    case 'Generation Accepted':
      return 'acceptance';
    case 'Generation Awaiting Input':
    case 'Generation Progress':
    case 'Generation Rejected':
      return undefined;
    default:
      return 'result';
  }
};

/** Has the triggers of a case delivered, each at its time. */
export const deliverTriggers = (options: {
  readonly faultCase: FaultCase;
  readonly faults: FaultBook;
  readonly clock: Timeline;
  readonly functions: Pick<ReturnType<typeof createFunctions>, 'intake' | 'reply'>;
}): Deliveries => {
  const { faultCase, faults, clock, functions } = options;
  const waiting: Waiting[] = [];
  const triggers = faultCase.triggers.map((trigger, index): SeenTrigger => {
    const seen: SeenTrigger = { trigger, deliveries: 0 };
    const take = async (own: Clock): Promise<void> => {
      await functions.intake(eventOf(seen.trigger), own);
      seen.acceptedAt = clock.now();
    };
    const reply = async (own: Clock): Promise<void> => {
      seen.deliveries += 1;
      await functions.reply(eventOf(trigger), own, `delivery-${index}`);
      seen.repliedAt = clock.now();
    };
    const { answers } = trigger;
    if (answers !== undefined) {
      const send = (generationId: string): void => {
        if (trigger.kind !== undefined) faults.struck(trigger.kind);
        seen.trigger = { ...trigger, detail: { ...trigger.detail, generationId } };
        invokeLater(clock, take, nobodyHears);
      };
      waiting.push({ answers, send });
      return seen;
    }
    if (trigger.kind !== undefined) faults.struck(trigger.kind);
    clock.at(startOfCase + trigger.at * 1000, async () => {
      invokeLater(clock, take, nobodyHears);
      if (isForReplies(trigger)) invokeLater(clock, reply, nobodyHears);
    });
    return seen;
  });
  const hear = ({ detailType, detail }: Announced): void => {
    const { generationId } = detail;
    const heard = answered(detailType);
    if (typeof generationId !== 'string' || heard === undefined) return;
    for (const one of waiting.splice(0)) {
      if (one.answers === heard) one.send(generationId);
      else waiting.push(one);
    }
  };
  return { triggers, hear };
};
