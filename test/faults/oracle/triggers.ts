import { rejectedDetailSchema } from '../../../lambdas/contract/results.ts';
import { startedSchema } from '../../../lambdas/contract/started.ts';
import { parseTrigger } from '../../../lambdas/contract/trigger.ts';
import type { Observed } from '../world/observed.ts';

/** Every trigger that intake took: followed by an execution of its own, or by one that ran at the time. */
export const lostTriggers = ({ triggers, executions, events, faultCase }: Observed): string[] =>
  triggers.flatMap(({ trigger, acceptedAt }) => {
    if (acceptedAt === undefined) return [];
    const isValid = parseTrigger(startedSchema, trigger.detail, [faultCase.provider]).ok;
    const rejections = events.filter(({ detailType, detail }) => {
      if (detailType !== 'Generation Rejected') return false;
      return rejectedDetailSchema.strict().parse(detail).trigger.id === trigger.id;
    });
    if (!isValid) return rejections.length > 0 ? [] : [`the wrong trigger ${trigger.id} was not rejected`];
    if (rejections.length > 0) return [`the trigger ${trigger.id} was rejected`];
    const isFollowed = executions.some(({ generation, startedAt, end }) => {
      const ranThen = startedAt <= acceptedAt && (end?.at ?? Infinity) >= acceptedAt;
      return generation.eventId === trigger.id || ranThen;
    });
    return isFollowed ? [] : [`nobody follows the trigger ${trigger.id}`];
  });
