import { invalidRequest, type RefusedTrigger } from '../../contract/parse-trigger.ts';
import type { ReplyTrigger } from '../../contract/reply.ts';
import type { IntakeOptions } from './intake-options.ts';

/**
 * Takes `Generation Reply` as far as intake can: the function of a provider that takes replies gets
 * the same event from a rule of its own, and has the key to send it. What no such function gets is
 * refused here.
 */
export const createTakeReply = ({ settings }: Pick<IntakeOptions, 'settings'>) => {
  const takers = Object.entries(settings).flatMap(([name, { takesReplies }]) =>
    takesReplies === true ? [name] : [],
  );
  const whoDoes =
    takers.length === 0 ? 'no deployed provider does' : `these do: ${takers.join(', ')}`;

  return async ({ provider }: ReplyTrigger): Promise<RefusedTrigger | undefined> => {
    if (takers.includes(provider)) return undefined;
    const message = `${provider} asks no questions and takes no replies; ${whoDoes}`;
    return invalidRequest([{ field: 'provider', message }]);
  };
};
