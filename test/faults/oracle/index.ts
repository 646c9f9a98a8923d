import type { Observed } from '../world/observed.ts';
import { longHistories, startedTwice, wrongEnd } from './executions.ts';
import { leaks } from './leaks.ts';
import { needlessLosses } from './needless-losses.ts';
import { lostTriggers } from './triggers.ts';

/** Everything that was wrong with a run; empty where all guarantees were kept. */
export const judge = (observed: Observed): string[] => [
  ...observed.witness.violations,
  ...observed.executions.flatMap((followed) => wrongEnd(followed, observed)),
  ...needlessLosses(observed),
  ...startedTwice(observed),
  ...lostTriggers(observed),
  ...longHistories(observed),
  ...leaks(observed),
  ...(observed.otherRequests > 0 ? ['the provider was asked for more than a status'] : []),
];
