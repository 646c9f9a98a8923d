import type { Clock } from '../../../lambdas/contract/ports.ts';
import { builtIn } from '../../../lambdas/providers/registry.ts';
import { startOfCase, type CaseTrigger, type FaultCase } from '../fault-case.ts';
import { runBeside } from './beside.ts';
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

/** Has the triggers of a case delivered, each at its time. */
export const deliverTriggers = (options: {
  readonly faultCase: FaultCase;
  readonly faults: FaultBook;
  readonly clock: Timeline;
  readonly functions: Pick<ReturnType<typeof createFunctions>, 'intake' | 'reply'>;
}): readonly SeenTrigger[] => {
  const { faultCase, faults, clock, functions } = options;
  return faultCase.triggers.map((trigger, index): SeenTrigger => {
    const seen: SeenTrigger = { trigger, deliveries: 0 };
    if (trigger.kind !== undefined) faults.struck(trigger.kind);
    const take = async (own: Clock): Promise<void> => {
      await functions.intake(eventOf(trigger), own);
      seen.acceptedAt = clock.now();
    };
    const reply = async (own: Clock): Promise<void> => {
      seen.deliveries += 1;
      await functions.reply(eventOf(trigger), own, `delivery-${index}`);
      seen.repliedAt = clock.now();
    };
    clock.at(startOfCase + trigger.at * 1000, async () => {
      invokeLater(clock, take, nobodyHears);
      if (isForReplies(trigger)) invokeLater(clock, reply, nobodyHears);
    });
    return seen;
  });
};
